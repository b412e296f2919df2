"""The embedded engine: each lane has its own threads, which take jobs from the table.

A thread cannot be killed, so a job that outlasts its timeout is stopped in two steps: `TimedOut` is
raised inside it, which ends anything that runs Python; if it still sits in a call that does not
return, its thread is given up and replaced, the lane goes on, and its lease runs out, after which
it may change nothing about the job any more. (A process a lane would be killable, and would cost 70
MB each; small installations run on 200 MB in all.)
"""

import ctypes
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic

from django.db import connection
from django.db.utils import DatabaseError, InterfaceError
from typing_extensions import override

from zabota.kernel import clock
from zabota.kernel.jobs import leases, tasks, wakes

log = logging.getLogger("zabota.jobs")

POLL = 1.0  # seconds between looks at the table for what other processes asked for
MEND_EVERY = 60.0
WATCH_EVERY = 0.25
LONGEST_BACKOFF = 10.0


class TimedOut(BaseException):
    """The job ran longer than its task allows. No `except Exception` of a task holds it up."""


class Runner(threading.Thread):
    """One thread of a lane, and the job it runs now."""

    def __init__(self, engine: "Engine", lane: str) -> None:
        super().__init__(name=f"jobs-{lane}", daemon=True)
        self.engine, self.lane = engine, lane
        self.given_up = False
        self.claim: leases.Claim | None = None
        self._ends = 0.0
        self._warned = False
        self._change = threading.Lock()

    @override
    def run(self) -> None:
        try:
            while not self.given_up and self.engine.running:
                if not _shielded(self._step, self.engine.stopping):
                    self.engine.wait(self.lane)
        finally:
            connection.close()

    def _step(self) -> bool:
        """Take one job and run it. False when there was none."""
        self.engine.looks(self.lane)
        claim = leases.claim(
            self.lane, at=clock.now(), margin=self.engine.margin, held=self.engine.held()
        )
        if claim is None:
            return False
        self.engine.wake(self.lane)  # there may be more: another thread should look
        self._begin(claim)
        problem = self._call(claim)
        self._settle(claim, problem)
        return True

    def _begin(self, claim: leases.Claim) -> None:
        timeout, _ = leases.limits(claim.task)
        with self._change:
            self.claim, self._warned = claim, False
            self._ends = monotonic() + timeout.total_seconds()

    def _call(self, claim: leases.Claim) -> BaseException | None:
        """Run the job; returns what went wrong. Whatever a task raises must not end the lane."""
        try:
            try:
                tasks.find(claim.task)(**claim.arguments)
            finally:
                self._end()
        except (Exception, TimedOut) as problem:  # noqa: BLE001  a task may raise anything
            return problem
        return None

    def _end(self) -> None:
        """The call is over: from here on nothing may be raised in this thread."""
        with self._change:
            self._ends = 0.0
            if self._warned:
                _raise_in(self, None)

    def _settle(self, claim: leases.Claim, problem: BaseException | None) -> None:
        if connection.in_atomic_block or isinstance(problem, TimedOut):
            connection.close()  # it was left in an unknown state
        try:
            _shielded(lambda: _record(claim, problem), threading.Event(), until=self._lease_end())
        finally:
            with self._change:
                self.claim, self._ends = None, 0.0

    def _lease_end(self) -> float:
        return monotonic() + self.engine.margin.total_seconds()

    def overdue(self, now: float) -> bool:
        """Whether to give this thread up.

        Called by the watch: at the timeout it interrupts, half a margin later it gives up.
        """
        with self._change:
            if not self._ends or now < self._ends:
                return False
            if not self._warned:
                self._warned = True
                _raise_in(self, TimedOut)
                return False
            self.given_up = now > self._ends + self.engine.margin.total_seconds() / 2
            return self.given_up


def _raise_in(thread: threading.Thread, problem: type[BaseException] | None) -> None:
    """Have `problem` raised in the thread at its next Python instruction; None takes it back."""
    assert thread.ident is not None
    value = ctypes.py_object(problem) if problem else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), value)


def _record(claim: leases.Claim, problem: BaseException | None) -> bool:
    if problem is None:
        kept = leases.done(claim)
    else:
        log.warning(
            "job %s %s failed at attempt %s: %s at %s",
            *(claim.pk, claim.task, claim.attempts, type(problem).__name__, _place(problem)),
        )
        kept = leases.not_done(claim, problem, at=clock.now())
    if not kept:
        log.warning("job %s %s had lost its lease", claim.pk, claim.task)
    return True


def _place(problem: BaseException) -> str:
    """Where it was raised. Its words stay out of the log: they may quote a customer."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"


def _shielded(
    work: Callable[[], bool], stopping: threading.Event, until: float | None = None
) -> bool:
    """Do `work`; when the database is away, try again with longer and longer pauses (F06).

    Given up (False) when `stopping` is set or `until` has passed.
    """
    pause = 0.2
    while True:
        try:
            return work()
        except (DatabaseError, InterfaceError) as problem:
            log.warning(
                "the database is away: %s; next try in %.1f s", type(problem).__name__, pause
            )
            connection.close()
            if stopping.wait(pause) or (until is not None and monotonic() > until):
                return False
            pause = min(pause * 2, LONGEST_BACKOFF)


class Engine:
    """The lanes of this process. `start`, then `stop` once."""

    def __init__(
        self, lanes: Mapping[str, int], *, margin: timedelta = timedelta(seconds=15)
    ) -> None:
        self.margin = margin
        self.stopping = threading.Event()
        self._lanes = dict(lanes)
        self._wakes = {lane: threading.Event() for lane in lanes}
        self._runners: list[Runner] = []
        self._others = [
            threading.Thread(target=self._scout, name="jobs-scout", daemon=True),
            threading.Thread(target=self._watch, name="jobs-watch", daemon=True),
        ]

    @property
    def running(self) -> bool:
        return not self.stopping.is_set()

    def start(self) -> None:
        wakes.listen(self.wake)
        self._runners = [Runner(self, lane) for lane, n in self._lanes.items() for _ in range(n)]
        for thread in (*self._runners, *self._others):
            thread.start()

    def stop(self, timeout: float) -> bool:
        """Take no more jobs, let the running ones end. Whether all did in `timeout` seconds."""
        self.stopping.set()
        wakes.leave(self.wake)
        for lane in self._lanes:
            self.wake(lane)
        end = monotonic() + timeout
        threads = [*self._others, *self._runners]
        for thread in threads:
            thread.join(max(0.0, end - monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def held(self) -> set[int]:
        return {claim.pk for runner in self._runners if (claim := runner.claim)}

    def wake(self, lane: str) -> None:
        """One thread of the lane looks at the table; finding something, it wakes the next."""
        if lane in self._wakes:
            self._wakes[lane].set()

    def looks(self, lane: str) -> None:
        self._wakes[lane].clear()

    def wait(self, lane: str) -> None:
        if self.running:
            self._wakes[lane].wait()

    def _scout(self) -> None:
        """Wake lanes for jobs that became due or came from another process: one query a second."""
        mended = 0.0
        try:
            while self.running:
                if monotonic() > mended + MEND_EVERY:
                    _shielded(self._mend, self.stopping)
                    mended = monotonic()
                _shielded(self._look, self.stopping)
                self.stopping.wait(POLL)
        finally:
            connection.close()

    def _mend(self) -> bool:
        leases.mend(at=clock.now(), margin=self.margin)
        return True

    def _look(self) -> bool:
        now = clock.now()
        for lane, moment in leases.next_due(list(self._lanes)).items():
            if moment <= now:
                self.wake(lane)
        return True

    def _watch(self) -> None:
        """Interrupt jobs that outlast their timeout; replace threads that cannot be interrupted."""
        while not self.stopping.wait(WATCH_EVERY):
            now = monotonic()
            for runner in [runner for runner in self._runners if runner.overdue(now)]:
                log.error("a thread of lane %s hangs and was replaced", runner.lane)
                fresh = Runner(self, runner.lane)
                self._runners.append(fresh)
                self._runners.remove(runner)
                fresh.start()
