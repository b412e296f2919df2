"""The page of portfolios: one press evens them out, one takes it back."""

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.people.models import Customer
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel import clock


@pytest.mark.req("S-105", "S-103")
def test_customers_move_with_one_press_and_come_back_with_another(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    for number in range(13):
        name = f"Veikals {number:02}"
        Customer.objects.create(name=name, dedicated_agent_id=cast.marta.pk, created_at=MORNING)
    browser = visit(cast.kira)
    page = browser.get("/board/portfolios/").context["page"]
    [proposed] = page.moves
    assert (proposed.customer, proposed.giver) == ("Veikals 00", "Marta Ozola")
    browser.post("/board/portfolios/", {"move": proposed.value})
    assert Customer.objects.filter(dedicated_agent_id=cast.marta.pk).count() == 12
    [back] = browser.get("/board/portfolios/").context["page"].undo
    browser.post("/board/portfolios/", {"move": back.value})
    assert Customer.objects.filter(dedicated_agent_id=cast.marta.pk).count() == 13


def test_nobody_of_another_team_is_moved(cast: Cast, visit: Visit) -> None:
    customer = Customer.objects.create(
        name="Лавка", dedicated_agent_id=cast.oleg.pk, created_at=MORNING
    )
    move = f"{customer.pk}.{cast.oleg.pk}.{cast.marta.pk}"
    visit(cast.kira).post("/board/portfolios/", {"move": move})
    customer.refresh_from_db()
    assert customer.dedicated_agent_id == cast.oleg.pk
