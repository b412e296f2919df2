"""kill -9 at every place where it could hurt: each mail is taken in exactly once.

`ZABOTA_STORM_CYCLES` sets how often the random killing is done; without it, CI's size.
"""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.parts.dovecot import Dovecot, Mailbox
from zabota.domains.channels.tests.letters import letter

CYCLES = int(os.environ.get("ZABOTA_STORM_CYCLES", "6"))
MAILS = 20
PROGRAM = [sys.executable, "-m", "zabota.domains.channels.tests.intake_program"]
pytestmark = pytest.mark.timeout(60 + 30 * CYCLES)


class House:
    """An installation in a folder of its own, run by processes that may be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str, failpoint: str = "", data: bytes = b"", after: float = 0) -> int:
        """Run a command to its end, or to a place, or for so many seconds; its exit code."""
        env = {
            **os.environ,
            "ZABOTA_DATA": str(self.folder),
            "DATABASE_URL": "",
            "ZABOTA_FAILPOINT": failpoint,
        }
        process = subprocess.Popen([*PROGRAM, *words], env=env, stdin=subprocess.PIPE)
        timer = threading.Timer(after or 300, process.kill)
        timer.start()
        process.communicate(data)
        timer.cancel()
        return process.returncode

    def taken(self) -> Counter[str]:
        with sqlite3.connect(self.folder / "zabota.sqlite3") as database:
            return Counter(subject for (subject,) in database.execute("SELECT subject FROM taken"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with its tables and the cast, to be copied."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    assert House(folder).run("prepare") == 0
    return folder


@pytest.fixture
def house(prepared: Path, tmp_path: Path) -> House:
    return House(Path(shutil.copytree(prepared, tmp_path / "data")))


def each_once(first: int = 0, last: int = MAILS) -> Counter[str]:
    return Counter(f"Order {number}" for number in range(first, last))


def write_mbox(path: Path, first: int = 0, last: int = MAILS) -> None:
    with path.open("wb") as file:
        for number in range(first, last):
            file.write(b"From ilze@example.com Tue May 19 09:00:00 2026\n")
            file.write(letter(number).replace(b"\r\n", b"\n") + b"\n")


@pytest.mark.fault("F02")
@pytest.mark.parametrize(
    "place", ["before-raw-commit", "raw-committed", "parsed", "before-done", "taken-in"]
)
def test_an_import_killed_at_any_place_and_made_again_takes_each_mail_once(
    place: str, house: House, tmp_path: Path
) -> None:
    box = tmp_path / "mails.mbox"
    write_mbox(box)
    assert house.run("import", str(box), failpoint=place) == -signal.SIGKILL
    assert house.run("import", str(box)) == 0
    assert house.run("run") == 0
    assert house.taken() == each_once()


@pytest.mark.fault("F02")
@pytest.mark.parametrize("place", ["fetched", "raw-committed", "before-cursor", "parsed"])
def test_a_mailbox_reader_killed_at_any_place_takes_each_mail_once(
    place: str, house: House, dovecot: Dovecot
) -> None:
    box = dovecot.create(f"kill-{place}@liepa.example")
    for number in range(MAILS):
        dovecot.deliver(box.address, letter(number))
    assert house.run("read", *reached(box), failpoint=place) == -signal.SIGKILL
    assert house.run("read", *reached(box)) == 0
    assert house.taken() == each_once()


def reached(box: Mailbox) -> list[str]:
    return [str(box.tls_port), str(box.ca_file), box.address, box.password]


@pytest.mark.fault("F02")
def test_a_piped_mail_is_kept_or_refused_and_taken_in_once(house: House) -> None:
    address = "help@liepa.example"
    assert house.run("pipe", address, data=letter(1), failpoint="spool-written") != 0
    assert house.run("pipe", address, data=letter(1)) == 0  # the sending server tries again
    assert house.run("pipe", address, data=letter(2)) == 0
    assert house.run("run", failpoint="spool-stored") == -signal.SIGKILL
    assert house.run("run") == 0
    assert house.run("run") == 0
    assert house.taken() == each_once(1, 3)


@pytest.mark.fault("F01")
@pytest.mark.storm
def test_killing_at_random_moments_loses_nothing_and_doubles_nothing(
    house: House, dovecot: Dovecot
) -> None:
    box = dovecot.create("storm@liepa.example")
    dice = random.Random(CYCLES)
    for cycle in range(CYCLES):
        for number in range(cycle * MAILS, (cycle + 1) * MAILS):
            dovecot.deliver(box.address, letter(number))
        house.run("read", *reached(box), after=dice.uniform(0.3, 2.5))
    assert house.run("read", *reached(box)) == 0
    assert house.taken() == each_once(0, CYCLES * MAILS)
