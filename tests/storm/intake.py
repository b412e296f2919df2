"""Trials of the way in: the server is killed, ended and cut off while mail comes.

Every cycle delivers letters into a real mailbox, injects its fault, lets the house recover, and
compares it with the ledger: each letter once, none lost.
"""

import imaplib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Self

import httpx
from typing_extensions import override

from tests.parts import ground
from tests.parts.scripted_imap import DROP, Answer, ScriptedImap, Step
from tests.parts.tcp_proxy import TcpProxy
from tests.storm.house import House, let_pass
from tests.storm.tally import Outcome

MAILS = 20
POINTS = (
    "fetched",
    "before-raw-commit",
    "raw-committed",
    "before-cursor",
    "parsed",
    "before-done",
    "taken-in",
)
DYING_SECONDS = 60.0
DRAIN_SECONDS = 30.0
_NONSENSE: tuple[dict[str, Answer], ...] = (
    {"GREETING": [b"SSH-2.0-OpenSSH"]},
    {"LOGIN": [b"{tag} NO go away"]},
    {"EXAMINE": [b"{tag} OK done"]},
    {"UID SEARCH": [b"* SEARCH one two", b"{tag} OK done"]},
    {"UID SEARCH": [Step(raw=b"* OK " + b"x" * 60_000 + b"\r\n", repeat=500), b"{tag} OK done"]},
    {"UID SEARCH": [b"* SEARCH 1", DROP]},
)


def killed_at_any_moment(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F01: kill -9 at a random moment while twenty letters come in."""

    def kill() -> None:
        let_pass(chance, 1.5)
        house.server.kill()

    killing = threading.Thread(target=kill)
    killing.start()
    house.deliver(cycle, range(MAILS))
    killing.join()
    house.server.start()
    return house.outcome(MAILS, house.until_whole())


def killed_at_a_place(house: House, cycle: int, _chance: random.Random) -> Outcome:
    """F02: killed at each named place in turn."""
    house.server.terminate()
    place = POINTS[cycle % len(POINTS)]
    dying = house.another(ZABOTA_FAILPOINT=f"{place}:{cycle // len(POINTS) % 3 + 1}")
    house.deliver(cycle, range(MAILS))
    died = _until_it_dies(house, dying, cycle)
    house.server.start()
    outcome = house.outcome(MAILS, house.until_whole())
    if died:
        return outcome
    return Outcome(trials=MAILS, lost=1, notes=(f"{place} was never passed",))


def _until_it_dies(house: House, dying: object, cycle: int) -> bool:
    """Let it run until its place is passed; a later passing needs another letter."""
    from tests.parts.server import Server

    assert isinstance(dying, Server)
    try:
        dying.start()
    except ground.PartNotReadyError:
        return True  # it died before it was healthy
    extra = iter(range(MAILS, MAILS + 50))

    def dead() -> bool:
        if not dying.alive:
            return True
        if house.ledger.names <= set(house.shown()):
            number = next(extra)
            house.deliver(cycle, range(number, number + 1))
        return False

    try:
        ground.wait_until(dead, what="its death", seconds=DYING_SECONDS, step=0.3)
    except (ground.PartNotReadyError, StopIteration):
        return False
    finally:
        dying.kill()
    return True


def asked_to_end(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F05: SIGTERM under load; it must end by itself, in time, with nothing half done."""
    sending = threading.Thread(target=house.deliver, args=(cycle, range(MAILS)))
    sending.start()
    let_pass(chance, 1.0)
    began = time.monotonic()
    code = house.server.terminate()
    drained = time.monotonic() - began
    sending.join()
    house.server.start()
    outcome = house.outcome(MAILS, house.until_whole())
    failed = house.query("SELECT task FROM jobs_job WHERE error <> ''")
    notes = [f"exit code {code}"] if code else []
    notes += [f"failed jobs: {failed}"] if failed else []
    notes += [f"ended after {drained:.0f} s"] if drained > DRAIN_SECONDS else []
    return replace(outcome, lost=outcome.lost + len(notes), notes=(*outcome.notes, *notes))


def database_restarted(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F06: PostgreSQL restarts while letters come in; the server is not touched."""
    assert house.postgres is not None
    sending = threading.Thread(target=house.deliver, args=(cycle, range(MAILS)))
    sending.start()
    let_pass(chance, 1.0)
    with _Reader(house.server.url) as reader:
        house.postgres.restart()
    sending.join()
    outcome = house.outcome(MAILS, house.until_whole())
    if reader.wrong:
        return replace(outcome, lost=outcome.lost + 1, notes=(*outcome.notes, str(reader.wrong)))
    if house.server.alive:
        return outcome
    house.server.start()
    return Outcome(trials=MAILS, lost=1, notes=("the server died with the database",))


class _Reader(threading.Thread):
    """Somebody who loads a page all the while: it is there, or asks to be tried again (503)."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.wrong: Counter[int] = Counter()
        self._url, self._over = url, threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self.join()

    @override
    def run(self) -> None:
        with httpx.Client(base_url=self._url, cookies={"zabota_session": "somebody"}) as browser:
            while not self._over.wait(0.05):
                status = browser.get("/inbox/mine/", timeout=30).status_code
                if status not in {200, 302, 503}:
                    self.wrong[status] += 1


def line_cut(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F24: the line breaks after a random number of bytes, three times."""

    def fault(proxy: TcpProxy) -> None:
        proxy.cut_after = chance.randint(1, 12_000)

    return _through_proxy(house, cycle, fault, lambda proxy: proxy.cuts >= 1)


def line_silent(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F25: the server says no more after a random number of bytes, the line kept open."""

    def fault(proxy: TcpProxy) -> None:
        proxy.hang_after = chance.randint(1, 12_000)

    return _through_proxy(house, cycle, fault, lambda proxy: proxy.connections >= 2)


def _through_proxy(
    house: House,
    cycle: int,
    fault: Callable[[TcpProxy], None],
    struck: Callable[[TcpProxy], bool],
) -> Outcome:
    with TcpProxy(house.box.port) as proxy:
        fault(proxy)
        house.connect(house.box, port=proxy.port)
        ground.wait_until(lambda: proxy.connections >= 1, what="a look through the proxy")
        house.deliver(cycle, range(MAILS), text="line of text\r\n" * 200)
        ground.wait_until(lambda: struck(proxy), what="the fault", seconds=90)
        proxy.heal()
        house.connect(house.box, port=proxy.port)
        seconds = house.until_whole()
        house.connect(house.box)
    return house.outcome(MAILS, seconds)


def server_talks_nonsense(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F26: for a while the mailbox's address is answered by something else."""
    with ScriptedImap(chance.choice(_NONSENSE)) as odd:
        house.connect(house.box, port=odd.port)
        house.deliver(cycle, range(MAILS))
        ground.wait_until(lambda: odd.talks >= 1, what="a talk with the odd server", seconds=60)
        house.connect(house.box)
        return house.outcome(MAILS, house.until_whole())


def numbered_anew(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F27: the mailbox gets another UIDVALIDITY and other UIDs while letters come."""
    half = chance.randint(0, MAILS)
    house.deliver(cycle, range(half))
    house.dovecot.recreate(house.box.address)
    house.dovecot.kill()  # with a restore the mail server starts anew; old sessions end
    house.dovecot.start()
    house.deliver(cycle, range(half, MAILS))
    return house.outcome(MAILS, house.until_whole())


def used_by_others(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F28: another program reads and moves in the mailbox; what the house has seen stays, and no
    letter that was left there is skipped."""
    house.deliver(cycle, range(MAILS))
    with imaplib.IMAP4(ground.HOST, house.box.port, timeout=20) as other:
        secret = f"\0{house.box.address}\0{house.box.password}".encode()
        other.authenticate("PLAIN", lambda _: secret)
        other.select("INBOX")
        for uid in house.dovecot.uids(house.box.address):
            if chance.random() < 0.5:
                other.uid("STORE", str(uid), "+FLAGS", "(\\Seen \\Flagged)")
        house.until_whole()
        for uid in house.dovecot.uids(house.box.address):
            other.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
        other.expunge()
    return house.outcome(MAILS, house.until_whole())


def password_wrong(house: House, cycle: int, _chance: random.Random) -> Outcome:
    """F29: the password is wrong for a while, letters come meanwhile, then it is put right."""
    house.connect(house.box, password="not this one")
    house.deliver(cycle, range(MAILS))
    ground.wait_until(
        lambda: bool(house.query("SELECT code FROM health_condition")), what="the condition told"
    )
    house.connect(house.box)
    return house.outcome(MAILS, house.until_whole())
