"""The demo shop from the command line: whole or not at all."""

import contextlib
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving.served import ROOT, Served, environment, until, zabota


def counted(data: Path, table: str) -> int:
    """Rows of a table, as another process sees them."""
    with sqlite3.connect(f"file:{data / 'zabota.sqlite3'}?mode=ro", uri=True) as base:
        found: int = base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


@pytest.mark.timeout(400)
def test_a_loading_that_was_killed_half_way_begins_anew_and_is_whole(tmp_path: Path) -> None:
    loading = Served(tmp_path, ("demo",))
    loading.launch()  # into an empty folder: it makes the tables itself
    until(lambda: _has_begun(tmp_path), what="a few conversations", seconds=90)
    second = zabota("demo", data=tmp_path)
    assert loading.stop(signal.SIGKILL) == -signal.SIGKILL
    assert (second.returncode, b"Another process is loading" in second.stderr) == (1, True)
    # What a start sees: half a shop, which says so of itself.
    assert counted(tmp_path, "health_condition WHERE code = 'demo_half'") == 1

    again = zabota("demo", data=tmp_path)

    assert again.returncode == 0, again.stderr
    assert counted(tmp_path, "desk_conversation") >= 30
    assert counted(tmp_path, "accounts_user") == 7
    assert counted(tmp_path, "search_document") > 30
    assert counted(tmp_path, "health_condition WHERE code = 'demo_half'") == 0
    third = zabota("demo", data=tmp_path)
    assert (third.returncode, b"only for an empty house" in third.stderr) == (1, True)


def _has_begun(data: Path) -> bool:
    with contextlib.suppress(sqlite3.OperationalError):  # no tables yet
        return counted(data, "desk_conversation") > 2
    return False


def test_a_house_of_others_is_not_emptied_for_it(tmp_path: Path) -> None:
    assert zabota("migrate", data=tmp_path).returncode == 0
    python(
        tmp_path,
        "from zabota.kernel import clock;"
        "from zabota.kernel.health import conditions;"
        "from zabota.kernel.accounts.models import User;"
        "conditions.tell('demo:half', code='demo_half', at=clock.now());"
        "User.objects.create(email='olga@mine.example', name='Olga')",
    )

    refused = zabota("demo", data=tmp_path)

    assert (refused.returncode, b"stays as it is" in refused.stderr) == (1, True)
    assert counted(tmp_path, "accounts_user") == 1


def python(data: Path, code: str, **env: str) -> str:
    """Run that in the house; returns what it said of trouble."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        env=environment(data, **env),
        cwd=ROOT,
        capture_output=True,
        timeout=90,
        check=True,
    )
    return done.stderr.decode()
