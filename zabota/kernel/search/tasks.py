"""The search index's own jobs."""

from datetime import timedelta

from django.db import connection

from zabota.kernel.jobs import tasks
from zabota.kernel.search import index


@tasks.task(lane="bulk", timeout=timedelta(minutes=30))
def scrub(**_: object) -> None:
    """After erasure, leave nothing of removed documents in SQLite's files. Short steps, many."""
    more = index.scrub(first=True)
    while more:
        more = index.scrub(first=False)
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
