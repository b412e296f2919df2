"""For whom a matter is: a secretary or a relative may write for somebody else, and the news go to
whom they are for (S-052).
"""

from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.enums import ParticipantRole
from zabota.domains.desk.errors import Incomplete
from zabota.domains.desk.models import Conversation, Participant
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common
from zabota.domains.people.queries import ties
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor


def choose(ref: str, *, whom: str, actor: Actor, at: datetime) -> None:
    """Note for whom the matter is: the ref of one for whom its customer orders, "" for himself.

    Who hears the news by their tie gets our replies from now on, and the questions of the house go
    to him where the tie names him alone; nobody else is left out by it. Raises NotFound,
    NotAllowed, Incomplete (`no_tie`: nothing says that he orders for that one).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        known = {one.ref: one.id for one in ties.ordered_for(conversation.customer_id or 0)}
        if whom and whom not in known:
            raise Incomplete("no_tie")
        conversation.for_customer_id = known.get(whom)
        conversation.save(update_fields=["for_customer"])
        for number in ties.news_of(conversation.customer_id, conversation.for_customer_id):
            _take_up(conversation, number, at)
        common.refresh(conversation)
        fact = events.ForWhomChosen(
            conversation_id=conversation.pk, for_customer_id=conversation.for_customer_id
        )
        common.tell(fact, conversation, actor=actor, at=at)


def _take_up(conversation: Conversation, customer_id: int, at: datetime) -> None:
    """By the address that he reads; one who takes part already, or was left out, stays as he is."""
    known = ties.written_to(customer_id)
    part = Participant.objects.filter(conversation=conversation)
    if known is None or part.filter(identity__customer_id__in=known.customer_ids).exists():
        return
    Participant.objects.create(
        conversation=conversation,
        identity_id=known.identity_id,
        role=ParticipantRole.COPY,
        name=known.name,
        since=at,
    )
