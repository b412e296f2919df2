"""The worker: what runs jobs and ticks in threads of this process.

It lives inside `zabota run`, or alone in `zabota worker`.
"""

from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings

from zabota.kernel.jobs.lanes import Engine
from zabota.kernel.jobs.ticks import Clockwork, Tick

if TYPE_CHECKING:
    from zabota.kernel.jobs.scaled import ScaledEngine

# Threads a lane: enough that one slow job of a lane does not hold up its neighbours.
LANES: Mapping[str, int] = {"now": 2, "soon": 2, "bulk": 1}


class Worker:
    """Runs `lanes` (name → threads) and `ticks` (name → seconds between calls, function)."""

    def __init__(
        self,
        lanes: Mapping[str, int] = LANES,
        ticks: Mapping[str, Tick] | None = None,
        *,
        margin: timedelta = timedelta(seconds=15),
    ) -> None:
        """`margin` is how much longer than a job's timeout its lease lasts."""
        self._engine = _engine(lanes, margin)
        self._clockwork = Clockwork(ticks or {})

    def start(self) -> None:
        self._engine.start()
        self._clockwork.start()

    def stop(self, timeout: float = 30) -> bool:
        """Take nothing new, let what runs end. False when something still ran after `timeout`
        seconds: its lease runs out and another worker takes it.
        """
        end = monotonic() + timeout
        self._clockwork.stop(0)
        ended = self._engine.stop(timeout)
        return self._clockwork.stop(max(0.0, end - monotonic())) and ended


def _engine(lanes: Mapping[str, int], margin: timedelta) -> "Engine | ScaledEngine":
    if settings.ZABOTA_JOBS == "procrastinate":
        from zabota.kernel.jobs import scaled  # late: it exists on PostgreSQL only

        return scaled.ScaledEngine(lanes, margin=margin)
    return Engine(lanes, margin=margin)
