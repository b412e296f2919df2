"""The brand's page: what customers see of the company, and the way to its director."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from zabota.domains.channels.envelopes import Party
from zabota.domains.channels.models import OutboundEnvelope
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import answer, arrive
from zabota.kernel.brands.models import Brand

DIRECTOR = "direktore@liepa.example"
CARD = {
    "name": "Liepa",
    "language": "lv",
    "languages": ["lv", "ru"],
    "country": "LV",
    "time_zone": "Europe/Riga",
    "company": "SIA Liepa",
    "registration": "40001234567",
    "address": "Brīvības iela 1, Rīga",
    "director_address": DIRECTOR,
}


@pytest.fixture
def owner(cast: Cast, visit: Visit) -> Client:
    return visit(cast.olga)


@pytest.mark.req("S-087")
def test_the_directors_line_stands_under_every_letter_and_leads_to_the_owner_alone(
    cast: Cast, owner: Client, visit: Visit
) -> None:
    assert owner.post("/owner/brand/", CARD).status_code == 303
    conversation = arrive(cast)
    answer(cast, conversation, cast.marta)
    signature = OutboundEnvelope.objects.get().payload["signature"]
    assert signature.splitlines()[-1] == f"Rakstīt direktoram: {DIRECTOR}"
    private = arrive(cast, to=(Party(address=DIRECTOR),), subject="Direktorei")
    assert private.private_to == cast.olga
    page = f"/conversations/{private.ref}/"
    assert [visit(user).get(page).status_code for user in (cast.kira, cast.vera)] == [404, 404]
    assert owner.get(page).status_code == 200
    word = owner.get("/inbox/waiting_us/").context["inbox"].nearest
    assert word.due - word.given > timedelta(hours=2)


@pytest.mark.req("S-718")
def test_the_company_that_answers_for_data_has_a_name_and_an_address(owner: Client) -> None:
    nameless = owner.post("/owner/brand/", CARD | {"address": ""})
    assert (nameless.status_code, Brand.objects.get().legal_entity) == (422, None)
    owner.post("/owner/brand/", CARD)
    company = Brand.objects.get().legal_entity
    assert company is not None
    assert (company.name, company.registration, company.address) == (
        "SIA Liepa",
        "40001234567",
        "Brīvības iela 1, Rīga",
    )
    owner.post("/owner/brand/", CARD | {"company": "", "address": ""})
    assert Brand.objects.get().legal_entity is None


def test_the_page_is_the_owners_alone(cast: Cast, visit: Visit) -> None:
    for user in (cast.marta, cast.kira, cast.vera, cast.kolja):
        assert visit(user).post("/owner/brand/", CARD).status_code == 404
    assert Brand.objects.get().director_address == ""
