"""Who looks after a customer: whom he prefers, who is his own, who stands in; his VIP level."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from zabota.domains.people import events
from zabota.domains.people.enums import RelationshipType
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.people.models import Customer, Deputy, VipGrant
from zabota.domains.people.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.facts import log as facts

LEADING = (Role.LEADER, Role.MANAGER, Role.OWNER)


def prefer(customer_ref: str, agent_id: int | None, *, actor: Actor, at: datetime) -> Customer:
    """The customer likes to be answered by this agent, or by nobody in particular (S-143).

    Raises NotFound, NotAllowed, Incomplete (`agent_unknown`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        _check_agents([agent_id] if agent_id else [])
        if customer.preferred_agent_id != agent_id:
            customer.preferred_agent_id = agent_id
            customer.save(update_fields=["preferred_agent_id"])
            _tell(customer, actor, at)
    return customer


def dedicate(
    customer_ref: str,
    agent_id: int | None,
    *,
    deputies: Sequence[int] = (),
    actor: Actor,
    at: datetime,
) -> Customer:
    """This agent is the customer's own from now on, with deputies in that order; None: he has
    none (S-034). How many one agent may have is for the caller to say: it is routing's rule.

    Raises NotFound, NotAllowed (`leader_only`), Incomplete (`agent_unknown`,
    `deputy_without_agent`).
    """
    with tx.within():
        customer = access.changeable(actor, customer_ref)
        _only_leaders(actor)
        others = [one for one in dict.fromkeys(deputies) if one != agent_id]
        if others and agent_id is None:
            raise Incomplete("deputy_without_agent")
        _check_agents([*([agent_id] if agent_id else []), *others])
        customer.dedicated_agent_id = agent_id
        customer.save(update_fields=["dedicated_agent_id"])
        Deputy.objects.filter(customer=customer).delete()
        Deputy.objects.bulk_create(
            Deputy(customer=customer, agent_id=one, place=place)
            for place, one in enumerate(others, start=1)
        )
        _tell(customer, actor, at)
    return customer


def relate(
    customer_ref: str, relationship: RelationshipType | None, *, actor: Actor, at: datetime
) -> Customer:
    """How this customer is served, against what holds for his segment; None: as the segment
    (S-032). Raises NotFound, NotAllowed.
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        value = relationship.value if relationship else ""
        if customer.relationship != value:
            customer.relationship = value
            customer.save(update_fields=["relationship"])
            _tell(customer, actor, at)
    return customer


def grant_vip(
    customer_ref: str,
    *,
    level: str,
    reason: str,
    since: date,
    until: date | None,
    actor: Actor,
    at: datetime,
) -> VipGrant:
    """Grant a level, by hand (a leader) or by a rule (the system); the one before ends (S-029).

    Raises NotFound, NotAllowed (`leader_only`), Incomplete (`reason_needed`, `dates_unclear`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        _only_leaders(actor)
        if not reason.strip() or not level:
            raise Incomplete("reason_needed")
        if until is not None and until < since:
            raise Incomplete("dates_unclear")
        _standing(customer).update(ended_at=at, ended_by_id=actor.id)
        row = VipGrant.objects.create(
            customer=customer,
            level=level,
            reason=reason.strip()[:200],
            grantor_id=actor.id,
            since=since,
            until=until,
            granted_at=at,
        )
        fact = events.VipGranted(customer_id=customer.pk, grant_id=row.pk)
        facts.publish(fact, at=at, actor_id=actor.id)
    return row


def end_vip(customer_ref: str, *, actor: Actor, at: datetime) -> None:
    """He has no level any more. Raises NotFound, NotAllowed (`leader_only`), Conflict
    (`already_so`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        _only_leaders(actor)
        if not _standing(customer).update(ended_at=at, ended_by_id=actor.id):
            raise Conflict("already_so")
        facts.publish(events.VipEnded(customer_id=customer.pk), at=at, actor_id=actor.id)


def _standing(customer: Customer) -> QuerySet[VipGrant]:
    return VipGrant.objects.filter(customer_id__in=access.ids_of(customer), ended_at__isnull=True)


def _only_leaders(actor: Actor) -> None:
    if actor.role not in LEADING and not actor.is_system:
        raise NotAllowed("leader_only")


def _check_agents(agent_ids: Sequence[int]) -> None:
    wanted = set(agent_ids)
    if accounts.active_users().filter(pk__in=wanted).count() != len(wanted):
        raise Incomplete("agent_unknown")


def _tell(customer: Customer, actor: Actor, at: datetime) -> None:
    fact = events.CustomerChanged(customer_id=customer.pk)
    facts.publish(fact, at=at, actor_id=actor.id)
