"""Publishing and reading facts.

`publish` inserts, in the caller's transaction, the fact and one job for each wired reaction, unique
by (fact, reaction): no reaction reads by a cursor. Cursor readers (live hints, replay, export) use
`after`, which never skips a row that commits late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import BigIntegerField, Func, Q, QuerySet

from zabota.kernel.facts import wires
from zabota.kernel.facts.base import NOWHERE, Context, Fact
from zabota.kernel.facts.models import FactRow
from zabota.kernel.jobs import tasks

Kind = TypeVar("Kind", bound=Fact)


@dataclass(frozen=True, kw_only=True)
class News:
    """One fact to publish: what happened, when, by whom, where."""

    fact: Fact
    at: datetime
    actor_id: int | None = None
    context: Context = NOWHERE


def publish(
    fact: Fact, *, at: datetime, actor_id: int | None = None, context: Context = NOWHERE
) -> int:
    """Record that something happened and ask for its reactions. Returns the fact's id.

    Must be called inside the transaction that makes the change, so that neither is without the
    other.
    """
    return publish_many([News(fact=fact, at=at, actor_id=actor_id, context=context)])[0]


def publish_many(news: Sequence[News]) -> Sequence[int]:
    """The same for many at once: one insert for the facts, one for their jobs."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("facts were published outside the transaction of their change")
    number = _transaction_id()
    rows = FactRow.objects.bulk_create(FactRow(**_columns(one), transaction=number) for one in news)
    calls = [
        tasks.Call(reaction, {"fact_id": row.pk}, f"fact:{row.pk}:{reaction.name}")
        for row, one in zip(rows, news, strict=True)
        for reaction in wires.reactions(one.fact)
    ]
    tasks.enqueue_many(calls)
    transaction.on_commit(_wake)
    return [int(row.pk) for row in rows]


def _columns(news: News) -> dict[str, Any]:
    fact = news.fact
    about = fact.about() or ("", None)
    return {
        "name": fact.name(),
        "version": fact.version,
        "at": news.at,
        "actor_id": news.actor_id,
        "about_kind": about[0],
        "about_id": about[1],
        "data": fact.data(),
        **vars(news.context),
    }


def _transaction_id() -> int | None:
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        row: tuple[int] = cursor.fetchone()
    return row[0]


def _wake() -> None:
    from zabota.kernel.live import hub  # late: the hub is only there in a serving process

    hub.wake()


def fetch(kind: type[Kind], fact_id: int) -> Kind:
    """The fact that a reaction was called for. Raises FactRow.DoesNotExist when it is not there."""
    row = FactRow.objects.get(pk=fact_id, name=kind.name())
    return kind.from_data(row.data)


def row(fact_id: int) -> FactRow:
    """The stored row: who, when and in which context."""
    return FactRow.objects.get(pk=fact_id)


def after(position: int, *, limit: int = 500) -> Sequence[FactRow]:
    """Facts behind the one of that id, in an order in which none can appear before what was read.

    On SQLite, which has one writer, ids are that order. On PostgreSQL ids are taken before commits
    are, so there it is (transaction, id), up to the oldest transaction that still runs.
    """
    return list(_behind(position)[:limit])


def last_position() -> int:
    """The id behind which only what happens from now on is read; 0 on an empty log."""
    return _ordered().reverse().values_list("pk", flat=True).first() or 0


def _behind(position: int) -> QuerySet[FactRow]:
    if connection.vendor != "postgresql":
        return _ordered().filter(pk__gt=position)
    here = FactRow.objects.filter(pk=position).values_list("transaction", flat=True).first() or 0
    later = Q(transaction__gt=here) | Q(transaction=here, pk__gt=position)
    return _ordered().filter(later)


def _ordered() -> QuerySet[FactRow]:
    if connection.vendor != "postgresql":
        return FactRow.objects.order_by("pk")
    return FactRow.objects.filter(transaction__lt=_OldestRunning()).order_by("transaction", "pk")


class _OldestRunning(Func):
    """The first transaction id that may still be running."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    arity = 0
    output_field = BigIntegerField()


def history(kind: str, number: int) -> QuerySet[FactRow]:
    """All facts about one matter, in the order in which they happened."""
    return FactRow.objects.filter(about_kind=kind, about_id=number).order_by("pk")
