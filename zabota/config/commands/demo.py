"""zabota demo: load the demo shop into an empty installation."""

import importlib
import importlib.util
import ipaddress
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from urllib.parse import urlsplit

from zabota.config.commands import migrate
from zabota.config.commands.progress import tell
from zabota.config.errors import Sentence

HELP = "load the demo shop into an empty installation"
MODULE = "zabota.config.demo"


def arguments(_parser: ArgumentParser) -> None:
    pass


def main(_options: Namespace) -> int:
    from django.conf import settings

    migrate.migrate()
    if not wanted():
        raise Sentence("There are accounts already: the demo shop is only for an empty house.")
    load()
    print("The demo shop is loaded.")
    for line in lines(settings.ZABOTA_URL):
        print(line)
    warn(settings.ZABOTA_LISTEN, settings.ZABOTA_URL)
    return 0


def load() -> None:
    """Load the shop as it is at this moment; one that was cut off half way begins anew.

    Raises Sentence when that is not possible.
    """
    from zabota.kernel import clock

    demo = importlib.import_module(MODULE)
    if demo.is_half():
        tell("The last loading was cut off half way: it begins anew")
    try:
        demo.load(at=clock.now())
    except demo.Busy as problem:
        raise Sentence(
            "Another process is loading the demo shop: wait until it is done."
        ) from problem
    except demo.InUse as problem:
        raise Sentence(
            "The demo shop was cut off half way, and there are people or mailboxes besides it: it"
            " stays as it is. For a whole one use another ZABOTA_DATA."
        ) from problem


def wanted() -> bool:
    """Whether there is a demo shop, and nobody here yet, or only half of it."""
    from zabota.kernel.accounts import queries as accounts

    if importlib.util.find_spec(MODULE) is None:
        return False
    half: bool = importlib.import_module(MODULE).is_half()
    return half or not accounts.active_users().exists()


def warn(listen: str, url: str) -> None:
    """Say it when strangers can reach a shop whose passwords everybody knows."""
    far = [place for place in (listen, url) if not _is_this_machine(place)]
    if (
        far
        and importlib.util.find_spec(MODULE)
        and importlib.import_module(MODULE).is_open_to_all()
    ):
        print(
            f"zabota: warning: {far[0]} can be reached from other machines, and everybody knows the"
            " demo shop's passwords: change them, or start empty with --no-demo and another"
            " ZABOTA_DATA.",
            file=sys.stderr,
            flush=True,
        )


def _is_this_machine(place: str) -> bool:
    """Whether an address to listen at, or a URL, names this machine for itself alone."""
    host = urlsplit(place if "//" in place else f"//{place}").hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def lines(url: str) -> Iterable[str]:
    """What the demo shop says to a visitor: who may log in and how; nothing when it is not here."""
    if importlib.util.find_spec(MODULE) is None:
        return ()
    said: Iterable[str] = importlib.import_module(MODULE).welcome(url)
    return said
