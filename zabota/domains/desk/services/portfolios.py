"""Who is whose own agent, within the charter's limit; and evening portfolios out (S-103, S-105)."""

from collections.abc import Sequence
from datetime import datetime

from zabota.domains.charter import queries as charter
from zabota.domains.desk import events
from zabota.domains.desk.enums import State
from zabota.domains.desk.errors import Conflict, Refused
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.queries import staff
from zabota.domains.desk.rules import portfolios as rules
from zabota.domains.desk.rules.routing import Weights
from zabota.domains.desk.rules.sections import Routing
from zabota.domains.desk.services import handovers
from zabota.domains.people.queries import attention as people
from zabota.domains.people.services import attention
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts


class Full(Conflict):
    """He has as many own customers as the charter allows; `others` have room, the best first."""

    code = "portfolio_full"

    def __init__(self, others: Sequence[int]) -> None:
        super().__init__()
        self.others = others


def portfolios(*, at: datetime) -> Sequence[rules.Portfolio]:
    """Everybody's, of those who answer in a team."""
    here = staff.staff(at=at)
    weights = Weights(**charter.in_force(at=at).section(Routing).weights.model_dump())
    own: dict[int, list[rules.Customer]] = {number: [] for number in here.people}
    for one in people.portfolio(list(here.people)):
        customer = rules.Customer(id=one.customer_id, segment=one.segment)
        own[one.dedicated_agent_id].append(customer)
    return [
        rules.Portfolio(agent_id=number, customers=own[number], load=person.load.index(weights))
        for number, person in here.people.items()
    ]


def entrust(
    customer_ref: str,
    customer_id: int,
    agent_id: int | None,
    *,
    deputies: Sequence[int] = (),
    is_approved: bool = False,
    actor: Actor,
    at: datetime,
) -> None:
    """This agent is the customer's own from now on (S-034), while his portfolio has room.

    Raises Full for one too many (AS-26), unless a leader approves it; and what
    `attention.dedicate` does.
    """
    limits = charter.in_force(at=at).section(Routing).portfolio
    all_now = portfolios(at=at)
    rest = [one for one in all_now if one.agent_id == agent_id]
    has = [one for each in rest for one in each.customers if one.id != customer_id]
    exceeds = agent_id is not None and len(has) >= limits.most
    if exceeds and not is_approved:
        segment = people.service_of(customer_id, at=at).segment
        others = [one for one in all_now if one.agent_id != agent_id]
        found = rules.fitting(segment, others, aim=limits.aim)
        raise Full(found)
    with tx.write():
        attention.dedicate(customer_ref, agent_id, deputies=deputies, actor=actor, at=at)
        if exceeds and agent_id is not None:
            fact = events.PortfolioExceeded(customer_id=customer_id, user_id=agent_id)
            facts.publish(fact, at=at, actor_id=actor.id)


def proposed(*, at: datetime) -> Sequence[rules.Move]:
    """The moves that even portfolios out, by limit, mix and load (S-105)."""
    limits = charter.in_force(at=at).section(Routing).portfolio
    return rules.moves(portfolios(at=at), aim=limits.aim, most=limits.most)


def move(one: rules.Move, *, next_step: str, actor: Actor, at: datetime) -> None:
    """One customer goes to another agent, with all that is open between them: each conversation is
    handed over (S-112). The move back undoes it. Raises Conflict (`moved_meanwhile`), and what
    `attention.dedicate` does.
    """
    service = people.service_of(one.customer_id, at=at)
    if service.dedicated_agent_id != one.from_id:
        raise Conflict("moved_meanwhile")
    ref = next(
        each.ref for each in people.portfolio([one.from_id]) if each.customer_id == one.customer_id
    )
    deputies = [number for number in service.deputies if number != one.to_id]
    attention.dedicate(ref, one.to_id, deputies=deputies, actor=actor, at=at)
    open_ones = Conversation.objects.filter(
        customer_id=one.customer_id, assignee_id=one.from_id, merged_into__isnull=True
    ).exclude(state=State.CLOSED)
    for conversation in open_ones.values_list("ref", flat=True):
        try:
            handovers.offer(
                conversation, to_user_id=one.to_id, next_step=next_step, actor=actor, at=at
            )
        except Refused:
            continue  # of another team, or the director's: it stays where it can be answered
