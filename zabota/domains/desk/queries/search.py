"""Finding conversations by words: what the index finds is asked again of the rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.channels.rules.chats import KIND as CHAT
from zabota.domains.desk.enums import Direction, State
from zabota.domains.desk.models import Message
from zabota.domains.desk.queries import access
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.search import lookup, marks

MOST = 50
SNIPPET = 200


@dataclass(frozen=True, kw_only=True)
class Found:
    """A conversation with its newest message that has the words; `snippet` shows the first."""

    ref: str
    number: int
    subject: str
    state: State
    customer_name: str
    is_chat: bool
    message_ref: str
    direction: Direction
    snippet: str
    at: datetime


def search(actor: Actor, q: str, *, limit: int = MOST) -> Sequence[Found]:
    """Conversations that the person may see, the newest hit first: at most three queries."""
    hits = lookup.find(
        q,
        spaces=None if actor.sees_all else actor.teams | actor.led,
        owner_id=actor.id,
        limit=limit,
        one_each=True,
    )
    hits = [hit for hit in hits if hit.kind in {"message", "note"}]
    # The index opens by team; a letter to the director alone is closed by the conversation.
    seen = access.conversations_for(actor).filter(pk__in=[hit.group_id for hit in hits])
    rows = (
        Message.objects.filter(pk__in=[hit.object_id for hit in hits], conversation__in=seen)
        .exclude(delivery="undone")
        .select_related("conversation__customer__merged_into", "conversation__channel")
    )
    messages = {row.pk: row for row in rows}
    return [_found(messages[hit.object_id], q) for hit in hits if hit.object_id in messages]


def _found(row: Message, q: str) -> Found:
    conversation = row.conversation
    return Found(
        ref=conversation.ref,
        number=conversation.number,
        subject=conversation.subject,
        state=State(conversation.state),
        customer_name=access.customer_name(conversation),
        is_chat=conversation.channel.kind == CHAT,
        message_ref=row.ref,
        direction=Direction(row.direction),
        snippet=marks.excerpt(row.text, q, length=SNIPPET),
        at=row.at,
    )
