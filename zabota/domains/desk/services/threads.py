"""The thread of a conversation as writes use it: who is written to, what was said last, one more
message.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import QuerySet

from zabota.domains.desk import events, rules
from zabota.domains.desk.enums import Direction, ParticipantRole, Trust
from zabota.domains.desk.models import Conversation, Message, Participant
from zabota.domains.desk.services import common
from zabota.kernel.accounts.roles import SYSTEM
from zabota.kernel.search import index

MOST_REFERENCES = 20
PREVIEW = 200


def recipients(
    conversation: Conversation, dropped: Collection[str] = ()
) -> Sequence[tuple[str, str]]:
    """(name, address) of everybody who takes part and gets the next reply."""
    rows = _writable(conversation).select_related("identity").order_by("pk")
    return rules.recipients_of([(row.name, row.identity.shown) for row in rows], dropped)


def main_person(conversation: Conversation) -> tuple[str, str] | None:
    """(name, address) of the customer himself: who wrote first and still takes part."""
    row = (
        _writable(conversation)
        .filter(role=ParticipantRole.CUSTOMER)
        .select_related("identity")
        .order_by("pk")
        .first()
    )
    return (row.name, row.identity.shown) if row else None


def last_from_customer(conversation: Conversation) -> Message | None:
    return (
        conversation.messages.filter(direction=Direction.IN, automatic="").order_by("-pk").first()
    )


def last_external_id(conversation: Conversation) -> str:
    answered = last_from_customer(conversation)
    return answered.external_id if answered else ""


def references(conversation: Conversation) -> tuple[str, ...]:
    """Message-IDs of the thread for the References header: the newest ones, oldest first."""
    names = (
        conversation.messages.exclude(external_id="")
        .exclude(direction=Direction.NOTE)
        .order_by("-pk")
        .values_list("external_id", flat=True)[:MOST_REFERENCES]
    )
    return tuple(reversed(names))


def add_from_customer(
    conversation: Conversation, identity_id: int, text: str, *, client_id: str, at: datetime
) -> Message:
    """A message that the customer typed on his own page: the signed link says who he is."""
    message = Message.objects.create(
        conversation=conversation,
        direction=Direction.IN,
        identity_id=identity_id,
        at=at,
        text=text,
        trust=Trust.VERIFIED,
        language=conversation.language,
        client_id=client_id or None,
    )
    count_in(conversation, message, at=at)
    fact = events.MessageReceived(
        conversation_id=conversation.pk, message_id=message.pk, trust=Trust.VERIFIED
    )
    common.tell(fact, conversation, actor=SYSTEM, at=at)
    return message


def count_in(conversation: Conversation, message: Message, *, at: datetime) -> None:
    """Refresh what lists show of the last message, and make it findable. The caller saves."""
    conversation.message_count += 1
    conversation.last_message_at = at
    conversation.last_direction = message.direction
    conversation.preview = " ".join(message.text.split())[:PREVIEW]
    index.put_many(
        [
            index.Entry(
                kind="message",
                object_id=message.pk,
                group_id=conversation.pk,
                text=message.text,
                at=at,
                space_id=conversation.team_id,
                owner_id=conversation.private_to_id or conversation.assignee_id,
            )
        ]
    )


def _writable(conversation: Conversation) -> QuerySet[Participant]:
    return Participant.objects.filter(conversation=conversation, dropped_at__isnull=True).exclude(
        role=ParticipantRole.SOMEONE_ELSE
    )
