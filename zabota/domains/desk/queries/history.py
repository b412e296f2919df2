"""What a customer asked before and how each matter ended (S-010); how he likes to be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q

from zabota.domains.desk.enums import ClosedBy, Direction, State
from zabota.domains.desk.models import Closure, Conversation, Message
from zabota.domains.desk.queries import access
from zabota.domains.promises import queries as promises
from zabota.kernel.accounts.roles import Actor

MOST_EARLIER = 20
_EARLIER = ("ref", "subject", "opened_at", "last_message_at", "state", "history")
# His latest messages tell how he writes now.
LEARNED_FROM = 200


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A matter of the same customer; `ended_by` is None while it is open."""

    ref: str
    number: int
    subject: str
    opened_at: datetime
    last_message_at: datetime
    state: State
    ended_at: datetime | None
    ended_by: ClosedBy | None
    reason: str
    is_imported: bool


@dataclass(frozen=True, kw_only=True)
class Habit:
    """Where and when he usually writes, of how many messages (S-046): hours of his time zone."""

    channel_kind: str
    hour: int | None
    messages: int


def earlier(
    actor: Actor, customer_id: int, *, except_ref: str = "", limit: int = MOST_EARLIER
) -> Sequence[Earlier]:
    """The customer's other matters that this person may see, the newest first: two queries.

    Merged customers' are the stayer's: their conversations point to either.
    """
    standing = Prefetch(
        "closures", Closure.objects.filter(reopened_at__isnull=True), to_attr="standing"
    )
    rows = (
        access.conversations_for(actor)
        .filter(Q(customer_id=customer_id) | Q(customer__merged_into_id=customer_id))
        .exclude(ref=except_ref)
        .prefetch_related(standing)
        .order_by("-last_message_at", "-pk")
        .only(*_EARLIER)
    )
    return [_earlier(row) for row in rows[:limit]]


@dataclass(frozen=True, kw_only=True)
class Given:
    """A promise to the customer, and the matter it was given in."""

    ref: str
    subject: str
    word: promises.Word


def promised(actor: Actor, customer_id: int, *, limit: int = MOST_EARLIER) -> Sequence[Given]:
    """What was promised to the customer in matters that this person may see: what still stands
    first (S-001). Three queries.
    """
    rows = access.conversations_for(actor).filter(
        Q(customer_id=customer_id) | Q(customer__merged_into_id=customer_id)
    )
    newest = rows.order_by("-last_message_at", "-pk").values_list("pk", "ref", "subject")
    matters = {number: (ref, subject) for number, ref, subject in newest[:LEARNED_FROM]}
    words = promises.words_about_all("conversation", list(matters), limit=limit)
    return [
        Given(ref=matters[w.subject_id][0], subject=matters[w.subject_id][1], word=w) for w in words
    ]


def habit(customer_id: int, *, time_zone: str = "UTC") -> Habit | None:
    """Learned from his own letters; None when he has written none."""
    rows = list(
        Message.objects.filter(
            Q(identity__customer_id=customer_id)
            | Q(identity__customer__merged_into_id=customer_id),
            direction=Direction.IN,
            automatic="",
        )
        .order_by("-pk")
        .values_list("channel__kind", "at")[:LEARNED_FROM]
    )
    if not rows:
        return None
    kinds = [kind or "" for kind, _ in rows]
    zone = ZoneInfo(time_zone or "UTC")
    hours = [at.astimezone(zone).hour for _, at in rows]
    return Habit(
        channel_kind=max(sorted(set(kinds)), key=kinds.count),
        hour=max(sorted(set(hours)), key=hours.count),
        messages=len(rows),
    )


def _earlier(row: Conversation) -> Earlier:
    closures: Sequence[Closure] = row.standing  # type: ignore[attr-defined]  # the prefetch's
    closure = next(iter(closures), None)
    return Earlier(
        ref=row.ref,
        number=row.number,
        subject=row.subject,
        opened_at=row.opened_at,
        last_message_at=row.last_message_at,
        state=State(row.state),
        ended_at=closure.at if closure else None,
        ended_by=ClosedBy(closure.how) if closure else None,
        reason=closure.reason if closure else "",
        is_imported=row.history,
    )
