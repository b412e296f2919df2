"""A customer's page: what he needs, what matters to him, how he is served, for every role."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Conversation
from zabota.domains.people.models import (
    CareTask,
    Consent,
    Customer,
    FieldValue,
    ImportantDay,
    Need,
    Observation,
    VipGrant,
)
from zabota.domains.people.services import rounds
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import arrive
from zabota.kernel import clock
from zabota.kernel.brands.models import LegalEntity
from zabota.kernel.facts.models import FactRow


@pytest.fixture
def ilze(cast: Cast) -> Customer:
    """Ilze has written to us; the brand has its legal entity."""
    cast.brand.legal_entity = LegalEntity.objects.create(name="SIA Liepa", address="Rīga")
    cast.brand.save()
    customer = arrive(cast).customer
    assert customer is not None
    return customer


def act(client: Client, customer: Customer, name: str, **said: object) -> int:
    return client.post(f"/customers/{customer.ref}/care/{name}/", said).status_code


def page(client: Client, customer: Customer) -> str:
    return client.get(f"/customers/{customer.ref}/").content.decode()


@pytest.mark.req("S-008", "S-006", "S-007")
def test_needs_and_interests_are_noted_and_settled_without_scripts(
    cast: Cast, visit: Visit, ilze: Customer
) -> None:
    marta = visit(cast.marta)
    assert act(marta, ilze, "need", text="Galds bērnam") == 302
    assert act(marta, ilze, "interest", text="Ozolkoks") == 302
    assert act(marta, ilze, "interest", text="Soliņš", now="on") == 302
    need = Need.objects.get()
    assert act(marta, ilze, "need-state", row=need.pk, state="exceeded") == 302
    html = page(marta, ilze)
    assert [one in html for one in ("Galds bērnam", "pārsniegta", "Ozolkoks", "Soliņš")] == [
        True
    ] * 4
    assert act(marta, ilze, "need", text=" ") == 422


@pytest.mark.req("S-002", "S-003", "S-735")
def test_a_day_needs_a_consent_whose_box_of_age_is_never_ticked_beforehand(
    cast: Cast, visit: Visit, ilze: Customer
) -> None:
    marta = visit(cast.marta)
    soon = clock.now().date() + timedelta(days=1)
    birthday = {"kind": "birthday", "day": soon.day, "month": soon.month}
    assert act(marta, ilze, "day", **birthday) == 422
    html = page(marta, ilze)
    box = html[html.index('name="of_age"') :].partition(">")[0]
    assert "checked" not in box
    assert act(marta, ilze, "consent", purpose="greeting") == 422
    assert act(marta, ilze, "consent", purpose="greeting", of_age="on") == 302
    consent = Consent.objects.get()
    assert (consent.of_age, consent.controllers) == (
        True,
        [{"name": "SIA Liepa", "address": "Rīga"}],
    )
    assert "Regula (ES) 2016/679" in consent.wording
    assert act(marta, ilze, "day", **birthday) == 302
    rounds.make_rounds(at=clock.now())
    task = CareTask.objects.get()
    listed = marta.get("/to-do/").content.decode()
    assert (ilze.name in listed, "dzimšanas dienā" in listed) == (True, True)
    assert act(marta, ilze, "done", row=task.pk, back="to-do") == 302
    assert ilze.name not in marta.get("/to-do/").content.decode()
    assert act(marta, ilze, "withdraw", purpose="greeting", channel="email") == 302
    assert [row.given for row in Consent.objects.order_by("pk")] == [True, False]
    assert ImportantDay.objects.count() == 1  # it goes with the reaction to the fact


@pytest.mark.req("S-139", "S-027")
def test_a_colleague_of_the_back_office_sees_the_customer_at_a_glance_and_proposes(
    cast: Cast, visit: Visit, ilze: Customer
) -> None:
    act(visit(cast.marta), ilze, "service", expects="Rakstniece", tier="a")
    kolja = visit(cast.kolja)
    html = page(kolja, ilze)
    assert "Rakstniece" in html
    assert act(kolja, ilze, "observation", text="Kaste saplēsta", proposal="Cita kaste") == 302
    assert act(kolja, ilze, "need", text="Galds") == 422
    assert (Observation.objects.count(), Need.objects.count()) == (1, 0)
    row = Observation.objects.get()
    act(visit(cast.marta), ilze, "proposal", row=row.pk, taken="yes", answer="")
    row.refresh_from_db()
    assert row.state == "new"
    assert act(visit(cast.kira), ilze, "proposal", row=row.pk, taken="yes", answer="Jā") == 302
    row.refresh_from_db()
    assert (row.state, row.answer) == ("taken", "Jā")


@pytest.mark.req("S-029", "S-034", "S-143")
def test_a_leader_grants_a_level_and_chooses_the_own_agent(
    cast: Cast, visit: Visit, ilze: Customer
) -> None:
    today = clock.now().date().isoformat()
    vip = {"level": "gold", "reason": "Desmit gadi", "since": today}
    assert act(visit(cast.marta), ilze, "vip", **vip) == 422
    kira = visit(cast.kira)
    assert act(kira, ilze, "vip", **vip) == 302
    assert act(kira, ilze, "own-agent", agent=cast.marta.pk, deputies=[cast.janis.pk]) == 302
    assert act(kira, ilze, "service", preferred=cast.janis.pk, relationship="dedicated") == 302
    ilze.refresh_from_db()
    assert (VipGrant.objects.get().level, ilze.dedicated_agent_id, ilze.preferred_agent_id) == (
        "gold",
        cast.marta.pk,
        cast.janis.pk,
    )
    html = page(kira, ilze)
    assert ("Золото" in html, "Звонок после решения вопроса" in html) == (True, True)
    assert act(kira, ilze, "vip-end") == 302
    assert VipGrant.objects.get().ended_at is not None


@pytest.mark.req("S-720", "AS-24")
def test_a_minor_is_refused_until_a_legal_representative_is_named(
    cast: Cast, visit: Visit, ilze: Customer
) -> None:
    marta = visit(cast.marta)
    born = {"field-birth_year": str(clock.now().year - 12), "field-city": "Rīga"}
    answer = marta.post(f"/customers/{ilze.ref}/care/fields/", born)
    assert answer.status_code == 422
    assert "nepilngadīgs" in answer.content.decode()
    assert FieldValue.objects.count() == 0
    mother = {
        "guardian_name": "Anna",
        "guardian_relation": "māte",
        "guardian_contact": "anna@kalnina.example",
    }
    assert act(marta, ilze, "fields", **born, **mother) == 302
    assert FieldValue.objects.count() == 2


def test_what_is_not_there_or_not_for_this_person_looks_the_same(
    cast: Cast, visit: Visit, ilze: Customer
) -> None:
    oleg = visit(cast.oleg)
    assert act(oleg, ilze, "need", text="Galds") == 404
    assert act(visit(cast.marta), ilze, "nothing") == 404
    assert Need.objects.count() == 0


class TestTheRightsOfACustomer:
    def test_to_have_all_that_is_kept_of_him_as_a_file_and_nothing_of_others(
        self, cast: Cast, visit: Visit, ilze: Customer
    ) -> None:
        other = Customer.objects.create(name="Zilonis", created_at=clock.now())
        Need.objects.create(customer=other, text="Zilonis", at=clock.now())
        act(visit(cast.marta), ilze, "need", text="Galds bērnam")
        answer = visit(cast.vera).post(f"/customers/{ilze.ref}/data/")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert archive.namelist() == ["data.json", "readable.html"]
            tables = json.loads(archive.read("data.json"))["tables"]
            readable = archive.read("readable.html").decode()
        assert [row["text"] for row in tables["need"]] == ["Galds bērnam"]
        assert [row["value"] for row in tables["identity"]] == ["ilze@kalnina.example"]
        assert [row["text"] for row in tables["message"]] == ["Kur ir mans galds?"]
        assert ("Galds bērnam" in readable, "Zilonis" in readable) == (True, False)
        assert FactRow.objects.get(name="people.DataGivenOut").actor_id == cast.vera.pk

    @pytest.mark.req("S-732")
    def test_to_be_erased_when_two_have_typed_his_name_as_it_stands(
        self, cast: Cast, visit: Visit, ilze: Customer
    ) -> None:
        Conversation.objects.update(state=State.CLOSED)
        owner, vera = visit(cast.olga), visit(cast.vera)
        address = f"/customers/{ilze.ref}/erase/"
        assert owner.get(address).status_code == 200
        assert owner.post(address, {"name": "Ilze"}).status_code == 422
        for _ in range(2):  # asking twice is asking once
            assert owner.post(address, {"name": ilze.name})["Location"] == address
        assert Customer.objects.filter(pk=ilze.pk).exists()
        assert "Olga Owner asks that" in vera.get(f"/customers/{ilze.ref}/").content.decode()
        assert vera.post(address, {"name": ilze.name}).status_code == 302
        assert not Customer.objects.filter(pk=ilze.pk).exists()

    @pytest.mark.req("S-732")
    def test_to_stay_when_the_second_declines(
        self, cast: Cast, visit: Visit, ilze: Customer
    ) -> None:
        Conversation.objects.update(state=State.CLOSED)
        owner, vera = visit(cast.olga), visit(cast.vera)
        address = f"/customers/{ilze.ref}/erase/"
        owner.post(address, {"name": ilze.name})
        assert vera.post(address, {"decline": "1"}).status_code == 302
        assert vera.post(address, {"name": ilze.name})["Location"] == address  # she only asks now
        assert Customer.objects.filter(pk=ilze.pk).exists()
        declined = FactRow.objects.get(name="people.ErasureDeclined")
        assert (declined.actor_id, declined.data["asked_by_id"]) == (cast.vera.pk, cast.olga.pk)

    @pytest.mark.parametrize("who", ["marta", "kira", "kolja"])
    def test_are_served_by_managers_and_owners_alone(
        self, cast: Cast, visit: Visit, ilze: Customer, who: str
    ) -> None:
        client = visit(getattr(cast, who))
        assert client.post(f"/customers/{ilze.ref}/data/").status_code == 404
        assert client.post(f"/customers/{ilze.ref}/erase/", {"name": ilze.name}).status_code == 404
        assert Customer.objects.filter(pk=ilze.pk).exists()
