"""Portfolios of dedicated agents: the limit, the mix, and evening them out."""

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.rules.portfolios import Customer, Move, Portfolio, fitting, moves
from zabota.domains.desk.services import assigning, portfolios
from zabota.domains.people.models import Customer as Row


def full(agent: int, count: int, segment: str = "shops") -> Portfolio:
    people = [Customer(id=agent * 100 + n, segment=segment) for n in range(count)]
    return Portfolio(agent_id=agent, customers=people)


@pytest.mark.req("S-104")
def test_room_with_the_rarest_segment_comes_first() -> None:
    one, two = full(1, 3, "shops"), full(2, 5, "cafes")
    assert fitting("shops", [one, two, full(3, 10)], aim=10) == [2, 1]


@pytest.mark.req("S-105")
def test_who_has_too_many_gives_from_his_main_segment_until_he_has_not() -> None:
    found = moves([full(1, 14), full(2, 8), full(3, 12)], aim=10, most=12)
    assert found == [
        Move(customer_id=100, from_id=1, to_id=2),
        Move(customer_id=101, from_id=1, to_id=2),
    ]
    assert moves([full(1, 14), full(2, 10)], aim=10, most=12) == []


@pytest.mark.req("AS-26", "S-103")
def test_a_thirteenth_customer_is_refused_and_another_agent_proposed(
    cast: Cast, matter: Conversation
) -> None:
    for number in range(12):
        name = f"Veikals {number}"
        Row.objects.create(name=name, dedicated_agent_id=cast.marta.pk, created_at=MORNING)
    customer = matter.customer
    assert customer is not None
    kira = cast.actor(cast.kira)
    with pytest.raises(portfolios.Full) as refused:
        portfolios.entrust(customer.ref, customer.pk, cast.marta.pk, actor=kira, at=MORNING)
    assert cast.janis.pk in refused.value.others
    assert cast.marta.pk not in refused.value.others
    customer.refresh_from_db()
    assert customer.dedicated_agent_id is None
    portfolios.entrust(
        customer.ref, customer.pk, cast.marta.pk, is_approved=True, actor=kira, at=MORNING
    )
    customer.refresh_from_db()
    assert customer.dedicated_agent_id == cast.marta.pk


@pytest.mark.req("S-105")
def test_a_customer_who_moves_takes_his_open_matters_along_and_comes_back(
    cast: Cast, matter: Conversation
) -> None:
    assigning.take(matter.ref, actor=cast.actor(cast.marta), at=MORNING)
    Row.objects.update(dedicated_agent_id=cast.marta.pk)
    there = Move(customer_id=matter.customer_id or 0, from_id=cast.marta.pk, to_id=cast.janis.pk)
    back = Move(customer_id=there.customer_id, from_id=there.to_id, to_id=there.from_id)
    for one, holder in ((there, cast.janis), (back, cast.marta)):
        portfolios.move(one, next_step="Iepazīties", actor=cast.actor(cast.kira), at=MORNING)
        matter.refresh_from_db()
        assert matter.assignee == holder
        assert Row.objects.get().dedicated_agent_id == holder.pk
