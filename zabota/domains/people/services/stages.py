"""The log of stages of work with a customer: dated and authored, never rewritten (S-005)."""

from datetime import datetime

from zabota.domains.people import events
from zabota.domains.people.errors import Incomplete
from zabota.domains.people.models import Stage
from zabota.domains.people.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts


def enter(customer_ref: str, *, name: str, note: str = "", actor: Actor, at: datetime) -> Stage:
    """The customer is at this stage from now on.

    Raises NotFound, NotAllowed, Incomplete (`stage_empty`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        if not name.strip():
            raise Incomplete("stage_empty")
        stage = Stage.objects.create(
            customer=customer,
            name=" ".join(name.split())[:60],
            note=note.strip(),
            author_id=actor.id,
            at=at,
        )
        fact = events.StageEntered(customer_id=customer.pk, stage_id=stage.pk)
        facts.publish(fact, at=at, actor_id=actor.id)
    return stage
