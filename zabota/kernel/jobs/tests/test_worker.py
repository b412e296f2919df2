"""The embedded worker, in this process: wake-up, time limits, ticks, and what the owner is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from tests.cast import MORNING
from tests.parts.ground import wait_until
from zabota.kernel import clock
from zabota.kernel.health import conditions
from zabota.kernel.jobs import leases, tasks
from zabota.kernel.jobs.models import Job
from zabota.kernel.jobs.testing import drain
from zabota.kernel.jobs.tests import acts
from zabota.kernel.jobs.tests.acts import notes
from zabota.kernel.jobs.ticks import Tick
from zabota.kernel.jobs.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)
MARGIN = timedelta(seconds=1)


@contextmanager
def _working(ticks: dict[str, Tick] | None = None) -> Iterator[Worker]:
    worker = Worker({"now": 1, "soon": 1, "bulk": 1}, ticks or {}, margin=MARGIN)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(10)


def test_a_job_that_outlasts_its_timeout_is_interrupted_and_its_lane_goes_on(
    tmp_path: Path,
) -> None:
    with _working():
        tasks.enqueue(acts.spin, folder=str(tmp_path), name="spin")
        tasks.enqueue(acts.write, folder=str(tmp_path), name="next")
        wait_until(lambda: bool(notes(tmp_path, "next")), what="the next job")
    failed = leases.failed().get()
    assert failed.task == acts.spin.name
    assert "TimedOut" in failed.error


def test_a_thread_that_cannot_be_interrupted_is_replaced_and_loses_its_say(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with _working():
        tasks.enqueue(acts.hang, folder=str(tmp_path), name="hang")
        tasks.enqueue(acts.write, folder=str(tmp_path), name="next")
        wait_until(lambda: bool(notes(tmp_path, "next")), what="the next job")
        wait_until(lambda: leases.failed().exists(), what="the end of its lease")
        (tmp_path / "gate").touch()
        wait_until(lambda: "had lost its lease" in caplog.text, what="its late end")
    assert notes(tmp_path, "hang-ended") == []
    assert [row.task for row in leases.failed()] == [acts.hang.name]


def test_the_owner_is_told_of_a_failed_job_until_it_is_run_again(tmp_path: Path) -> None:
    with _working():
        tasks.enqueue(acts.poison, unique="it", folder=str(tmp_path), name="poison")
        wait_until(lambda: leases.failed().exists(), what="the failure")
    failed = leases.failed().get()
    assert "ValueError: cannot be digested" in failed.error
    assert failed.unique is None
    told = conditions.standing().get()
    assert (told.code, told.detail["task"]) == ("job_failed", acts.poison.name)
    assert leases.try_again(failed.pk, at=clock.now())
    assert not conditions.standing().exists()
    with _working():
        wait_until(lambda: len(notes(tmp_path, "poison")) == 2, what="the second run")
        wait_until(lambda: leases.failed().exists(), what="the second failure")
    assert leases.discard(failed.pk)
    assert not Job.objects.exists()
    assert not conditions.standing().exists()


def test_the_log_names_a_failure_without_its_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with _working():
        tasks.enqueue(acts.fail_first, folder=str(tmp_path), name="secret-name")
        wait_until(lambda: Job.objects.filter(lease="", attempts=1).exists(), what="the failure")
    text = caplog.text
    assert "RuntimeError" in text
    assert "acts.fail_first" in text
    assert "the words of a customer" not in text
    assert "secret-name" not in text


def test_a_tick_that_fails_is_told_and_holds_up_no_other() -> None:
    calls: list[datetime] = []
    healed = threading.Event()

    def sick(*, at: datetime) -> None:
        if not healed.is_set():
            raise RuntimeError("ill")

    def healthy(*, at: datetime) -> None:
        calls.append(at)

    with _working({"sick": (0.05, sick), "healthy": (0.05, healthy)}):
        wait_until(lambda: len(calls) > 2, what="three calls")
        wait_until(lambda: conditions.standing().exists(), what="the condition")
        told = conditions.standing().get()
        assert (told.key, told.code, told.detail) == (
            *("tick:sick", "tick_failed"),
            {"problem": "RuntimeError"},
        )
        healed.set()
        wait_until(lambda: not conditions.standing().exists(), what="its end")
    assert all(moment.tzinfo is not None for moment in calls)


@pytest.mark.fault("F16")
def test_a_clock_set_ahead_gives_no_running_job_to_a_second_thread(tmp_path: Path) -> None:
    tasks.enqueue(acts.write, folder=str(tmp_path), name="a")
    taken = leases.claim("soon", at=clock.now(), margin=MARGIN)
    assert taken is not None
    tomorrow = clock.now() + timedelta(days=1)
    assert leases.claim("soon", at=tomorrow, margin=MARGIN, held={taken.pk}) is None


@pytest.mark.fault("F16")
def test_a_clock_set_back_holds_up_no_job_that_was_asked_for_at_once(tmp_path: Path) -> None:
    tasks.enqueue(acts.write, folder=str(tmp_path), name="waiting")
    tasks.enqueue(acts.write_now, folder=str(tmp_path), name="taken")
    tomorrow = clock.now() + timedelta(days=1)
    tasks.enqueue(acts.write_bulk, run_after=tomorrow, folder=str(tmp_path), name="planned")
    assert leases.claim("now", at=clock.now(), margin=MARGIN) is not None
    yesterday = clock.now() - timedelta(days=1)
    assert leases.mend(at=yesterday, margin=MARGIN) == 2
    assert leases.claim("soon", at=yesterday, margin=MARGIN) is not None
    assert leases.claim("now", at=yesterday, margin=MARGIN) is not None
    assert leases.claim("bulk", at=yesterday, margin=MARGIN) is None


def test_a_lost_lease_has_no_say() -> None:
    tasks.enqueue(acts.write, folder="unused", name="a")
    first = leases.claim("soon", at=clock.now(), margin=MARGIN)
    assert first is not None
    second = leases.claim("soon", at=clock.now() + timedelta(hours=1), margin=MARGIN)
    assert second is not None
    assert second.pk == first.pk
    assert not leases.done(first)
    assert not leases.not_done(first, RuntimeError(), at=clock.now())
    assert Job.objects.get().lease == second.lease
    assert leases.done(second)


def test_the_pauses_grow_and_differ() -> None:
    pauses = [leases.pause(attempts).total_seconds() for attempts in range(1, 60)]
    assert 1.5 <= pauses[0] <= 2
    assert 4.5 <= pauses[1] <= 6
    assert 2700 <= pauses[-1] <= 3600
    assert len(set(pauses)) == len(pauses)


def test_a_job_of_an_unknown_task_waits_for_a_newer_worker() -> None:
    now = clock.now()
    Job.objects.create(task="zabota.gone.task", lane="soon", run_at=now, created_at=now)
    with _working():
        wait_until(lambda: Job.objects.filter(lease="", attempts=1).exists(), what="one attempt")
    assert Job.objects.get().failed_at is None


def test_a_timeout_longer_than_any_lease_is_refused() -> None:
    with pytest.raises(ValueError, match="up to 1:00:00"):
        tasks.task(timeout=timedelta(hours=2))


def test_drain_runs_what_is_due_at_a_moment_and_what_was_asked_for_at_once(tmp_path: Path) -> None:
    later = MORNING + timedelta(hours=3)
    tasks.enqueue(acts.write_bulk, folder=str(tmp_path), name="at once")
    tasks.enqueue(acts.write, run_after=later, folder=str(tmp_path), name="later")
    assert drain(MORNING) == 1
    assert notes(tmp_path, "later") == []
    assert drain(later) == 1
    assert drain(later) == 0


def test_drain_raises_what_a_job_raises_and_keeps_the_job(tmp_path: Path) -> None:
    tasks.enqueue(acts.poison, folder=str(tmp_path), name="a")
    with pytest.raises(ValueError, match="cannot be digested"):
        drain()
    assert Job.objects.count() == 1


def test_drain_stops_jobs_that_ask_for_one_another_for_ever(tmp_path: Path) -> None:
    with transaction.atomic():
        for number in range(5):
            tasks.enqueue(acts.write, folder=str(tmp_path), name=f"a{number}")
    with pytest.raises(RuntimeError, match="more than 4 jobs"):
        drain(limit=4)
