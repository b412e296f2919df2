"""Who saw which customer's data stands before the owner (S-732)."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.people.models import Customer, Look
from zabota.domains.people.services import custody
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import arrive

pytestmark = pytest.mark.req("S-732")


def looks() -> list[tuple[int, int, str]]:
    rows = Look.objects.order_by("pk")
    return list(rows.values_list("person_id", "customer_id", "how"))


def test_a_page_that_is_loaded_again_is_one_look_an_hour(cast: Cast, visit: Visit) -> None:
    conversation, marta = arrive(cast), visit(cast.marta)
    ilze = Customer.objects.get()
    for _ in range(2):
        marta.get(f"/conversations/{conversation.ref}/")
        marta.get(f"/customers/{ilze.ref}/")
    assert looks() == [(cast.marta.pk, ilze.pk, "matter"), (cast.marta.pk, ilze.pk, "page")]


@pytest.mark.threat("T20")
def test_what_somebody_may_not_see_he_has_not_seen(cast: Cast, visit: Visit) -> None:
    conversation = arrive(cast)
    assert visit(cast.oleg).get(f"/conversations/{conversation.ref}/").status_code == 404
    assert visit(cast.oleg).get(f"/customers/{Customer.objects.get().ref}/").status_code == 404
    assert looks() == []


def test_what_was_taken_out_as_a_file_is_written_down(cast: Cast, visit: Visit) -> None:
    arrive(cast)
    ilze, vera = Customer.objects.get(), visit(cast.vera)
    vera.post(f"/customers/{ilze.ref}/data/")
    vera.get("/owner/facts.csv")
    assert looks() == [(cast.vera.pk, ilze.pk, "file"), (cast.vera.pk, 0, "facts")]


def test_the_owner_reads_them_by_person_and_by_customer(cast: Cast, visit: Visit) -> None:
    conversation = arrive(cast)
    ilze, owner = Customer.objects.get(), visit(cast.olga)
    visit(cast.marta).get(f"/conversations/{conversation.ref}/")
    visit(cast.janis).get(f"/conversations/{conversation.ref}/")
    visit(cast.vera).get("/owner/facts.csv")

    def who(query: str) -> list[str]:
        found = owner.get(f"/owner/data/{query}").context["looks"]
        return [one.person for one, _how in found]

    assert who("") == ["Vera Manager", "Jānis Liepiņš", "Marta Ozola"]
    assert who(f"?person={cast.marta.pk}") == ["Marta Ozola"]
    assert who(f"?customer={ilze.ref}") == ["Jānis Liepiņš", "Marta Ozola"]
    assert visit(cast.vera).get("/owner/data/").status_code == 404


def test_a_look_outlives_the_customer_and_is_kept_for_a_year(cast: Cast, visit: Visit) -> None:
    conversation = arrive(cast)
    visit(cast.marta).get(f"/conversations/{conversation.ref}/")
    Look.objects.update(customer_id=10**9, at=MORNING)
    page = visit(cast.olga).get("/owner/data/")
    assert [(one.person, one.customer) for one, _ in page.context["looks"]] == [("Marta Ozola", "")]
    assert custody.forget_looks(at=MORNING + timedelta(days=364)) == 0
    assert custody.forget_looks(at=MORNING + timedelta(days=366)) == 1
