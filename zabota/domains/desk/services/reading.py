"""How far a colleague has read: kept for himself, told to nobody."""

from datetime import datetime

from zabota.domains.desk.models import Conversation, Mention, ReadMark
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries.beside import may_have
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor


def mark(ref: str, *, message_id: int, actor: Actor, at: datetime) -> None:
    """He has read up to that message; mentions of him until there are read. Never goes back.

    Raises NotFound.
    """
    with tx.write():
        conversation = access.conversation_for(actor, ref)
        note(conversation, message_id, actor=actor, at=at)
        if may_have(Mention, actor, conversation.pk):
            Mention.objects.filter(
                user_id=actor.person_id,
                read_at__isnull=True,
                message__conversation=conversation,
                message_id__lte=message_id,
            ).update(read_at=at)


def note(conversation: Conversation, message_id: int, *, actor: Actor, at: datetime) -> None:
    """The mark alone, within the caller's transaction."""
    marks = ReadMark.objects.filter(conversation=conversation, user_id=actor.person_id)
    if not marks.filter(message_id__lte=message_id).update(message_id=message_id, at=at):
        ReadMark.objects.get_or_create(
            conversation=conversation,
            user_id=actor.person_id,
            defaults={"message_id": message_id, "at": at},
        )
