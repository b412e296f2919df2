"""Portfolios: how many own customers each has, how mixed they are, and what would even them out
(S-103, S-104, S-105).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zabota.domains.charter import queries as charter
from zabota.domains.desk.queries import competence
from zabota.domains.desk.rules.portfolios import Move
from zabota.domains.desk.rules.sections import Routing
from zabota.domains.desk.services import portfolios as desk
from zabota.domains.people.queries import attention as people
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Holder:
    name: str
    count: int
    room: int
    over: int
    mix: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A move in words, and as its form sends it."""

    customer: str
    giver: str
    taker: str
    value: str


@dataclass(frozen=True, kw_only=True)
class PortfoliosPage:
    """`undo` are the moves that take the last ones back."""

    aim: int
    most: int
    holders: Sequence[Holder]
    moves: Sequence[Line]
    undo: Sequence[Line]


def portfolios_page(actor: Actor, moved: Sequence[str], *, now: datetime) -> PortfoliosPage:
    """The portfolios of those whom this person leads."""
    limits = charter.in_force(at=now).section(Routing).portfolio
    all_now = desk.portfolios(at=now)
    mine = [one for one in all_now if competence.leads_person(actor, one.agent_id)]
    names = accounts.names({one.agent_id for one in mine})
    return PortfoliosPage(
        aim=limits.aim,
        most=limits.most,
        holders=[
            Holder(
                name=names[one.agent_id],
                count=one.size,
                room=max(0, limits.aim - one.size),
                over=max(0, one.size - limits.most),
                mix=_mix(one.main_segment, limits.same_segment_percent),
            )
            for one in mine
        ],
        moves=_lines([one for one in desk.proposed(at=now) if _is_mine(actor, one)]),
        undo=_lines(asked_moves(actor, moved)),
    )


def asked_moves(actor: Actor, values: Sequence[str]) -> Sequence[Move]:
    """The moves that a form names, of people whom the actor leads."""
    found = []
    for value in values[:MOST]:
        parts = value.split(".")
        if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) < 10 for p in parts):
            continue
        customer, giver, taker = (int(part) for part in parts)
        one = Move(customer_id=customer, from_id=giver, to_id=taker)
        if _is_mine(actor, one):
            found.append(one)
    return found


def _is_mine(actor: Actor, one: Move) -> bool:
    return all(competence.leads_person(actor, number) for number in (one.from_id, one.to_id))


def _mix(main: tuple[str, int], most: int) -> str:
    segment, percent = main
    if not segment:
        return ""
    told = f"{segment}: {percent} %"
    return _("%(mix)s, one-sided") % {"mix": told} if percent > most else told


def _lines(moves: Sequence[Move]) -> Sequence[Line]:
    agents = {number for one in moves for number in (one.from_id, one.to_id)}
    names = accounts.names(agents)
    customers = {one.customer_id: one.name for one in people.portfolio(list(agents))}
    return [
        Line(
            customer=customers.get(one.customer_id, "?"),
            giver=names.get(one.from_id, "?"),
            taker=names.get(one.to_id, "?"),
            value=f"{one.customer_id}.{one.from_id}.{one.to_id}",
        )
        for one in moves
    ]
