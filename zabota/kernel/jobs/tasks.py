"""Jobs as the rest of the house sees them: declare a task, enqueue a call of it.

    @tasks.task(lane="soon")
    def take_in(*, fact_id: int, **_: object) -> None: ...

    tasks.enqueue(take_in, unique="fact:12:take_in", fact_id=12)

A task takes ids by keyword and may run more than once: it must be idempotent, and takes `**_` so
that an older worker accepts a newer caller's arguments.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from zabota.kernel import clock
from zabota.kernel.jobs import wakes
from zabota.kernel.jobs.models import Job

Lane = Literal["now", "soon", "bulk"]
LANES: tuple[Lane, ...] = ("now", "soon", "bulk")

# No lease is longer than this and a worker's margin: a lease that seems to last longer was taken
# before the wall clock was set back.
LONGEST = timedelta(hours=1)


@dataclass(frozen=True)
class Task:
    """A function that can be called later. Calling the task calls the function at once."""

    function: Callable[..., object]
    lane: Lane
    timeout: timedelta
    attempts: int

    @property
    def name(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__}"

    def __call__(self, **arguments: object) -> object:
        return self.function(**arguments)


def task(
    *, lane: Lane = "soon", timeout: timedelta = timedelta(seconds=60), attempts: int = 8
) -> Callable[[Callable[..., object]], Task]:
    """Declare a task.

    `timeout` is the hard limit of one attempt, at most an hour; `attempts` are made with back-off.
    Lanes never wait for one another: *now* is what a person waits for, *bulk* what nobody does.
    """
    if not timedelta(0) < timeout <= LONGEST:
        raise ValueError(f"a task may take up to {LONGEST}, not {timeout}")

    def declare(function: Callable[..., object]) -> Task:
        return Task(function, lane, timeout, attempts)

    return declare


def find(name: str) -> Task:
    """The task of that name. Raises ImportError when there is none (any more)."""
    found = import_string(name)
    if not isinstance(found, Task):
        raise ImportError(f"{name} is not a task")
    return found


@dataclass(frozen=True)
class Call:
    """One call to be made: of which task, with which ids, not before when."""

    task: Task
    arguments: Mapping[str, object]
    unique: str | None = None
    run_after: datetime | None = None


def enqueue(
    task: Task, *, unique: str | None = None, run_after: datetime | None = None, **arguments: object
) -> None:
    """Ask for one call, in the caller's transaction: rolled back, it was never asked for.

    With a `unique` key that waits to be started already: nothing. A job that has been started no
    longer counts, since it may have read what the caller has just changed.
    """
    enqueue_many([Call(task, arguments, unique, run_after)])


def enqueue_many(calls: Sequence[Call]) -> None:
    """Ask for many calls with one insert; their unique keys differ."""
    if settings.ZABOTA_JOBS == "procrastinate":
        from zabota.kernel.jobs import scaled  # late: it exists on PostgreSQL only

        for call in calls:
            scaled.enqueue(
                call.task.name,
                call.task.lane,
                call.arguments,
                unique=call.unique,
                run_after=call.run_after,
            )
        return
    now = clock.now()
    rows = [
        Job(
            task=call.task.name,
            arguments=dict(call.arguments),
            lane=call.task.lane,
            unique=call.unique,
            run_at=call.run_after or now,
            created_at=now,
        )
        for call in calls
    ]
    # The waiting row is touched, hence locked until the caller commits: it cannot be started
    # before the caller's changes can be read.
    Job.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["unique"], update_fields=["unique"]
    )
    for lane in {row.lane for row in rows if row.run_at <= now}:
        transaction.on_commit(partial(wakes.wake, lane))
