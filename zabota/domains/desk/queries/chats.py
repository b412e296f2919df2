"""A chat as those see it who lead it: who is there, how far he has read, what else waits.

What its visitor sees is `talk`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from zabota.domains.channels.rules.chats import KIND
from zabota.domains.channels.services import visits
from zabota.domains.desk.enums import Direction, ParticipantRole, State
from zabota.domains.desk.models import Conversation, Message, ReadMark
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries.thread import participants
from zabota.domains.people.enums import IdentityKind
from zabota.kernel.accounts.roles import Actor

AT_ONCE = 12


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where somebody reads or types: a conversation, and whether he leads it."""

    id: int
    is_chat: bool
    leads: bool


@dataclass(frozen=True, kw_only=True)
class Visiting:
    """The visitor of a chat. `waits_since`: when he wrote what we have not answered; `read_up_to`:
    the last message that was shown to him.
    """

    page: str
    seen_at: datetime
    read_up_to: int
    waits_since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Open:
    """A chat that a person leads. `is_new`: words of the visitor that he has not read."""

    id: int
    ref: str
    name: str
    is_new: bool


def place(actor: Actor, ref: str) -> Place:
    """The conversation of that ref. Raises NotFound."""
    found = Conversation.objects.select_related("channel").get(
        pk=access.conversation_for(actor, ref).pk
    )
    return Place(
        id=found.pk,
        is_chat=found.channel.kind == KIND,
        leads=found.assignee_id == actor.person_id,
    )


def visiting(actor: Actor, ref: str) -> Visiting | None:
    """Who visits that chat; None where no visitor's browser takes part. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    names = [
        one.identity.value
        for one in participants(conversation)
        if one.identity.kind == IdentityKind.CHAT
        and one.dropped_at is None
        and one.role != ParticipantRole.SOMEONE_ELSE
    ]
    seen = visits.last_seen(names)
    if seen is None:
        return None
    waits = conversation.waiting_since if conversation.state == State.WAITING_US else None
    return Visiting(
        page=seen.page,
        seen_at=seen.at,
        read_up_to=seen.read_up_to,
        waits_since=waits,
    )


def led_by(actor: Actor) -> Sequence[Open]:
    """His open chats, in the order in which they began, so that none moves while he types. One
    query.
    """
    read = ReadMark.objects.filter(
        user_id=actor.person_id, conversation_id=OuterRef("conversation")
    )
    unread = Message.objects.filter(conversation=OuterRef("pk"), direction=Direction.IN).exclude(
        Exists(read.filter(message_id__gte=OuterRef("pk")))
    )
    rows = (
        access.conversations_for(actor)
        .filter(assignee_id=actor.person_id, channel__kind=KIND)
        .exclude(state=State.CLOSED)
        .select_related("customer__merged_into")
        .annotate(is_new=Exists(unread))
        .order_by("pk")[:AT_ONCE]
    )
    return [
        Open(id=row.pk, ref=row.ref, name=access.customer_name(row), is_new=row.is_new)
        for row in rows
    ]
