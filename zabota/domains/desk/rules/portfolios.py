"""Portfolios of dedicated agents: how many customers one has, from which segments, and who takes
whom when they are uneven (S-103, S-104, S-105). Pure.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Customer:
    id: int
    segment: str = ""


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """The customers of one agent; `load` breaks ties."""

    agent_id: int
    customers: Sequence[Customer] = field(default=())
    load: int = 0

    @property
    def size(self) -> int:
        return len(self.customers)

    def share(self, segment: str) -> float:
        """How much of it is of that segment, 0 to 1."""
        same = sum(1 for one in self.customers if one.segment == segment)
        return same / self.size if self.size else 0.0

    @property
    def main_segment(self) -> tuple[str, int]:
        """The segment that is there most, and its percent; customers of none do not count."""
        counts = Counter(one.segment for one in self.customers if one.segment)
        if not counts:
            return "", 0
        name, count = min(counts.items(), key=lambda each: (-each[1], each[0]))
        return name, round(100 * count / self.size)


@dataclass(frozen=True, kw_only=True)
class Move:
    """A customer goes from one agent to another."""

    customer_id: int
    from_id: int
    to_id: int


def fitting(segment: str, portfolios: Sequence[Portfolio], *, aim: int) -> Sequence[int]:
    """Who has room for a customer of that segment, best first: where the segment is rarest, then
    who has fewest customers and least to do (AS-26).
    """
    roomy = [one for one in portfolios if one.size < aim]
    ordered = sorted(roomy, key=lambda one: (one.share(segment), one.size, one.load, one.agent_id))
    return [one.agent_id for one in ordered]


def moves(portfolios: Sequence[Portfolio], *, aim: int, most: int) -> Sequence[Move]:
    """What evens them out: from whoever has more than `most` to those who have fewer than `aim`, a
    customer of the segment that the giver has most of first (S-104). Nothing when nobody has room.
    """
    now = {one.agent_id: one for one in portfolios}
    found: list[Move] = []
    while True:
        full = [one for one in now.values() if one.size > most]
        if not full:
            return found
        giver = max(full, key=lambda one: (one.size, one.load, -one.agent_id))
        others = [one for one in now.values() if one.agent_id != giver.agent_id]
        segment = giver.main_segment[0]
        takers = fitting(segment, others, aim=aim)
        if not takers:
            return found
        given = next((one for one in giver.customers if one.segment == segment), None)
        given = given or giver.customers[0]
        taker = now[takers[0]]
        found.append(Move(customer_id=given.id, from_id=giver.agent_id, to_id=taker.agent_id))
        now[giver.agent_id] = _with(giver, [one for one in giver.customers if one is not given])
        now[taker.agent_id] = _with(taker, [*taker.customers, given])


def _with(old: Portfolio, customers: Sequence[Customer]) -> Portfolio:
    return Portfolio(agent_id=old.agent_id, customers=customers, load=old.load)
