"""The page of a customer: all that is known on one page, and what may be changed there."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.services import closings
from zabota.domains.desk.tests.letters import IRINA
from zabota.domains.people.enums import NewsTo, RelationshipState
from zabota.domains.people.models import Customer, CustomerMerge, Tie
from zabota.domains.people.services import relationship
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import arrive
from zabota.kernel import clock
from zabota.kernel.accounts.models import User


def customer_of(conversation: Conversation) -> Customer:
    assert conversation.customer is not None
    return conversation.customer


def page_of(customer: Customer, act: str = "") -> str:
    return f"/customers/{customer.ref}/" + (f"{act}/" if act else "")


def read(client: Client, customer: Customer) -> str:
    return client.get(page_of(customer)).content.decode()


@pytest.mark.req("S-001")
def test_one_press_from_a_conversation_leads_to_all_that_is_known(cast: Cast, visit: Visit) -> None:
    conversation = arrive(cast)
    closed = arrive(cast, subject="Krēsls")
    closings.close_on_spoken_word(
        closed.ref, reason="Jā", actor=cast.actor(cast.marta), at=clock.now()
    )
    client, ilze = visit(cast.marta), customer_of(conversation)
    client.post(page_of(ilze, "notes"), {"kind": "worry", "text": "Svētki ir sestdien"})
    client.post(page_of(ilze, "stage"), {"name": "Pirmais pirkums"})
    beside = client.get(f"/conversations/{conversation.ref}/").content.decode()
    assert f'href="{page_of(ilze)}"' in beside

    page = client.get(page_of(ilze)).context["page"]
    assert [one.shown for one in page.addresses] == ["ilze@kalnina.example"]
    assert [(one.subject, one.ended) for one in page.matters] == [
        ("Krēsls", "Klients piekrita mutiski"),
        ("Terases galds", "Gaida mūs"),
    ]
    assert [(one.subject, one.state) for one in page.promises] == [
        ("Terases galds", "open"),
        ("Krēsls", "withdrawn"),
    ]
    assert [one.text for one in page.notes] == ["Svētki ir sestdien"]
    assert [one.name for one in page.stages] == ["Pirmais pirkums"]
    assert client.get(page_of(ilze)).context["care"].quick.status == ["attiecības aktīvas"]


def test_promises_of_matters_that_are_not_for_this_person_are_not_shown(
    cast: Cast, visit: Visit
) -> None:
    ours = arrive(cast)
    theirs = arrive(cast, subject="Slepenais galds", team_id=cast.moscow.pk)
    assert customer_of(ours) == customer_of(theirs)
    page = visit(cast.marta).get(page_of(customer_of(ours))).context["page"]
    assert [one.subject for one in page.promises] == ["Terases galds"]


@pytest.mark.req("S-043")
class TestTheRelationship:
    def test_moves_with_a_reason_that_stands_on_the_page(self, cast: Cast, visit: Visit) -> None:
        ilze, client = customer_of(arrive(cast)), visit(cast.marta)
        answered = client.post(
            page_of(ilze, "relationship"), {"state": "at_risk", "reason": "Divas sūdzības"}
        )
        assert answered.status_code == 302
        html = read(client, ilze)
        assert "Divas sūdzības" in html
        assert "Marta Ozola" in html
        ilze.refresh_from_db()
        assert ilze.state == RelationshipState.AT_RISK

    def test_is_ended_by_a_leader_alone_for_a_grave_reason_with_evidence(
        self, cast: Cast, visit: Visit
    ) -> None:
        ilze = customer_of(arrive(cast))
        grave = {"reason": "fraud", "evidence": "Viltots čeks, 12. maijs"}
        assert visit(cast.marta).post(page_of(ilze, "end"), grave).status_code == 404
        assert page_of(ilze, "end") not in read(visit(cast.marta), ilze)
        kira = visit(cast.kira)
        slip = kira.post(page_of(ilze, "end"), grave | {"reason": "late once"})
        bare = kira.post(page_of(ilze, "end"), grave | {"evidence": ""})
        assert (slip.status_code, bare.status_code) == (422, 422)
        assert "Viltots čeks, 12. maijs" in slip.content.decode()
        ilze.refresh_from_db()
        assert ilze.state == RelationshipState.ACTIVE
        kira.post(page_of(ilze, "end"), grave)
        html = read(kira, ilze)
        for words in ("Мошенничество", "Viltots čeks, 12. maijs", "Kira Zimina"):
            assert words in html

    def test_is_not_moved_to_its_end_by_the_form_of_agents(self, cast: Cast, visit: Visit) -> None:
        ilze = customer_of(arrive(cast))
        form = {"state": "ended", "reason": "fraud"}
        assert visit(cast.marta).post(page_of(ilze, "relationship"), form).status_code == 422
        ilze.refresh_from_db()
        assert ilze.state == RelationshipState.ACTIVE


@pytest.mark.req("S-044")
def test_the_register_stands_on_the_page_until_a_leader_serves_the_customer_again(
    cast: Cast, visit: Visit
) -> None:
    ilze = customer_of(arrive(cast))
    now = clock.now()
    relationship.end_service(
        ilze.pk,
        reason="abuse",
        evidence="Lamājās trīs vēstulēs",
        review_on=(now + timedelta(days=90)).date(),
        actor=cast.actor(cast.kira),
        at=now,
    )
    shown = visit(cast.marta).get(page_of(ilze)).context["page"].bonds.relationship
    assert (shown.refusal.evidence, shown.refusal.approver, shown.lift_url) == (
        "Lamājās trīs vēstulēs",
        "Kira Zimina",
        "",
    )
    assert visit(cast.marta).post(page_of(ilze, "lift"), {"reason": "x"}).status_code == 404
    kira = visit(cast.kira)
    kira.post(page_of(ilze, "lift"), {"reason": "Atvainojās"})
    after = kira.get(page_of(ilze)).context["page"].bonds.relationship
    assert (after.refusal, after.changes[0].reason) == (None, "Atvainojās")


class TestTies:
    def firm(self, cast: Cast, visit: Visit) -> Customer:
        firm = customer_of(arrive(cast, sender=IRINA))
        form = {"name": "SIA Osta", "formality": "formal", "contact_kind": "buyer"}
        visit(cast.marta).post(page_of(firm), form | {"kind": "company"})
        return firm

    @pytest.mark.req("S-053")
    def test_an_employee_orders_for_the_company_and_both_pages_say_so(
        self, cast: Cast, visit: Visit
    ) -> None:
        firm, ilze, client = self.firm(cast, visit), customer_of(arrive(cast)), visit(cast.marta)
        form = {"way": "by", "address": "ILZE@kalnina.example", "kind": "employee"}
        client.post(page_of(firm, "tie"), form | {"news_to": "both", "may_order": "on"})
        tie = Tie.objects.get()
        assert (tie.orderer, tie.beneficiary, tie.news_to) == (ilze, firm, NewsTo.BOTH)
        of_firm = client.get(page_of(firm)).context["page"].bonds
        of_ilze = client.get(page_of(ilze)).context["page"].bonds
        assert [(one.name, one.may_order) for one in of_firm.ordered_by] == [("Ilze Kalniņa", True)]
        assert [one.name for one in of_ilze.orders_for] == ["SIA Osta"]
        client.post(page_of(firm, f"ties/{tie.pk}/end"))
        assert client.get(page_of(firm)).context["page"].bonds.ordered_by == []

    @pytest.mark.req("S-053")
    def test_terms_and_rhythm_are_kept_for_a_company(self, cast: Cast, visit: Visit) -> None:
        firm, client = self.firm(cast, visit), visit(cast.marta)
        terms = {"terms": "Rēķins reizi mēnesī", "contact_every_days": "14"}
        client.post(page_of(firm, "terms"), terms)
        html = read(client, firm)
        assert "Rēķins reizi mēnesī" in html
        assert "14 dienās" in html

    def test_a_stranger_of_another_team_is_not_given_away(self, cast: Cast, visit: Visit) -> None:
        ilze = customer_of(arrive(cast))
        arrive(cast, sender=IRINA, team_id=cast.moscow.pk)
        form = {"way": "by", "kind": "secretary", "news_to": "orderer"}
        said = []
        for address in (IRINA.address, "nobody@nowhere.example"):
            sent = visit(cast.marta).post(page_of(ilze, "tie"), form | {"address": address})
            said.append((sent.status_code, "Neviens ar šo adresi" in sent.content.decode()))
        assert said == [(422, True)] * 2
        assert Tie.objects.count() == 0


@pytest.mark.req("S-046")
class TestOnePersonOnTwoPages:
    def two(self, cast: Cast) -> tuple[Customer, Customer]:
        at_home = customer_of(arrive(cast))
        at_work = customer_of(
            arrive(cast, sender=type(IRINA)(address="i.k@darbs.example", name="Ilze Kalniņa"))
        )
        return at_home, at_work

    def test_is_proposed_by_the_name_united_with_one_press_and_parted_with_another(
        self, cast: Cast, visit: Visit
    ) -> None:
        (at_home, at_work), client = self.two(cast), visit(cast.marta)
        offered = client.get(page_of(at_home)).context["page"].bonds.namesakes
        assert [one.address for one in offered] == ["i.k@darbs.example"]
        client.post(page_of(at_home, "same"), {"address": offered[0].address})
        page = client.get(page_of(at_work)).context["page"]
        assert (page.ref, len(page.addresses), len(page.matters)) == (at_home.ref, 2, 2)
        merge = CustomerMerge.objects.get()
        client.post(page_of(at_home, f"same/{merge.pk}/undo"))
        assert client.get(page_of(at_work)).context["page"].ref == at_work.ref

    def test_nobody_is_proposed_of_whom_this_person_may_not_know(
        self, cast: Cast, visit: Visit
    ) -> None:
        at_home, at_work = self.two(cast)
        Conversation.objects.filter(customer=at_work).update(team=cast.moscow)
        client = visit(cast.marta)
        assert client.get(page_of(at_home)).context["page"].bonds.namesakes == []
        sent = client.post(page_of(at_home, "same"), {"address": "i.k@darbs.example"})
        assert (sent.status_code, CustomerMerge.objects.count()) == (422, 0)


def test_who_only_reads_is_offered_no_changes(cast: Cast, visit: Visit) -> None:
    ilze = customer_of(arrive(cast))
    acts = ("relationship", "end", "lift", "tie", "terms", "same")
    html = read(visit(cast.kolja), ilze)
    assert [act for act in acts if page_of(ilze, act) in html] == []
    reader: User = cast.kolja
    visit(reader).post(page_of(ilze, "relationship"), {"state": "paused", "reason": "x"})
    ilze.refresh_from_db()
    assert ilze.state == RelationshipState.ACTIVE
