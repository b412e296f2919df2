"""For tests of the rest of the house: run what is due, here and now."""

from datetime import datetime, timedelta

from zabota.kernel import clock
from zabota.kernel.jobs import leases, tasks


def drain(at: datetime | None = None, limit: int = 1000) -> int:
    """Run every job that was asked for at once or is due at `at`, and those they ask for in turn.

    Returns how many ran. Raises what a job raised (it stays in the table), and RuntimeError when
    there are more than `limit`: jobs that ask for one another would never end.
    """
    moment = at or clock.now()
    count = 0
    while (claim := _next(moment)) is not None:
        if count == limit:
            raise RuntimeError(f"more than {limit} jobs; the last one was {claim.task}")
        tasks.find(claim.task)(**claim.arguments)
        leases.done(claim)
        count += 1
    return count


def _next(at: datetime) -> leases.Claim | None:
    for lane in tasks.LANES:
        claim = leases.claim(lane, at=at, margin=timedelta(days=9999), early=True)
        if claim is not None:
            return claim
    return None
