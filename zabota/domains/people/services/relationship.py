"""Where the relationship with a customer stands; it ends only for grave reasons, by a leader.

The "do not serve" register remembers why, who approved and when to look at it again (S-044).
"""

from datetime import date, datetime

from zabota.domains.people import events
from zabota.domains.people.enums import EndReason, RelationshipState
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.people.models import Customer, Refusal, RelationshipChange
from zabota.domains.people.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.facts import log as facts

LEADING = (Role.LEADER, Role.MANAGER, Role.OWNER)


def change(
    customer_ref: str,
    *,
    state: RelationshipState,
    reason: str,
    evidence: str = "",
    actor: Actor,
    at: datetime,
) -> RelationshipChange:
    """Change the state. Ending is a leader's, with evidence, for a reason of the closed list.

    Raises NotFound, NotAllowed (`may_not_answer`, `leader_only`), Incomplete (`reason_needed`,
    `reason_not_allowed`, `evidence_needed`), Conflict (`already_so`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        return _change(customer, state, reason, evidence, actor=actor, at=at)


def end_service(
    customer_id: int,
    *,
    reason: str,
    evidence: str,
    review_on: date,
    actor: Actor,
    at: datetime,
) -> Refusal:
    """End the relationship and enter the customer into the register, in the caller's transaction.

    Raises NotFound, and what `change` does; Incomplete (`review_date_needed`).
    """
    with tx.within():
        customer = _stays(customer_id)
        if review_on <= at.date():
            raise Incomplete("review_date_needed")
        _refuse_hasty_ending(reason, evidence, actor)
        if is_refused(customer_id):
            raise Conflict("already_so")
        if customer.state != RelationshipState.ENDED:
            _change(customer, RelationshipState.ENDED, reason, evidence, actor=actor, at=at)
        return Refusal.objects.create(
            customer=customer,
            evidence=evidence.strip(),
            approver_id=actor.id or 0,
            since=at,
            review_on=review_on,
        )


def lift(customer_ref: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Serve him again. Raises NotFound, NotAllowed (`leader_only`), Incomplete (`reason_needed`),
    Conflict (`already_so`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        if actor.role not in LEADING:
            raise NotAllowed("leader_only")
        if not reason.strip():
            raise Incomplete("reason_needed")
        lifted = Refusal.objects.filter(
            customer_id__in=access.ids_of(customer), lifted_at__isnull=True
        ).update(lifted_at=at)
        if not lifted:
            raise Conflict("already_so")
        if customer.state == RelationshipState.ENDED:
            _change(customer, RelationshipState.AT_RISK, reason, "", actor=actor, at=at)


def take_back(customer_id: int, *, since: datetime, actor: Actor, at: datetime) -> None:
    """The ending of that moment was taken back before the customer heard of it: he is as he was.

    In the caller's transaction. Nothing happens when it does not stand any more.
    """
    with tx.within():
        customer = Customer.objects.select_for_update().get(pk=customer_id)
        standing = Refusal.objects.filter(customer=customer, since=since, lifted_at__isnull=True)
        if not standing.update(lifted_at=at):
            return
        changes = RelationshipChange.objects.filter(customer=customer)
        ending = changes.filter(at=since, state=RelationshipState.ENDED).order_by("-pk").first()
        if ending is None or customer.state != RelationshipState.ENDED:
            return
        before = changes.filter(pk__lt=ending.pk).order_by("-pk").first()
        state = RelationshipState(before.state) if before else RelationshipState.ACTIVE
        _change(customer, state, "taken back", "", actor=actor, at=at)


def is_refused(customer_id: int) -> bool:
    """Whether he stands in the register, under whichever of his records."""
    customer = Customer.objects.filter(pk=customer_id).select_related("merged_into").first()
    if customer is None:
        return False
    known_as = access.ids_of(customer.merged_into or customer)
    return Refusal.objects.filter(customer_id__in=known_as, lifted_at__isnull=True).exists()


def _stays(customer_id: int) -> Customer:
    """The customer, locked; of a merged one who stays."""
    rows = Customer.objects.select_for_update(of=("self",))
    found = rows.filter(pk=customer_id).first()
    if found is not None and found.merged_into_id is not None:
        found = rows.filter(pk=found.merged_into_id).first()
    if found is None:
        raise NotFound
    return found


def _change(
    customer: Customer,
    state: RelationshipState,
    reason: str,
    evidence: str,
    *,
    actor: Actor,
    at: datetime,
) -> RelationshipChange:
    if not reason.strip():
        raise Incomplete("reason_needed")
    if state is RelationshipState.ENDED:
        _refuse_hasty_ending(reason, evidence, actor)
    if customer.state == state:
        raise Conflict("already_so")
    customer.state = state
    customer.save(update_fields=["state"])
    row = RelationshipChange.objects.create(
        customer=customer,
        state=state,
        reason=reason.strip()[:200],
        evidence=evidence.strip(),
        actor_id=actor.id,
        approver_id=actor.id if state is RelationshipState.ENDED else None,
        at=at,
    )
    fact = events.RelationshipChanged(customer_id=customer.pk, state=state)
    facts.publish(fact, at=at, actor_id=actor.id)
    return row


def _refuse_hasty_ending(reason: str, evidence: str, actor: Actor) -> None:
    if actor.role not in LEADING and not actor.is_system:
        raise NotAllowed("leader_only")
    if reason not in set(EndReason):
        raise Incomplete("reason_not_allowed")
    if not evidence.strip():
        raise Incomplete("evidence_needed")
