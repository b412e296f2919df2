"""Which personal data are kept: the owner's page."""

import pytest
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.domains.charter import services as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.people.models import Customer, DossierField
from zabota.domains.people.queries import personal as kept
from zabota.domains.people.rules.sections import Customers
from zabota.domains.people.services import personal
from zabota.faces.web.tests.conftest import Visit

ADD = "/owner/fields/add/"


@pytest.fixture
def owner(cast: Cast, visit: Visit) -> Client:
    return visit(cast.olga)


def typed(**changes: object) -> dict[str, object]:
    usual = {"label_ru": "Размер сада", "label_lv": "Dārza lielums", "label_en": "Garden size"}
    rest = {"kind": "choice", "options": "Liels\nMazs\n", "purpose": "service", "basis": "consent"}
    return {**usual, **rest, "keep_days": "365", "is_published": "on", **changes}


def page(client: Client) -> str:
    return client.get("/owner/fields/").content.decode()


@pytest.mark.req("S-719")
def test_each_field_stands_with_purpose_ground_and_time(owner: Client) -> None:
    html = page(owner)
    for words in (
        "Year of birth",
        "Knowing with whom we deal",
        "Contract",
        "1095 days",
        "is not filled in",
    ):
        assert words in html


@pytest.mark.req("S-004", "S-723")
def test_a_field_of_ones_own_is_added_for_a_group_without_code(cast: Cast, owner: Client) -> None:
    at = MORNING
    groups = {"segments": ["wholesale"], "dedicated_segments": [], "self_service_segments": []}
    charter.change_section(
        section=Customers,
        scope=Scope(),
        values=groups,
        actor=cast.actor(cast.olga),
        reason="Groups",
        at=at,
    )
    customer = Customer.objects.create(name="Ilze", segment="wholesale", created_at=at)
    made = owner.post(ADD, typed(segments=["wholesale"]))
    assert (made.status_code, made["Location"]) == (303, "/owner/fields/")
    field = kept.field("garden_size")
    assert field is not None
    assert (field.options, field.segments, field.keep_days) == (
        ("Liels", "Mazs"),
        ("wholesale",),
        365,
    )
    assert "nobody’s: is it needed?" in page(owner)
    personal.state(customer.ref, {"garden_size": "Liels"}, actor=cast.actor(cast.olga), at=at)
    assert kept.used() == {"garden_size": 1}


@pytest.mark.req("S-723")
@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        ({"purpose": ""}, "without a purpose it is not used"),
        ({"options": "Liels"}, "Name two choices at least."),
        ({"label_en": "City"}, "There is a field of that name already."),
        ({"label_en": "Я"}, "A short name has up to 32 Latin letters"),
        ({"keep_days": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    owner: Client, odd: dict[str, object], sentence: str
) -> None:
    answer = owner.post(ADD, typed(**odd))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not DossierField.objects.exists()


def test_a_standard_field_keeps_its_name_and_kind_and_may_rest(owner: Client) -> None:
    said = {"label_en": "Zodiac", "kind": "text", "purpose": "contract", "basis": "law"}
    assert owner.post("/owner/fields/birth_year/", said).status_code == 303
    field = kept.field("birth_year")
    assert field is not None
    assert (field.called("en"), field.kind, field.purpose, field.is_published) == (
        "Year of birth",
        "number",
        "contract",
        False,
    )
    assert owner.get("/owner/fields/nothing/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("vera", 200), ("kira", 404), ("marta", 404)])
def test_it_is_for_owners_and_managers(cast: Cast, visit: Visit, who: str, status: int) -> None:
    client = visit(getattr(cast, who))
    assert [client.get(path).status_code for path in ("/owner/fields/", ADD)] == [status] * 2
