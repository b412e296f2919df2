"""The tick of the files."""

from datetime import datetime, timedelta

from zabota.kernel.files import store

LONGEST_WRITE = timedelta(days=1)


def sweep(*, at: datetime) -> int:
    """Bytes of letters that could not be taken in, and of replies never sent, don't pile up."""
    return store.sweep(before=at - LONGEST_WRITE)
