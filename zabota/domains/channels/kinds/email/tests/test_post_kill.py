"""A sender that is killed anywhere loses no message; one that may be doubled says so (F04).

Full size: ZABOTA_STORM_CYCLES=1000.
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
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.smtp_sink import SmtpSink

CYCLES = int(os.environ.get("ZABOTA_STORM_CYCLES", "6"))
MAILS = 12
PROGRAM = [sys.executable, "-m", "zabota.domains.channels.kinds.email.tests.posting_program"]
pytestmark = pytest.mark.timeout(120 + 30 * CYCLES)


class House:
    """An installation in a folder of its own, whose sender may be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str, failpoint: str = "", after: float = 0) -> int:
        env = {
            **os.environ,
            "ZABOTA_DATA": str(self.folder),
            "DATABASE_URL": "",
            "ZABOTA_FAILPOINT": failpoint,
        }
        process = subprocess.Popen([*PROGRAM, *words], env=env)
        timer = threading.Timer(after or 300, process.kill)
        timer.start()
        process.wait()
        timer.cancel()
        return process.returncode

    def rows(self) -> dict[str, tuple[str, bool]]:
        """external id → state, perhaps sent twice."""
        with sqlite3.connect(self.folder / "zabota.sqlite3") as database:
            found = database.execute(
                "SELECT external_id, state, perhaps_twice FROM channels_outboundenvelope"
            )
            return {name: (state, bool(twice)) for name, state, twice in found}


@pytest.fixture(scope="module")
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


@pytest.fixture(scope="module")
def prepared(sink: SmtpSink, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared") / "data"
    assert House(folder).run("prepare", str(sink.port), str(MAILS)) == 0
    return folder


@pytest.fixture
def house(prepared: Path, sink: SmtpSink, tmp_path: Path) -> House:
    sink.clear()
    return House(Path(shutil.copytree(prepared, tmp_path / "data")))


def copies(sink: SmtpSink) -> Counter[str]:
    return Counter(str(one.message["Message-ID"]) for one in sink.sent)


@pytest.mark.fault("F04")
@pytest.mark.parametrize("place", ["attempt-started:3", "before-outcome:3"])
def test_a_sender_killed_at_any_place_loses_nothing_and_flags_what_may_be_double(
    place: str, house: House, sink: SmtpSink
) -> None:
    assert house.run("send", failpoint=place) == -signal.SIGKILL
    assert house.run("send") == 0

    rows, found = house.rows(), copies(sink)
    assert set(found) == set(rows)
    assert {state for state, _twice in rows.values()} == {"sent"}
    flagged = {name for name, (_state, twice) in rows.items() if twice}
    doubled = {name for name, number in found.items() if number > 1}
    assert len(flagged) == 1
    assert doubled == (flagged if place.startswith("before-outcome") else set())
    assert max(found.values()) <= 2


@pytest.mark.fault("F04")
@pytest.mark.storm
def test_killing_the_sender_at_random_moments_loses_nothing(house: House, sink: SmtpSink) -> None:
    dice = random.Random(CYCLES)
    for _cycle in range(CYCLES):
        house.run("send", after=dice.uniform(0.5, 2.5))
    assert house.run("send") == 0

    rows, found = house.rows(), copies(sink)
    assert set(found) == set(rows)
    flagged = {name for name, (_state, twice) in rows.items() if twice}
    assert {name for name, number in found.items() if number > 1} <= flagged
