"""The scaled engine: Procrastinate on PostgreSQL, behind the same `tasks.enqueue`.

Every call is one Procrastinate task, `zabota.call`, in the queue of its lane. What Procrastinate
does not do is done here: a time limit, back-off with its end, keeping what failed for a person (in
our own table, as with the embedded engine), and taking up the jobs of workers that died.

A call that cannot be interrupted ends its process: `zabota worker` is restarted by whoever watches
over it, and other workers take its jobs.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection, transaction
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.contrib.django.procrastinate_app import app as shared_app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job as TheirJob
from typing_extensions import override

from zabota.kernel import clock
from zabota.kernel.jobs import leases, tasks
from zabota.kernel.jobs.leash import Leash

log = logging.getLogger("zabota.jobs")

NAME = "zabota.call"
HEARTBEATS = 3  # a worker that missed so many is dead
WATCH_EVERY = 0.25
LONGEST_BACKOFF = 10.0
EXIT_HANGS = 75

_leashes: set[Leash] = set()


class Again(Exception):
    """Try the job again after `pause`. Carries no words of the problem: it is logged elsewhere."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__()
        self.pause = pause


class _Pauses(BaseRetryStrategy):
    @override
    def get_retry_decision(
        self, *, exception: BaseException, job: TheirJob
    ) -> RetryDecision | None:
        if not isinstance(exception, Again):
            return None
        return RetryDecision(retry_at=clock.now() + exception.pause)


def enqueue(
    task: str,
    lane: str,
    arguments: Mapping[str, Any],
    *,
    unique: str | None,
    run_after: datetime | None,
) -> None:
    """As `tasks.enqueue`, which calls it."""
    deferrer = shared_app.configure_task(
        NAME,
        queue=lane,
        queueing_lock=unique,
        schedule_at=run_after,
        task_kwargs={"task": task, "arguments": dict(arguments)},
    )
    if unique is None:
        deferrer.defer()
        return
    while True:
        try:
            with transaction.atomic():
                deferrer.defer()
        except AlreadyEnqueued:
            if not _hold(unique):
                continue  # it was started in between
        return


def _hold(unique: str) -> bool:
    """Lock the waiting job until the caller commits: it must not start before it can read that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM procrastinate_jobs "
            "WHERE queueing_lock = %s AND status = 'todo' FOR UPDATE",
            [unique],
        )
        return cursor.fetchone() is not None


def register(app: App) -> None:
    """Make our task known. Procrastinate calls it once its app is ready (settings)."""
    app.task(name=NAME, pass_context=True, retry=_Pauses())(_call)
    # Its lines quote arguments and exceptions; ours name the task, the kind and the place.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)


def _call(context: JobContext, *, task: str, arguments: Mapping[str, Any]) -> None:
    """Run one job in this thread."""
    job = context.job
    if job.queueing_lock is not None:
        _free_key(job.id)
    timeout, attempts = leases.limits(task)
    if job.attempts >= attempts:
        leases.keep_failed(task, arguments, job.queue, "no result", at=clock.now())
        return
    leash = Leash(timeout)
    _leashes.add(leash)
    try:
        problem = leash.call(lambda: tasks.find(task)(**arguments))
    finally:
        _leashes.discard(leash)
    if problem is not None:
        if connection.in_atomic_block or not isinstance(problem, Exception):
            connection.close()  # it was left in an unknown state
        _not_done(job, task, arguments, problem, last=job.attempts + 1 >= attempts)


def _free_key(pk: int | None) -> None:
    """A unique key is held by what waits only; kept, it would forbid this job's own return."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = %s", [pk])


def _not_done(
    job: TheirJob, task: str, arguments: Mapping[str, Any], problem: BaseException, *, last: bool
) -> None:
    leases.log_failure(job.id or 0, task, job.attempts + 1, problem)
    if not last:
        raise Again(leases.pause(job.attempts + 1))
    leases.keep_failed(task, arguments, job.queue, leases.words(problem), at=clock.now())


class ScaledEngine:
    """The lanes of this process, in a loop of their own thread. `start`, then `stop` once."""

    def __init__(
        self, lanes: Mapping[str, int], *, margin: timedelta = timedelta(seconds=15)
    ) -> None:
        self._lanes = dict(lanes)
        self._margin = margin.total_seconds()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name="jobs-loop", daemon=True),
            threading.Thread(target=self._watch, name="jobs-watch", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float) -> bool:
        """Take no more jobs, let the running ones end. Whether all did in `timeout` seconds."""
        self._stopping.set()
        end = monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        """Serve; when the database is away, begin again with longer and longer pauses (F06)."""
        pause = 0.2
        while not self._stopping.is_set():
            began = monotonic()
            try:
                asyncio.run(self._serve())
            except Exception as problem:  # noqa: BLE001  whatever it was, the lanes must go on
                log.warning("the lanes stopped: %s; again in %.1f s", type(problem).__name__, pause)
                self._stopping.wait(pause)
                pause = 0.2 if monotonic() - began > 60 else min(pause * 2, LONGEST_BACKOFF)

    async def _serve(self) -> None:
        connector = PsycopgConnector(
            kwargs=connector_params("default"), min_size=1, max_size=2 * len(self._lanes) + 2
        )
        app = shared_app.with_connector(connector)
        async with app.open_async():
            workers = [asyncio.create_task(self._lane(app, *lane)) for lane in self._lanes.items()]
            others = [asyncio.create_task(self._stopped()), asyncio.create_task(self._rescue(app))]
            done, _ = await asyncio.wait([*workers, *others], return_when=asyncio.FIRST_COMPLETED)
            for one in (*workers, *others):
                one.cancel()  # a worker that is cancelled lets its jobs end
            await asyncio.gather(*workers, *others, return_exceptions=True)
            for one in done:
                one.result()

    async def _lane(self, app: App, lane: str, threads: int) -> None:
        await app.run_worker_async(
            queues=[lane],
            name=lane,
            concurrency=threads,
            fetch_job_polling_interval=1.0,
            install_signal_handlers=False,
            delete_jobs="successful",
            update_heartbeat_interval=self._margin / HEARTBEATS,
            stalled_worker_timeout=self._margin * 2,
        )

    async def _stopped(self) -> None:
        while not self._stopping.is_set():
            await asyncio.sleep(0.1)

    async def _rescue(self, app: App) -> None:
        """Give the jobs of dead workers to the living."""
        while True:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._margin):
                if job.queueing_lock is not None:
                    await sync_to_async(_free_key)(job.id)
                await app.job_manager.retry_job(job)
            await asyncio.sleep(self._margin / HEARTBEATS)

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_EVERY):
            if any(leash.pull() > self._margin for leash in tuple(_leashes)):
                log.critical("a job hangs and cannot be interrupted: this worker ends")
                os._exit(EXIT_HANGS)
