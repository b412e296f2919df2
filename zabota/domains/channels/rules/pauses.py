"""How long a mailbox that cannot be read is left alone."""

from datetime import datetime, timedelta


def next_try(*, failures: int, pauses: tuple[float, ...], at: datetime) -> datetime:
    """When to try again after that many failures in a row: ever later, the last pause for ever."""
    return at + timedelta(seconds=pauses[min(max(failures, 1), len(pauses)) - 1])
