"""What every engine of jobs promises. Workers are real processes, and really killed."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from tests.parts.ground import wait_until
from zabota.kernel import clock
from zabota.kernel.jobs import tasks
from zabota.kernel.jobs.tests import acts
from zabota.kernel.jobs.tests.acts import notes
from zabota.kernel.jobs.tests.conftest import Start


def _appears(folder: Path, name: str, *, times: int = 1, seconds: float = 30) -> None:
    wait_until(lambda: len(notes(folder, name)) >= times, what=f"{name} ×{times}", seconds=seconds)


@pytest.mark.fault("F02")
def test_a_job_whose_worker_was_killed_runs_again_and_takes_effect_once(
    start_worker: Start, tmp_path: Path
) -> None:
    first = start_worker()
    tasks.enqueue(acts.effect_then_wait, folder=str(tmp_path), name="a")
    _appears(tmp_path, "a-started")
    first.kill()
    start_worker()
    _appears(tmp_path, "a-ended", seconds=60)
    assert len(notes(tmp_path, "a-started")) == 2
    assert (tmp_path / "a-effect").exists()


def test_a_failed_job_is_tried_again_after_a_pause(start_worker: Start, tmp_path: Path) -> None:
    start_worker()
    tasks.enqueue(acts.fail_first, folder=str(tmp_path), name="a")
    _appears(tmp_path, "a", times=2)
    first, second = map(float, notes(tmp_path, "a"))
    assert second - first >= 1.5


def test_a_job_runs_at_its_time_and_not_before(start_worker: Start, tmp_path: Path) -> None:
    start_worker()
    moment = clock.now() + timedelta(seconds=2)
    tasks.enqueue(acts.write, run_after=moment, folder=str(tmp_path), name="later")
    tasks.enqueue(
        acts.write, run_after=moment + timedelta(days=1), folder=str(tmp_path), name="tomorrow"
    )
    _appears(tmp_path, "later")
    assert float(notes(tmp_path, "later")[0]) >= moment.timestamp()
    assert notes(tmp_path, "tomorrow") == []


def test_a_unique_key_waits_only_once_and_another_key_beside_it(
    start_worker: Start, tmp_path: Path
) -> None:
    for key in ("a", "a", "b", "a"):
        tasks.enqueue(acts.write, unique=key, folder=str(tmp_path), name=key)
    start_worker()
    tasks.enqueue(acts.write, folder=str(tmp_path), name="last")
    _appears(tmp_path, "b")
    _appears(tmp_path, "last")
    assert [len(notes(tmp_path, name)) for name in ("a", "b")] == [1, 1]


def test_a_unique_key_is_free_again_once_its_job_has_started(
    start_worker: Start, tmp_path: Path
) -> None:
    start_worker()
    tasks.enqueue(acts.wait_for_gate, unique="a", folder=str(tmp_path), name="first")
    _appears(tmp_path, "first-started")
    tasks.enqueue(acts.write, unique="a", folder=str(tmp_path), name="second")
    _appears(tmp_path, "second")
    (tmp_path / "gate").touch()
    _appears(tmp_path, "first-ended")


def test_a_rolled_back_transaction_asks_for_nothing(start_worker: Start, tmp_path: Path) -> None:
    start_worker()
    with transaction.atomic():
        tasks.enqueue(acts.write, folder=str(tmp_path), name="rolled back")
        tasks.enqueue(acts.write, unique="key", folder=str(tmp_path), name="rolled back")
        transaction.set_rollback(True)
    with transaction.atomic():
        tasks.enqueue(acts.write, unique="key", folder=str(tmp_path), name="committed")
    _appears(tmp_path, "committed")
    assert notes(tmp_path, "rolled back") == []


def test_lanes_never_wait_for_one_another(start_worker: Start, tmp_path: Path) -> None:
    start_worker()
    for number in range(6):
        tasks.enqueue(acts.bulk_waits_for_gate, folder=str(tmp_path), name=f"bulk-{number}")
        tasks.enqueue(acts.wait_for_gate, folder=str(tmp_path), name=f"soon-{number}")
    _appears(tmp_path, "bulk-0-started")
    _appears(tmp_path, "soon-0-started")
    tasks.enqueue(acts.write_now, folder=str(tmp_path), name="now")
    _appears(tmp_path, "now")
    assert notes(tmp_path, "bulk-0-ended") == []
    assert notes(tmp_path, "soon-0-ended") == []
    (tmp_path / "gate").touch()


def test_two_workers_never_run_one_job_at_once(start_worker: Start, tmp_path: Path) -> None:
    start_worker()
    start_worker()
    with transaction.atomic():
        for number in range(150):
            tasks.enqueue(acts.write, folder=str(tmp_path), name=f"job-{number}")
    for number in range(150):
        _appears(tmp_path, f"job-{number}", seconds=60)
    assert [len(notes(tmp_path, f"job-{number}")) for number in range(150)] == [1] * 150


@pytest.mark.fault("F36")
def test_poison_holds_up_none_of_its_neighbours(start_worker: Start, tmp_path: Path) -> None:
    start_worker()
    with transaction.atomic():
        for number in range(20):
            tasks.enqueue(acts.poison, folder=str(tmp_path), name="poison")
            tasks.enqueue(acts.write, folder=str(tmp_path), name=f"good-{number}")
    for number in range(20):
        _appears(tmp_path, f"good-{number}")
    _appears(tmp_path, "poison", times=20)


@pytest.mark.fault("F36")
def test_a_job_that_kills_its_worker_is_given_up(start_worker: Start, tmp_path: Path) -> None:
    tasks.enqueue(acts.deadly, folder=str(tmp_path), name="deadly")
    for attempt in (1, 2):
        worker = start_worker()
        _appears(tmp_path, "deadly", times=attempt)
        (tmp_path / f"die-{attempt}").touch()
        wait_until(lambda worker=worker: not worker.alive, what="the worker's end")  # type: ignore[misc]
    survivor = start_worker()
    began = time.time()
    # Behind it in the same lane, and later than any lease of it.
    tasks.enqueue(
        acts.write,
        run_after=clock.now() + timedelta(seconds=3),
        folder=str(tmp_path),
        name="afterwards",
    )
    _appears(tmp_path, "afterwards")
    assert float(notes(tmp_path, "afterwards")[0]) > began
    assert len(notes(tmp_path, "deadly")) == 2
    assert survivor.alive


@pytest.mark.fault("F05")
def test_a_stopped_worker_ends_what_it_runs_and_takes_nothing_new(
    start_worker: Start, tmp_path: Path
) -> None:
    worker = start_worker()
    tasks.enqueue(acts.wait_for_gate, folder=str(tmp_path), name="running")
    _appears(tmp_path, "running-started")
    os.kill(worker.pid, signal.SIGTERM)
    wait_until(lambda: "stopping" in worker.tail(), what="the word of its stop")
    tasks.enqueue(acts.write, folder=str(tmp_path), name="too late")
    (tmp_path / "gate").touch()
    assert worker.terminate(seconds=30) == 0
    assert len(notes(tmp_path, "running-ended")) == 1
    assert notes(tmp_path, "too late") == []
    start_worker()
    _appears(tmp_path, "too late")
    assert len(notes(tmp_path, "running-started")) == 1
