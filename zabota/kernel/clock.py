"""The clock.

Faces and ticks read it and pass the moment down as `at=`; nothing below them calls `now`.
"""

import time
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


class Drift:
    """Tells when the wall clock was moved while we ran (F16).

    Compares how far the wall clock and the monotonic clock went since this was made, or since
    `settle` was called.
    """

    def __init__(self) -> None:
        self.settle()

    def settle(self) -> None:
        """Take the present wall clock as right."""
        self._wall = time.time()
        self._steady = _steady()

    def size(self) -> timedelta:
        """How far the two clocks parted; positive when the wall clock runs ahead."""
        wall = time.time() - self._wall
        return timedelta(seconds=wall - (_steady() - self._steady))


def _steady() -> float:
    # Linux stops the monotonic clock while the machine sleeps: a closed lid is no moved clock.
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
