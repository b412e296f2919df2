"""Taking jobs from the table, and giving them back: done, to be tried again, or failed for good.

Every change is a conditional UPDATE whose changed rows count; a worker that lost its lease changes
nothing any more.
"""

import logging
import random
import secrets
import traceback
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from zabota.kernel.health import conditions
from zabota.kernel.jobs import tasks, wakes
from zabota.kernel.jobs.models import Job

log = logging.getLogger("zabota.jobs")

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
# A task that this version of the code does not know may be known to the next one.
UNKNOWN_TIMEOUT = timedelta(seconds=60)
UNKNOWN_ATTEMPTS = 8
LONGEST_ERROR = 4_000


@dataclass(frozen=True)
class Claim:
    """A job that is ours until `until`, by the token `lease`."""

    pk: int
    task: str
    arguments: Mapping[str, Any]
    attempts: int
    lease: str
    until: datetime


def claim(
    lane: str,
    *,
    at: datetime,
    margin: timedelta,
    held: Collection[int] = (),
    early: bool = False,
    after: Claim | None = None,
) -> Claim | None:
    """Take the lane's next due job, or None. Its lease ends `margin` after its timeout.

    `held` are jobs this process runs now: when the clock leaps ahead, it must not take them twice.
    `early` takes jobs that were asked for at once whatever `at` says (tests live in fixed moments).
    `after` is the job that was done before: told in the same transaction, one wait for the disk
    less.
    """
    while True:
        # An idle look takes no transaction on SQLite: it must not lock out writers.
        safe = after is not None or connection.features.has_select_for_update
        with transaction.atomic() if safe else nullcontext():
            if after is not None:
                done(after)
            row = _due(lane, at, held, early=early).first()
            taken = _take(row, at, margin) if row else None
        if taken is not None or row is None:
            return taken
        after = None


def _due(lane: str, at: datetime, held: Collection[int], *, early: bool) -> QuerySet[Job]:
    due = Q(run_at__lte=at)
    if early:
        due |= Q(run_at=F("created_at"))
    rows = Job.objects.filter(due, lane=lane, failed_at__isnull=True).order_by("run_at", "id")
    if held:
        rows = rows.exclude(pk__in=held)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return rows


def _take(row: Job, at: datetime, margin: timedelta) -> Claim | None:
    """The claim, or None when somebody was quicker or the job had its last attempt."""
    timeout, attempts = limits(row.task)
    mine = Job.objects.filter(pk=row.pk, run_at=row.run_at, lease=row.lease, failed_at__isnull=True)
    if row.attempts >= attempts:
        # It was taken so often and never came back: it kills its worker, or outlasts every lease.
        if mine.update(failed_at=at, lease="", unique=None, error=row.error or "no result"):
            _tell(row.task, row.pk, at)
        return None
    lease, until = secrets.token_hex(16), at + timeout + margin
    changed = mine.update(lease=lease, run_at=until, attempts=F("attempts") + 1, unique=None)
    if not changed:
        return None
    return Claim(row.pk, row.task, row.arguments, row.attempts + 1, lease, until)


def limits(name: str) -> tuple[timedelta, int]:
    """How long one attempt of the task may take, and how many there are."""
    try:
        task = tasks.find(name)
    except ImportError:
        return UNKNOWN_TIMEOUT, UNKNOWN_ATTEMPTS
    return task.timeout, task.attempts


def mend(*, at: datetime, margin: timedelta) -> int:
    """After the wall clock was set back: free leases longer than any can be, and bring forward what
    was asked for at once in a moment that has become the future (F16). Returns how many.
    """
    ahead = Job.objects.filter(failed_at__isnull=True, run_at__gt=at + tasks.LONGEST + margin)
    return ahead.filter(~Q(lease="") | Q(run_at=F("created_at"))).update(run_at=at, lease="")


def next_due(lanes: Sequence[str]) -> dict[str, datetime]:
    """When each lane's next job may be taken; a lane without one is left out. One query."""
    first = "(SELECT MIN(run_at) FROM jobs_job WHERE lane = %s AND failed_at IS NULL)"
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([first] * len(lanes)), list(lanes))
        moments = cursor.fetchone()
    return {lane: _moment(value) for lane, value in zip(lanes, moments, strict=True) if value}


def _moment(value: str | datetime) -> datetime:
    """SQLite gives a calculated moment as its text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def done(claim: Claim) -> bool:
    """The call succeeded. False: the lease was lost, somebody else has the job."""
    deleted, _ = Job.objects.filter(pk=claim.pk, lease=claim.lease).delete()
    return _kept(claim, deleted)


def not_done(claim: Claim, problem: BaseException, *, at: datetime) -> bool:
    """The call failed: try again after a pause, or keep the job as failed and tell the owner."""
    mine = Job.objects.filter(pk=claim.pk, lease=claim.lease)
    error = words(problem)
    if claim.attempts < limits(claim.task)[1]:
        return _kept(claim, mine.update(lease="", run_at=at + pause(claim.attempts), error=error))
    if not _kept(claim, mine.update(lease="", failed_at=at, error=error)):
        return False
    _tell(claim.task, claim.pk, at)
    return True


def words(problem: BaseException) -> str:
    """What is kept of a problem for a person who may see it."""
    error = "".join(traceback.format_exception(problem, limit=-8))[-LONGEST_ERROR:]
    return error.replace("\0", "\ufffd")


def log_failure(pk: int, task: str, attempts: int, problem: BaseException) -> None:
    """One line with the kind and the place; the words stay out: they may quote a customer."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    kind = type(problem).__name__
    log.warning("job %s %s failed at attempt %s: %s at %s", pk, task, attempts, kind, place)


def keep_failed(
    task: str, arguments: Mapping[str, Any], lane: str, error: str, *, at: datetime
) -> None:
    """A job of the scaled engine failed for good: keep it here, as the embedded engine does."""
    with transaction.atomic():
        row = Job.objects.create(
            task=task,
            arguments=dict(arguments),
            lane=lane,
            run_at=at,
            created_at=at,
            failed_at=at,
            error=error,
        )
        _tell(task, row.pk, at)


def _kept(claim: Claim, changed: int) -> bool:
    if not changed:
        log.warning("job %s %s had lost its lease", claim.pk, claim.task)
    return bool(changed)


def pause(attempts: int) -> timedelta:
    """How long to wait after that many attempts: 2 s, 6 s, 18 s ... an hour, a quarter at random,
    so that jobs which failed together do not come back together.
    """
    longest = min(FIRST_PAUSE * float(3 ** min(attempts - 1, 20)), LONGEST_PAUSE)
    return longest * random.uniform(0.75, 1.0)  # noqa: S311  no secret


def _tell(task: str, pk: int, at: datetime) -> None:
    conditions.tell(_condition(task), code="job_failed", level="error", at=at, task=task, job=pk)


def _condition(task: str) -> str:
    return f"job:{task}"[-80:]


def try_again(pk: int, *, at: datetime) -> bool:
    """A person asks for a failed job to be run afresh. False when it isn't there."""
    row = Job.objects.filter(pk=pk, failed_at__isnull=False).first()
    if row is None:
        return False
    with transaction.atomic():
        if settings.ZABOTA_JOBS == "procrastinate":
            from zabota.kernel.jobs import scaled  # late: it exists on PostgreSQL only

            scaled.enqueue(row.task, row.lane, row.arguments, unique=None, run_after=None)
            row.delete()
        else:
            fresh = {"failed_at": None, "attempts": 0, "run_at": at, "created_at": at}
            Job.objects.filter(pk=pk).update(**fresh)
            transaction.on_commit(lambda: wakes.wake(row.lane))
        _untell(row.task)
    return True


def discard(pk: int) -> bool:
    """A person gives a failed job up. False when it isn't there."""
    row = Job.objects.filter(pk=pk, failed_at__isnull=False).first()
    if row is None:
        return False
    row.delete()
    _untell(row.task)
    return True


def _untell(task: str) -> None:
    if not failed().filter(task=task).exists():
        conditions.clear(_condition(task))


def failed() -> QuerySet[Job]:
    """Jobs kept for a person to look at, the newest failure first."""
    return Job.objects.filter(failed_at__isnull=False).order_by("-failed_at", "-pk")
