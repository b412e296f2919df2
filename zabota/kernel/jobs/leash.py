"""The time limit of one call: a thread cannot be killed, but it can be interrupted.

`TimedOut` is raised inside a call that outlasts its limit, which ends anything that runs Python. A
call that does not return from below Python stays; whoever holds the leash sees how long it is
overdue and decides.
"""

import ctypes
import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic


class TimedOut(BaseException):
    """The job ran longer than its task allows. No `except Exception` of a task holds it up."""


class Leash:
    """One call in the thread that made this object; `pull` is for another thread."""

    def __init__(self, limit: timedelta) -> None:
        self._ends = monotonic() + limit.total_seconds()
        self._thread = threading.get_ident()
        self._running = True
        self._pulled = False
        self._change = threading.Lock()

    def call(self, function: Callable[[], object]) -> BaseException | None:
        """Make the call; returns what went wrong. Whatever a task raises must not end its lane."""
        try:
            try:
                function()
            finally:
                self._end()
        except (Exception, TimedOut) as problem:  # noqa: BLE001  a task may raise anything
            return problem
        finally:
            self._running = False
        return None

    def _end(self) -> None:
        """The call is over: from here on nothing may be raised in its thread."""
        with self._change:
            self._running = False
            if self._pulled:
                self._raise(None)

    def pull(self) -> float:
        """Interrupt the call if it is overdue. Returns for how many seconds it has been, or 0."""
        with self._change:
            late = monotonic() - self._ends
            if not self._running or late <= 0:
                return 0.0
            if not self._pulled:
                self._pulled = True
                self._raise(TimedOut)
            return late

    def _raise(self, problem: type[BaseException] | None) -> None:
        """At the thread's next Python instruction; None takes it back."""
        value = ctypes.py_object(problem) if problem else None
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), value)
