"""Write transactions: short, durable, never nested by accident; effects come after the commit.

A use case opens one with `write()`. A service that other use cases call within theirs uses
`within()`.
Network and mail never happen inside (architecture, "Jobs and clocks").
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def write() -> Iterator[None]:
    """One use case, one transaction: committed durably when the block ends without an error.

    Raises RuntimeError inside another transaction: the outer one would decide about our commit.
    """
    with transaction.atomic(durable=True):
        yield


@contextmanager
def within() -> Iterator[None]:
    """Part of the caller's transaction when there is one, else one of its own."""
    with transaction.atomic():
        yield


def hold(names: Collection[str]) -> None:
    """Be alone with these names until the transaction ends; who wants one of them waits.

    For what has no row to lock yet. On SQLite whoever writes is alone anyway. Names are taken in
    one order, so that two who want the same ones never wait for each other.
    """
    connection = transaction.get_connection()
    if connection.vendor != "postgresql" or not names:
        return
    keys = sorted({_key(name) for name in names})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def _key(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def has_one_writer() -> bool:
    """SQLite: whoever writes is alone until he commits, so nobody did the same meanwhile."""
    vendor: str = transaction.get_connection().vendor
    return vendor == "sqlite"


def after_commit(effect: Callable[[], object]) -> None:
    """Run `effect` when the present transaction has committed, at once when there is none."""
    transaction.on_commit(effect)
