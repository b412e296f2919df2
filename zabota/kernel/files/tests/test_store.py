"""Files: bytes without a row do not stay, those with one do."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from tests.cast import MORNING
from zabota.kernel.files import store, tasks

LONG_AGO = (MORNING - timedelta(days=3)).timestamp()


@pytest.fixture(autouse=True)
def root(tmp_path: Path) -> Iterator[Path]:
    with override_settings(FILES_ROOT=tmp_path):
        yield tmp_path


def aged(key: str) -> Path:
    path = store.path_of(key)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.mark.fault("F15")
@pytest.mark.django_db
def test_bytes_whose_letter_was_never_taken_in_are_removed_after_a_day() -> None:
    kept = store.keep(b"kept", name="a.pdf", media_type="application/pdf")
    rolled_back = store.lay(b"nobody's", name="b.pdf", media_type="application/pdf")
    being_taken_in = store.lay(b"just now", name="c.pdf", media_type="application/pdf")
    os.utime(store.path_of(being_taken_in.key), (MORNING.timestamp(), MORNING.timestamp()))
    for key in (kept.key, rolled_back.key):
        aged(key)
    assert tasks.sweep(at=MORNING) == 1
    assert store.read(kept) == b"kept"
    assert not store.path_of(rolled_back.key).exists()
    assert store.path_of(being_taken_in.key).exists()


@pytest.mark.fault("F15")
@pytest.mark.django_db
def test_when_the_power_goes_as_the_row_is_written_its_file_is_there_whole(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: dict[str, int] = {}  # what the disk has: place → size
    sync = os.fsync

    def remembers(handle: int) -> None:
        sync(handle)
        place = Path(f"/proc/self/fd/{handle}").readlink()
        if place.is_dir():
            synced.update({str(one): synced[f"{one}.part"] for one in place.iterdir()})
        else:
            synced[str(place)] = place.stat().st_size

    def lose_power(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if sql.startswith("INSERT"):
            for path in root.glob("??/*"):
                if synced.get(str(path)) != path.stat().st_size:
                    path.unlink()
        return execute(sql, *rest)

    monkeypatch.setattr(os, "fsync", remembers)
    with connection.execute_wrapper(lose_power):
        kept = store.keep(b"whole" * 1_000, name="a.pdf", media_type="application/pdf")
    assert store.read(kept) == b"whole" * 1_000


@pytest.mark.django_db
def test_before_the_first_file_there_is_nothing_to_sweep(root: Path) -> None:
    root.rmdir()
    assert tasks.sweep(at=MORNING) == 0
