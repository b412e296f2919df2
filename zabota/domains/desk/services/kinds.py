"""What a conversation is about: its situation, the phase of the purchase, matter or talk, whether
it is urgent (S-123, S-124, S-127, S-129).
"""

from datetime import datetime

from zabota.domains.charter import queries as charter
from zabota.domains.desk import events
from zabota.domains.desk.enums import Kind, Phase
from zabota.domains.desk.errors import Incomplete
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.queries import access
from zabota.domains.desk.rules.sections import Situations
from zabota.domains.desk.services import common
from zabota.domains.desk.services.standards import scope_of
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor


def choose(
    ref: str,
    *,
    situation: str,
    phase: str,
    kind: str,
    is_urgent: bool,
    actor: Actor,
    at: datetime,
) -> Conversation:
    """Say what it is about; "" for a situation or phase that is not known.

    Raises NotFound, NotAllowed (`may_not_answer`), Incomplete (`kind_unknown`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        known = charter.in_force(at=at).section(Situations, scope=scope_of(conversation)).known
        fits = situation in {"", *known} and phase in {"", *Phase} and kind in set(Kind)
        if not fits:
            raise Incomplete("kind_unknown")
        conversation.situation, conversation.phase = situation, phase
        conversation.kind, conversation.is_urgent = kind, is_urgent
        common.refresh(conversation)
        fact = events.KindChosen(
            conversation_id=conversation.pk, situation=situation, phase=phase, kind=kind
        )
        common.tell(fact, conversation, actor=actor, at=at)
    return conversation
