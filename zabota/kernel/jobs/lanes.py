"""The embedded engine: each lane has its own threads, which take jobs from the table.

A thread cannot be killed, so a job that outlasts its timeout is stopped in two steps: it is
interrupted (`leash.py`); if it still sits in a call that does not return, its thread is given up
and replaced, the lane goes on, and its lease runs out, after which it may change nothing about the
job any more. (A process a lane would be killable, and would cost 70 MB each; small installations
run on 200 MB in all.)
"""

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
from zabota.kernel.jobs.leash import Leash, TimedOut

log = logging.getLogger("zabota.jobs")

POLL = 1.0  # seconds between looks at the table for what other processes asked for
MEND_EVERY = 60.0
WATCH_EVERY = 0.25
LONGEST_BACKOFF = 10.0


class Runner(threading.Thread):
    """One thread of a lane, and the job it runs now."""

    def __init__(self, engine: "Engine", lane: str) -> None:
        super().__init__(name=f"jobs-{lane}", daemon=True)
        self.engine, self.lane = engine, lane
        self.given_up = False
        self._done: leases.Claim | None = None  # done, and not told yet
        self.claim: leases.Claim | None = None
        self._leash: Leash | None = None

    @override
    def run(self) -> None:
        try:
            while not self.given_up and self.engine.running:
                if not _shielded(self._step, self.engine.stopping):
                    self.engine.wait(self.lane)
            _shielded(self._tell_done, threading.Event(), until=self._lease_end())
        finally:
            connection.close()

    def _step(self) -> bool:
        """Take one job and run it. False when there was none."""
        self.engine.looks(self.lane)
        claim = leases.claim(
            self.lane,
            at=clock.now(),
            margin=self.engine.margin,
            held=self.engine.held(),
            after=self._done,
        )
        self._done = None
        if claim is None:
            return False
        self.engine.wake(self.lane)  # there may be more: another thread should look
        timeout, _ = leases.limits(claim.task)
        self.claim, self._leash = claim, Leash(timeout)
        problem = self._leash.call(lambda: tasks.find(claim.task)(**claim.arguments))
        self._settle(claim, problem)
        return True

    def _tell_done(self) -> bool:
        if self._done is not None:
            leases.done(self._done)
        return True

    def _settle(self, claim: leases.Claim, problem: BaseException | None) -> None:
        if connection.in_atomic_block or isinstance(problem, TimedOut):
            connection.close()  # it was left in an unknown state
        if problem is None:
            self._done = claim
        else:
            _shielded(lambda: _record(claim, problem), threading.Event(), until=self._lease_end())
        self.claim = self._leash = None

    def _lease_end(self) -> float:
        return monotonic() + self.engine.margin.total_seconds()

    def hangs(self) -> bool:
        """Interrupts a job past its timeout; half a margin later, whether to give its thread up."""
        leash = self._leash
        late = leash.pull() if leash else 0.0
        self.given_up = late > self.engine.margin.total_seconds() / 2
        return self.given_up


def _record(claim: leases.Claim, problem: BaseException) -> bool:
    leases.log_failure(claim.pk, claim.task, claim.attempts, problem)
    leases.not_done(claim, problem, at=clock.now())
    return True


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
            for runner in [runner for runner in self._runners if runner.hangs()]:
                log.error("a thread of lane %s hangs and was replaced", runner.lane)
                fresh = Runner(self, runner.lane)
                self._runners.append(fresh)
                self._runners.remove(runner)
                fresh.start()
