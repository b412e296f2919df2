"""What customers come with (S-124, S-127), and talks that were care (S-128, S-129, AS-69)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from zabota.domains.channels.queries import addresses
from zabota.domains.desk.enums import Direction, Kind, State
from zabota.domains.desk.models import Closure, Conversation, Message
from zabota.domains.desk.queries import access
from zabota.domains.desk.rules import talking
from zabota.kernel.accounts.roles import Actor

LOOK_BACK = timedelta(days=30)
LONG = timedelta(hours=1)
MOST = 10
# Shorter ones were no long talk.
MESSAGES = 8


@dataclass(frozen=True, kw_only=True)
class LongTalk:
    """A long talk: who led it, how long, and what came of it. Care, and no fault of anybody."""

    ref: str
    subject: str
    customer_name: str
    agent_name: str
    length: timedelta
    is_talk: bool  # outside our business
    state: State
    closed_by: str  # code of how it was closed, or ""


@dataclass(frozen=True, kw_only=True)
class Kinds:
    """Conversations of the last month by what they were about; "" counts those nobody named."""

    situations: Mapping[str, int]
    phases: Mapping[str, int]
    talks: int
    all: int
    long: Sequence[LongTalk]


def kinds(actor: Actor, *, at: datetime) -> Kinds:
    """The month of those conversations that the person may see."""
    rows = access.conversations_for(actor).filter(opened_at__gte=at - LOOK_BACK, history=False)
    return Kinds(
        situations=_counted(rows, "situation"),
        phases=_counted(rows, "phase"),
        talks=rows.filter(kind=Kind.TALK).count(),
        all=rows.count(),
        long=long_talks(rows),
    )


def long_talks(rows: QuerySet[Conversation]) -> Sequence[LongTalk]:
    """The longest of the chats among these; how long is told, never measured against anything."""
    chats = rows.filter(channel_id__in=addresses.chats(), message_count__gte=MESSAGES)
    shown = chats.select_related("customer__merged_into", "assignee").order_by("-message_count")
    found = {row.pk: row for row in shown[: 10 * MOST]}
    moments: dict[int, list[datetime]] = {}
    said = Message.objects.filter(conversation_id__in=found).exclude(direction=Direction.NOTE)
    for number, at in said.order_by("pk").values_list("conversation_id", "at"):
        moments.setdefault(number, []).append(at)
    ends = Closure.objects.filter(conversation_id__in=found, reopened_at__isnull=True)
    how = dict(ends.values_list("conversation_id", "how"))
    talks = [
        LongTalk(
            ref=row.ref,
            subject=row.subject,
            customer_name=access.customer_name(row),
            agent_name=row.assignee.name if row.assignee else "",
            length=talking.talk_time(moments.get(number, [])),
            is_talk=row.kind == Kind.TALK,
            state=State(row.state),
            closed_by=how.get(number, ""),
        )
        for number, row in found.items()
    ]
    long = [talk for talk in talks if talk.length >= LONG]
    return sorted(long, key=lambda talk: talk.length, reverse=True)[:MOST]


def _counted(rows: QuerySet[Conversation], field: str) -> Mapping[str, int]:
    counted = rows.values_list(field).annotate(n=Count("pk")).order_by("-n", field)
    return dict(counted)
