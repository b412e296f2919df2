"""zabota doctor: look at everything that an installation stands on, one line each.

Exit code 1 when something is wrong.
"""

import shutil
import stat
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from zabota.config.errors import Sentence

HELP = "check this installation; exit code 1 when something is wrong"
LITTLE_DISK = 1_000_000_000

Finding = tuple[bool, str]  # is it right, and in words


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--settle-clock",
        action="store_true",
        help="the time of this machine is right: messages held since it was moved may leave",
    )
    parser.add_argument(
        "--forget-second-factor",
        metavar="ADDRESS",
        help="somebody has lost phone and recovery codes: let the password alone do",
    )


def _forget_second_factor(email: str) -> None:
    """The way back in for an owner who has lost everything but this machine."""
    from zabota.kernel import clock
    from zabota.kernel.accounts import queries, second_factor
    from zabota.kernel.accounts.roles import SYSTEM

    user = queries.everybody().filter(email__iexact=email).first()
    if user is None:
        raise Sentence(f"Nobody here signs in as {email}.")
    second_factor.forget(ref=user.ref, actor=SYSTEM, at=clock.now())
    print(f"{user.name} signs in by the password alone now.")


def main(options: Namespace) -> int:
    from django.db import DatabaseError

    if options.forget_second_factor:
        _forget_second_factor(options.forget_second_factor)
        return 0
    if options.settle_clock:
        from zabota.kernel.health import clockguard

        clockguard.settle()
        print("The present time is taken as right; held messages will leave.")
    wrong = 0
    for name, check in CHECKS.items():
        try:
            findings = list(check())
        except DatabaseError as problem:
            findings = [(False, _first_line(problem))]
        for right, words in findings:
            wrong += not right
            print(f"{'ok   ' if right else 'WRONG'} {name}: {words}")
    return 1 if wrong else 0


def _settings() -> Iterator[Finding]:
    from django.conf import settings

    local = settings.ZABOTA_LISTEN.startswith(("127.", "localhost", "[::1]"))
    if settings.HTTPS or (local and "://127.0.0.1" in settings.ZABOTA_URL):
        yield True, f"people reach it under {settings.ZABOTA_URL}, it listens on {_listen()}"
    else:
        yield (
            False,
            (
                f"people reach it under {settings.ZABOTA_URL}: passwords travel unencrypted; put a "
                "proxy with HTTPS in front and set ZABOTA_URL and ZABOTA_TRUSTED_PROXIES"
            ),
        )
    if settings.HTTPS and not settings.ZABOTA_TRUSTED_PROXIES:
        yield (
            False,
            (
                "ZABOTA_TRUSTED_PROXIES is empty: behind a proxy everybody seems to come from one "
                "address, and one person's wrong passwords lock out all"
            ),
        )


def _listen() -> str:
    from django.conf import settings

    return str(settings.ZABOTA_LISTEN)


def _folder() -> Iterator[Finding]:
    from django.conf import settings

    from zabota.kernel.web import health

    data = Path(settings.DATA)
    state = health.writable(data)
    yield state == health.OK, f"{data} is writable" if state == health.OK else f"{data}: {state}"
    for path in (data, data / "secret-key"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield False, f"{path} can be read by others: run chmod go-rwx {path}"


def _disk() -> Iterator[Finding]:
    from django.conf import settings

    free = shutil.disk_usage(settings.DATA).free
    words = f"{free / 1e9:.1f} GB free"
    yield free >= LITTLE_DISK, words if free >= LITTLE_DISK else f"only {words}: make room"


def _database() -> Iterator[Finding]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    version = ".".join(str(part) for part in connection.get_database_version())
    yield True, f"{connection.display_name} {version} answers"


def _migrations() -> Iterator[Finding]:
    from zabota.kernel.web import health

    missing = health.unapplied()
    if missing:
        yield False, f"{len(missing)} are not applied, from {missing[0]} on: run zabota migrate"
    else:
        yield True, "all applied"


def _clock() -> Iterator[Finding]:
    from zabota.kernel import clock
    from zabota.kernel.facts.models import FactRow
    from zabota.kernel.health import clockguard

    if clockguard.holding():
        yield (
            False,
            (
                "it was moved while Zabota ran, so messages to customers are held: set it, or "
                "run zabota doctor --settle-clock when the time is right"
            ),
        )
    now = clock.now()
    latest = FactRow.objects.order_by("-pk").values_list("at", flat=True).first()
    if latest and latest > now + clockguard.MOST:
        ahead = round((latest - now).total_seconds())
        yield False, f"it is {ahead} s behind the last thing that happened here: set it"
    else:
        yield True, f"it is {now:%Y-%m-%d %H:%M:%S} UTC"


def _conditions() -> Iterator[Finding]:
    from zabota.kernel.health import clockguard, conditions

    standing = conditions.standing().exclude(key=clockguard.KEY)
    for each in standing:
        detail = _short(each.detail)
        yield False, f"{each.key} {each.code} since {each.since:%Y-%m-%d %H:%M} UTC{detail}"
    if not standing:
        yield True, "nothing reported by mailboxes, jobs or ticks"


def _short(detail: Mapping[str, Any]) -> str:
    """Numbers only: words of other servers may hold addresses and passwords."""
    numbers = [f"{key} {value}" for key, value in detail.items() if isinstance(value, int)]
    return f" ({', '.join(numbers)})" if numbers else ""


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0] if str(problem).strip() else "no answer"


CHECKS: Mapping[str, Callable[[], Iterator[Finding]]] = {
    "settings": _settings,
    "data folder": _folder,
    "disk": _disk,
    "database": _database,
    "migrations": _migrations,
    "clock": _clock,
    "conditions": _conditions,
}
