"""Contacts that hurt: counted for who had them, followed by a pause, then others' turn (S-132)."""

from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.models import HardContact
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor

LONGEST = 300


def note(ref: str, *, what: str = "", actor: Actor, at: datetime) -> HardContact:
    """This contact was hard for him. Counted once a day and conversation. `what` is for the leader
    and stays among us. Raises NotFound, NotAllowed (`may_not_answer`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        there = HardContact.objects.filter(
            conversation=conversation, user_id=actor.person_id, at__date=at.date()
        ).first()
        if there is not None:
            return there
        row = HardContact.objects.create(
            conversation=conversation,
            user_id=actor.person_id,
            at=at,
            note=" ".join(what.split())[:LONGEST],
        )
        fact = events.HardContactNoted(conversation_id=conversation.pk, user_id=actor.person_id)
        common.tell(fact, conversation, actor=actor, at=at)
    return row
