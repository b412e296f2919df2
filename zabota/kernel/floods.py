"""How many requests of one kind a minute somebody may make, counted in this process.

A flood is kept from the database, so its counts are not there either. With several processes each
counts for itself: the limit is then as many times higher.
"""

import threading
from collections import deque

WINDOW_SECONDS = 60.0
# Names that are remembered at once; the oldest are forgotten first.
MOST_NAMES = 50_000


class Floods:
    """Counts by name within the last minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}

    def wait(self, name: str, *, most: int, now: float) -> float:
        """Seconds until one more is allowed; 0 when it is, and then it counts.

        `now` is of a clock that never goes back.
        """
        with self._lock:
            times = self._times.pop(name, None) or deque()
            self._times[name] = times
            if len(self._times) > MOST_NAMES:
                self._times.pop(next(iter(self._times)))
            while times and times[0] <= now - WINDOW_SECONDS:
                times.popleft()
            if len(times) >= most:
                return times[0] + WINDOW_SECONDS - now
            times.append(now)
            return 0.0

    def forget(self) -> None:
        """Begin anew: for tests."""
        with self._lock:
            self._times.clear()
