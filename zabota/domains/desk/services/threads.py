"""The thread of a conversation as writes use it: who is written to, what was said last, one more
message.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from zabota.domains.desk import events, rules
from zabota.domains.desk.enums import Delivery, Direction, ParticipantRole, Trust
from zabota.domains.desk.models import Conversation, Message, Participant
from zabota.domains.desk.queries.thread import pieces
from zabota.domains.desk.services import common
from zabota.domains.people.queries import ties
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
    """(name, address) of the customer himself: who wrote first and still takes part; where none
    such is left, of who came first of the others. Of a matter for somebody else: of who hears the
    news of it (S-052).

    Whose address is not proved is called by the address: a name would be a stranger's words, which
    we would carry to whomever he named (T15).
    """
    row = _main(conversation)
    if row is None:
        return None
    shown = row.identity.shown
    return (row.name if row.identity.verified_at else shown, shown)


def form_of_address(conversation: Conversation) -> str:
    """How our letter greets him: as we know he wishes to be called, else as he is called (S-047).
    Whose address is not proved is called by it; "" when there is nobody.
    """
    row = _main(conversation)
    if row is None:
        return ""
    if row.identity.verified_at is None:
        return row.identity.shown
    customer = row.identity.customer.merged_into or row.identity.customer
    return customer.say or row.name


def _main(conversation: Conversation) -> Participant | None:
    there = _writable(conversation).order_by("pk")
    there = there.select_related("identity__customer__merged_into")
    if conversation.for_customer_id is not None:
        heard = ties.news_of(conversation.customer_id, conversation.for_customer_id)
        theirs = Q(identity__customer_id__in=heard) | Q(
            identity__customer__merged_into_id__in=heard
        )
        there = there.filter(theirs) if there.filter(theirs).exists() else there
    return there.filter(role=ParticipantRole.CUSTOMER).first() or there.first()


def last_from_customer(conversation: Conversation) -> Message | None:
    """The last letter of somebody who gets our answer: a stranger's words are quoted to nobody."""
    there = _writable(conversation).values("identity_id")
    letters = conversation.messages.filter(
        direction=Direction.IN, automatic="", identity_id__in=there
    )
    return letters.order_by("-pk").first()


def was_read_by(letter: Message, people: Collection[tuple[str, str]]) -> bool:
    """Whether each of these people (name, address) wrote that letter or was written to by it.

    Quoted to anybody else, it would tell him what was said to others (T23).
    """
    named = {str(address).strip().lower() for _name, address in (*letter.to, *letter.cc)}
    if letter.identity is not None:
        named |= {letter.identity.value, letter.identity.shown.strip().lower()}
    return {address.strip().lower() for _name, address in people} <= named


def waits_since(conversation: Conversation) -> datetime | None:
    """Since when the customer waits: his first letter after our last one that arrives."""
    letters = conversation.messages.exclude(delivery__in=(Delivery.UNDONE, Delivery.FAILED))
    ours = letters.filter(direction=Direction.OUT).order_by("-pk").values_list("pk", flat=True)
    asked = letters.filter(direction=Direction.IN, automatic="", pk__gt=ours.first() or 0)
    return asked.order_by("pk").values_list("at", flat=True).first()


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
    """Refresh what lists show of a message just made, and make it findable. The caller saves."""
    conversation.message_count += 1
    conversation.last_message_at = at
    conversation.last_direction = message.direction
    conversation.preview = " ".join(message.text.split())[:PREVIEW]
    index.add_many(
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


def count_out(conversation: Conversation) -> None:
    """One message less: lists show the last one that is left. The caller saves."""
    letters = conversation.messages.exclude(direction=Direction.NOTE)
    last = letters.exclude(delivery=Delivery.UNDONE).order_by("-pk").first()
    conversation.message_count = max(0, conversation.message_count - 1)
    if last is not None:
        own = "".join(one.text for one in pieces(last.text, last.folds) if one.kind == "own")
        conversation.last_message_at, conversation.last_direction = last.at, last.direction
        conversation.preview = " ".join(own.split())[:PREVIEW]


def _writable(conversation: Conversation) -> QuerySet[Participant]:
    return Participant.objects.filter(conversation=conversation, dropped_at__isnull=True).exclude(
        role=ParticipantRole.SOMEONE_ELSE
    )
