"""How far a colleague has read: kept for himself, told to nobody."""

from datetime import datetime

from zabota.domains.desk.models import Mention, ReadMark
from zabota.domains.desk.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor


def mark(ref: str, *, message_id: int, actor: Actor, at: datetime) -> None:
    """He has read up to that message; mentions of him until there are read. Never goes back.

    Raises NotFound.
    """
    with tx.write():
        conversation = access.conversation_for(actor, ref)
        row, new = ReadMark.objects.get_or_create(
            conversation=conversation,
            user_id=actor.person_id,
            defaults={"message_id": message_id, "at": at},
        )
        if not new and row.message_id <= message_id:
            row.message_id, row.at = message_id, at
            row.save(update_fields=["message_id", "at"])
        Mention.objects.filter(
            user_id=actor.person_id,
            read_at__isnull=True,
            message__conversation=conversation,
            message_id__lte=message_id,
        ).update(read_at=at)
