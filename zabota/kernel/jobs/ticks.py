"""Ticks: functions called at an interval with the moment. Each has its own thread."""

import logging
import threading
from collections.abc import Callable, Mapping
from time import monotonic

from django.db import connection
from django.db.utils import DatabaseError, InterfaceError

from zabota.kernel import clock
from zabota.kernel.health import conditions

log = logging.getLogger("zabota.ticks")

Tick = tuple[float, Callable[..., object]]


class Clockwork:
    """Calls each tick every so many seconds, with `at=`. A tick that fails holds up no other.

    Several processes may run the same ticks: a tick claims its work by conditional UPDATE.
    """

    def __init__(self, ticks: Mapping[str, Tick]) -> None:
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(name, *tick), name=f"tick-{name}", daemon=True)
            for name, tick in ticks.items()
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float) -> bool:
        """Whether all ticks ended within `timeout` seconds."""
        self._stopping.set()
        end = monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self, name: str, interval: float, function: Callable[..., object]) -> None:
        failing = True  # a condition may stand from before this process: the first success clears
        while not self._stopping.is_set():
            began = monotonic()
            failing = _tick(name, function, failing=failing)
            self._stopping.wait(max(0.05, interval - (monotonic() - began)))
        connection.close()


def _tick(name: str, function: Callable[..., object], *, failing: bool) -> bool:
    """One call. Returns whether it failed; the owner is told, and untold."""
    at = clock.now()
    try:
        function(at=at)
        if failing:
            conditions.clear(f"tick:{name}")
    except (DatabaseError, InterfaceError) as problem:
        log.warning("tick %s: the database is away: %s", name, type(problem).__name__)
        connection.close()
        return True
    except Exception as problem:  # noqa: BLE001  a tick that fails must not end the others
        log.error("tick %s failed: %s", name, type(problem).__name__)
        if connection.in_atomic_block:
            connection.close()
        _tell(name, problem)
        return True
    return False


def _tell(name: str, problem: Exception) -> None:
    try:
        conditions.tell(
            f"tick:{name}"[:80],
            code="tick_failed",
            level="error",
            at=clock.now(),
            problem=type(problem).__name__,
        )
    except (DatabaseError, InterfaceError):
        connection.close()
