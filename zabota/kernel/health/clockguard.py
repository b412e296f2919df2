"""Holds what goes to customers when the clock was moved (F16).

A clock that jumps a day makes a hundred promises late at once, and a hundred messages that say so.
So when the wall clock parts from the steady one, sending waits until the owner has said that the
time is right, or the clock has come back by itself.
"""

from datetime import datetime, timedelta

from zabota.kernel import clock
from zabota.kernel.health import conditions

KEY = "clock"
MOST = timedelta(seconds=60)


class Guard:
    """Watches the clock of one process. `look` is its tick."""

    def __init__(self, drift: clock.Drift | None = None) -> None:
        self._drift = drift or clock.Drift()
        self._told = False

    def look(self, *, at: datetime) -> None:
        """Tell the owner when the clocks have parted; forget it when they agree again."""
        size = self._drift.size()
        if abs(size) <= MOST:
            if self._told:
                conditions.clear(KEY)
            self._told = False
        elif self._told and not holding():
            self._drift.settle()  # the owner has looked: the present time is right
            self._told = False
        else:
            seconds = round(size.total_seconds())
            conditions.tell(KEY, code="clock_moved", level="error", at=at, seconds=seconds)
            self._told = True


_guard = Guard()


def look(*, at: datetime) -> None:
    """The tick of this process."""
    _guard.look(at=at)


def holding() -> bool:
    """Whether messages to customers must wait. Asked by whoever is about to send one."""
    return conditions.standing().filter(key=KEY).exists()


def settle() -> None:
    """The owner says that the time is right: sending goes on, in every process."""
    conditions.clear(KEY)
