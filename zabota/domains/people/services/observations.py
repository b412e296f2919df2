"""What any of us saw of a customer, whatever his role, and what he proposes (S-139)."""

from datetime import datetime

from zabota.domains.people import events
from zabota.domains.people.enums import ProposalState
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.people.models import Observation
from zabota.domains.people.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.facts import log as facts

LEADING = (Role.LEADER, Role.MANAGER, Role.OWNER)


def observe(
    customer_ref: str, *, text: str, proposal: str = "", actor: Actor, at: datetime
) -> Observation:
    """Write down what was seen; a colleague of the back office may too.

    Raises NotFound, Incomplete (`text_empty`).
    """
    with tx.write():
        customer = access.customer_for(actor, customer_ref, lock=True)
        if not text.strip():
            raise Incomplete("text_empty")
        row = Observation.objects.create(
            customer=customer,
            text=text.strip(),
            proposal=proposal.strip(),
            author_id=actor.id,
            at=at,
        )
        fact = events.ObservationMade(customer_id=customer.pk, observation_id=row.pk)
        facts.publish(fact, at=at, actor_id=actor.id)
    return row


def answer(observation_id: int, *, is_taken: bool, answer: str, actor: Actor, at: datetime) -> None:
    """A leader takes the proposal up, or says why not.

    Raises NotFound, NotAllowed (`leader_only`), Incomplete (`reason_needed`), Conflict
    (`already_decided`).
    """
    with tx.write():
        row = Observation.objects.select_related("customer").filter(pk=observation_id).first()
        if row is None or not row.proposal:
            raise NotFound
        access.customer_for(actor, row.customer.ref)
        if actor.role not in LEADING:
            raise NotAllowed("leader_only")
        if row.state != ProposalState.NEW:
            raise Conflict("already_decided")
        if not answer.strip() and not is_taken:
            raise Incomplete("reason_needed")
        row.state = ProposalState.TAKEN if is_taken else ProposalState.DECLINED
        row.answer = " ".join(answer.split())[:300]
        row.answered_at, row.answered_by_id = at, actor.id
        row.save()
        fact = events.ProposalAnswered(
            customer_id=row.customer_id, observation_id=row.pk, taken=is_taken
        )
        facts.publish(fact, at=at, actor_id=actor.id)
