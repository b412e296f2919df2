"""Notes among ourselves: never part of what a customer can see; colleagues are called by an @."""

from collections.abc import Sequence
from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.enums import Direction
from zabota.domains.desk.errors import Incomplete
from zabota.domains.desk.models import Conversation, Draft, Mention, Message
from zabota.domains.desk.queries import access
from zabota.domains.desk.rules import mentions
from zabota.domains.desk.services import common
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.search import index


def write(ref: str, *, text: str, actor: Actor, at: datetime, client_id: str = "") -> Message:
    """Write a note; a colleague who only reads may too. The same `client_id` again changes nothing.

    Who is named behind an @ and may see the conversation is told. Raises NotFound, Incomplete
    (`text_empty`).
    """
    with tx.write():
        conversation = access.conversation_for(actor, ref, lock=True)
        if not text.strip():
            raise Incomplete("text_empty")
        if client_id and (there := _written(conversation, actor, client_id)):
            return there
        called = mentions.named(text, access.names_of_seers(conversation))
        called = tuple(number for number in called if number != actor.id)
        Draft.objects.filter(
            conversation=conversation, user_id=actor.person_id, kind="note"
        ).delete()
        return add(conversation, text, called=called, actor=actor, at=at, client_id=client_id)


def add(
    conversation: Conversation,
    text: str,
    *,
    called: Sequence[int],
    actor: Actor,
    at: datetime,
    client_id: str = "",
) -> Message:
    """The same within the caller's transaction, for colleagues already chosen.

    A note moves nothing in the customers' order of a list: it is no word to the customer.
    """
    note = Message.objects.create(
        conversation=conversation,
        direction=Direction.NOTE,
        author_id=actor.id,
        at=at,
        text=text.strip(),
        client_id=client_id or None,
    )
    Mention.objects.bulk_create(Mention(message=note, user_id=number) for number in called)
    index.put(
        kind="note",
        object_id=note.pk,
        group_id=conversation.pk,
        text=note.text,
        at=at,
        space_id=conversation.team_id,
        owner_id=conversation.private_to_id or conversation.assignee_id,
    )
    common.refresh(conversation)
    fact = events.NoteWritten(
        conversation_id=conversation.pk, message_id=note.pk, mentioned=tuple(called)
    )
    common.tell(fact, conversation, actor=actor, at=at)
    return note


def _written(conversation: Conversation, actor: Actor, client_id: str) -> Message | None:
    return Message.objects.filter(
        conversation=conversation, author_id=actor.id, client_id=client_id
    ).first()
