"""The cabinet of a customer: his matters of all channels as status cards, and what was promised.

What it shows follows the proved address he came in by, never the record that our people keep.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.channels.queries import addresses
from zabota.domains.desk.enums import State
from zabota.domains.desk.errors import NotFound
from zabota.domains.desk.models import ClosingProposal, Conversation
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries import thread as threads
from zabota.domains.desk.rules import cards
from zabota.domains.people.errors import NotFound as NobodyThere
from zabota.domains.people.queries import doors
from zabota.domains.people.queries.doors import Holder
from zabota.domains.promises import queries as promises

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Line:
    """One matter as a card (S-150, S-701)."""

    ref: str
    subject: str
    brand_name: str
    opened_at: datetime
    last_message_at: datetime
    in_chat: bool
    agent_name: str
    card: cards.Card
    words: Sequence[promises.Word]
    asks_to_close: bool
    is_closed: bool


@dataclass(frozen=True, kw_only=True)
class Cabinet:
    """Those in which something waits for him first, then the open ones, then the closed ones."""

    holder: Holder
    brand_id: int | None
    brand_name: str
    brand_language: str
    time_zone: str
    lines: Sequence[Line]


def holder(visit: str, *, at: datetime) -> Holder:
    """Who is signed in. Raises NotFound."""
    try:
        return doors.holder(visit, at=at)
    except NobodyThere as problem:
        raise NotFound from problem


def cabinet(visit: str, *, at: datetime) -> Cabinet:
    """All of it. Raises NotFound."""
    found = holder(visit, at=at)
    rows = list(
        Conversation.objects.select_related("brand", "assignee")
        .filter(pk__in=access.his(found).values("conversation_id"), merged_into__isnull=True)
        .order_by("-last_message_at")[:MOST]
    )
    asked = set(
        ClosingProposal.objects.filter(conversation__in=rows, answered_at__isnull=True).values_list(
            "conversation_id", flat=True
        )
    )
    chats = addresses.chats()
    lines = [
        _line(row, asks=row.pk in asked, in_chat=row.channel_id in chats, at=at) for row in rows
    ]
    brand = rows[0].brand if rows else None
    return Cabinet(
        holder=found,
        brand_id=brand.pk if brand else None,
        brand_name=brand.name if brand else "",
        brand_language=brand.language if brand else "",
        time_zone=brand.time_zone if brand else "",
        lines=sorted(lines, key=lambda one: (not one.asks_to_close, one.is_closed)),
    )


def _line(row: Conversation, *, asks: bool, in_chat: bool, at: datetime) -> Line:
    words = promises.words_about("conversation", row.pk)
    return Line(
        ref=row.ref,
        subject=row.subject,
        brand_name=row.brand.name,
        opened_at=row.opened_at,
        last_message_at=row.last_message_at,
        in_chat=in_chat,
        agent_name=row.assignee.name if row.assignee else "",
        card=threads.card(row, words=words, at=at),
        words=[word for word in words if word.is_standing],
        asks_to_close=asks,
        is_closed=row.state == State.CLOSED,
    )
