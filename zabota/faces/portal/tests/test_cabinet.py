"""The customer's cabinet: in by a code, his matters of all channels, his data and consents."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.domains.channels.models import Channel, OutboundEnvelope
from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import closings, presence
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, IRINA, answered, letter
from zabota.domains.people.enums import RelationshipType
from zabota.domains.people.models import CabinetVisit, Consent, Customer, Identity, SignInCode
from zabota.domains.people.services import attention
from zabota.faces.portal import my
from zabota.faces.portal.tests.test_chat import Browser
from zabota.faces.portal.tests.test_contact import browser, confirmed
from zabota.kernel import clock

__all__ = ["browser"]


@pytest.fixture(autouse=True)
def _no_flood() -> None:
    my.floods.forget()


@pytest.fixture
def matter(conversation: Conversation) -> Conversation:
    """Ilze's matter by mail, from her proved address."""
    return conversation


def sent_code() -> str:
    row = OutboundEnvelope.objects.filter(key__startswith="code:").order_by("-pk")[0]
    found = re.search(r"\b\d{6}\b", row.payload["text"])
    assert found
    return found[0]


def come_in(client: Client, address: str = ILZE.address) -> None:
    assert client.post("/my/enter/", {"email": address})["Location"] == "/my/code/"
    assert client.post("/my/code/", {"code": sent_code()})["Location"] == "/my/"


class TestTheDoor:
    @pytest.mark.usefixtures("matter")
    def test_a_code_to_the_proved_address_opens_it(self, client: Client) -> None:
        assert client.get("/my/")["Location"] == "/my/enter/"
        assert client.get("/my/enter/").status_code == 200
        come_in(client)
        html = client.get("/my/").content.decode()
        assert "Terases galds" in html

    @pytest.mark.threat("T37")
    @pytest.mark.usefixtures("matter")
    def test_an_unknown_address_gets_the_same_answer_and_no_letter(self, client: Client) -> None:
        known = client.post("/my/enter/", {"email": ILZE.address})
        letters = OutboundEnvelope.objects.count()
        unknown = client.post("/my/enter/", {"email": "nobody@elsewhere.example"})
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        assert OutboundEnvelope.objects.count() == letters
        pages = [client.post("/my/code/", {"code": "000000"}) for _ in range(2)]
        assert [page.status_code for page in pages] == [422, 422]

    @pytest.mark.threat("T37")
    def test_an_address_that_nobody_proved_gets_none(self, client: Client, cast: Cast) -> None:
        take_in([letter(cast, sender_verified=False)], at=MORNING)
        client.post("/my/enter/", {"email": ILZE.address})
        assert not OutboundEnvelope.objects.exists()

    @pytest.mark.threat("T37", "T21")
    @pytest.mark.usefixtures("matter")
    def test_a_code_ends_with_its_tries_its_time_and_its_use(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.post("/my/enter/", {"email": ILZE.address})
        right = sent_code()
        wrong = f"{(int(right) + 1) % 10**6:06d}"
        assert [client.post("/my/code/", {"code": wrong}).status_code for _ in range(5)] == [
            422
        ] * 5
        assert client.post("/my/code/", {"code": right}).status_code == 422
        client.post("/my/enter/", {"email": ILZE.address})
        late = sent_code()
        monkeypatch.setattr(clock, "now", lambda: MORNING + timedelta(minutes=10, seconds=1))
        assert client.post("/my/code/", {"code": late}).status_code == 422
        come_in(client)
        assert client.post("/my/code/", {"code": sent_code()}).status_code == 422

    @pytest.mark.threat("T37")
    @pytest.mark.usefixtures("matter")
    def test_a_code_opens_nothing_in_another_browser(self, client: Client) -> None:
        client.post("/my/enter/", {"email": ILZE.address})
        stranger = Client()
        stranger.post("/my/enter/", {"email": "nobody@elsewhere.example"})
        assert stranger.post("/my/code/", {"code": sent_code()}).status_code == 422
        assert SignInCode.objects.order_by("pk")[0].tries == 0

    @pytest.mark.usefixtures("matter")
    def test_so_many_codes_an_hour_and_no_more(self, client: Client) -> None:
        for _ in range(8):
            assert client.post("/my/enter/", {"email": ILZE.address}).status_code == 303
        assert OutboundEnvelope.objects.filter(key__startswith="code:").count() == 5

    @pytest.mark.usefixtures("matter")
    def test_a_flood_from_one_address_is_told_to_wait(self, client: Client) -> None:
        answers = [client.post("/my/enter/", {"email": f"a{n}@b.example"}) for n in range(11)]
        assert answers[-1].status_code == 429
        assert int(answers[-1]["Retry-After"]) > 0

    @pytest.mark.threat("T34", "T31")
    @pytest.mark.usefixtures("matter")
    def test_its_cookie_is_of_its_own_and_ends_here_or_everywhere(self, client: Client) -> None:
        other = Client()
        come_in(client)
        come_in(other)
        cookie = client.cookies["zabota_my"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/my/", True, "Lax")
        assert cookie.value not in set(CabinetVisit.objects.values_list("token_hash", flat=True))
        assert client.post("/my/leave/", {"where": "everywhere"}).status_code == 303
        assert other.get("/my/")["Location"] == "/my/enter/"

    @pytest.mark.threat("T31")
    @pytest.mark.usefixtures("matter")
    def test_a_forged_form_does_nothing(self, matter: Conversation) -> None:
        strict = Client(enforce_csrf_checks=True)
        visitor = Client()
        come_in(visitor)
        strict.cookies = visitor.cookies
        forged = strict.post(f"/my/{matter.ref}/write/", {"words": "Atceliet!"})
        assert (forged.status_code, Message.objects.count()) == (403, 1)


class TestTheMatters:
    @pytest.mark.req("S-701")
    def test_each_is_a_card_with_who_now_next_and_by_when(
        self, client: Client, cast: Cast, matter: Conversation
    ) -> None:
        Conversation.objects.update(assignee=cast.marta)
        come_in(client)
        html = client.get("/my/").content.decode()
        for word in ("Terases galds", "Marta Ozola", "Gatavojam jums atbildi", "11:00"):
            assert word in html
        assert matter.ref in html

    @pytest.mark.req("S-701", "S-712")
    def test_mail_and_the_chat_he_confirmed_stand_side_by_side(
        self, client: Client, cast: Cast, browser: Browser
    ) -> None:
        confirmed(browser, client)
        take_in([letter(cast)], at=MORNING)
        come_in(client)
        html = client.get("/my/").content.decode()
        assert [word in html for word in ("Kur ir mans galds?", "Terases galds")] == [True, True]
        chat = Conversation.objects.get(channel__kind="webchat")
        shown = client.get(f"/my/{chat.ref}/").content.decode()
        assert shown.count("Kur ir mans galds?") >= 2

    @pytest.mark.threat("T23")
    def test_somebody_elses_are_not_there(
        self, client: Client, cast: Cast, matter: Conversation
    ) -> None:
        take_in([letter(cast, sender=IRINA, subject="Rīga", text="Noslēpums")], at=MORNING)
        hers = Conversation.objects.exclude(pk=matter.pk).get()
        come_in(client)
        assert "Rīga" not in client.get("/my/").content.decode()
        for path in ("", "write/", "agree/", "not-yet/"):
            method = client.post if path else client.get
            answer = method(f"/my/{hers.ref}/{path}", {"words": "x" * 9, "missing-words": "y"})
            assert answer.status_code == 404
            assert "Noslēpums" not in answer.content.decode()
        assert Message.objects.count() == 2

    @pytest.mark.threat("T10", "T23")
    def test_records_that_were_made_one_open_no_more_than_his_own_address(
        self, client: Client, cast: Cast, matter: Conversation
    ) -> None:
        take_in([letter(cast, sender=IRINA, subject="Rīga")], at=MORNING)
        irina = Customer.objects.exclude(pk=matter.customer_id or 0).get()
        Customer.objects.filter(pk=matter.customer_id or 0).update(merged_into=irina)
        come_in(client)
        assert "Rīga" not in client.get("/my/").content.decode()

    def test_he_writes_with_a_file_and_gets_it_back(
        self, client: Client, matter: Conversation
    ) -> None:
        come_in(client)
        file = SimpleUploadedFile("galds.png", b"\x89PNG bytes")
        sent = {"words": "Lūk, bilde", "client_id": "abcdefgh-1", "files": file}
        assert client.post(f"/my/{matter.ref}/write/", sent).status_code == 303
        client.post(f"/my/{matter.ref}/write/", {"words": "Lūk, bilde", "client_id": "abcdefgh-1"})
        message = Message.objects.order_by("-pk")[0]
        assert (message.text, Message.objects.count()) == ("Lūk, bilde", 2)
        address = f"/my/{matter.ref}/file/{message.attachments.get().file.ref}/"
        assert address in client.get(f"/my/{matter.ref}/").content.decode()
        assert "attachment" in client.get(address)["Content-Disposition"]
        assert client.get(f"/my/{matter.ref}/file/nothing/").status_code == 404

    def test_he_agrees_to_close_or_says_what_is_missing(
        self, client: Client, cast: Cast, matter: Conversation
    ) -> None:
        answered(cast, matter)
        closings.propose(matter.ref, actor=cast.actor(cast.marta), at=MORNING)
        come_in(client)
        assert "Vai viss ir kārtībā" in client.get("/my/").content.decode()
        client.post(f"/my/{matter.ref}/not-yet/", {"missing-words": "Trūkst kājas"})
        assert Conversation.objects.get().state == State.WAITING_US
        closings.propose(matter.ref, actor=cast.actor(cast.marta), at=MORNING)
        client.post(f"/my/{matter.ref}/agree/")
        assert Conversation.objects.get().state == State.CLOSED


class TestWhoIsThere:
    """What his page says of us, by how he is served."""

    @pytest.fixture
    def chat(self, cast: Cast) -> Channel:
        return Channel.objects.create(
            kind="webchat",
            brand=cast.brand,
            team=cast.riga,
            address="liepashop",
            settings={"origins": ["https://liepa.example"]},
            created_at=MORNING,
        )

    def page(self, client: Client, cast: Cast, kind: RelationshipType) -> str:
        customer = Customer.objects.get()
        attention.relate(customer.ref, kind, actor=cast.actor(cast.kira), at=MORNING)
        come_in(client)
        return client.get("/my/").content.decode()

    @pytest.mark.req("S-033")
    @pytest.mark.usefixtures("chat", "matter")
    def test_served_personally_he_finds_a_person_for_before_and_after_a_purchase(
        self, client: Client, cast: Cast
    ) -> None:
        html = self.page(client, cast, RelationshipType.PERSONAL)
        assert "Atbildēs cilvēks: pirms pirkuma un pēc tā" in html
        assert "Jūsu paša cilvēks" not in html
        ways = html[html.index("Kaut kas jauns?") :]
        assert "mailto:help@liepa.example" in ways
        assert "/write/liepashop/" in ways

    @pytest.mark.req("S-034", "S-032")
    @pytest.mark.usefixtures("chat", "matter")
    def test_with_an_own_agent_he_sees_who_that_is_and_who_stands_in(
        self, client: Client, cast: Cast
    ) -> None:
        customer = Customer.objects.get()
        attention.dedicate(
            customer.ref,
            cast.marta.pk,
            deputies=[cast.janis.pk],
            actor=cast.actor(cast.kira),
            at=MORNING,
        )
        presence.beat(actor=cast.actor(cast.marta), at=MORNING)
        html = self.page(client, cast, RelationshipType.DEDICATED)
        card = html[html.index("Jūsu paša cilvēks") : html.index("Kaut kas jauns?")]
        for words in ("Marta Ozola", "Šobrīd ir uz vietas", "Aizvieto: Jānis Liepiņš."):
            assert words in card

    @pytest.mark.req("S-035", "S-032")
    @pytest.mark.usefixtures("chat", "matter")
    def test_serving_himself_he_still_has_the_way_to_a_person_above_all_else(
        self, client: Client, cast: Cast
    ) -> None:
        html = self.page(client, cast, RelationshipType.SELF_SERVICE)
        assert html.index("Kaut kas jauns?") < html.index("Terases galds")


class TestHisData:
    @pytest.mark.req("S-722")
    def test_he_puts_right_what_we_know_of_him_and_nothing_else(
        self, client: Client, matter: Conversation
    ) -> None:
        come_in(client)
        said = {"name": "Ilze Kalniņa-Ozola", "say": "Ilze", "language": "ru", "state": "ended"}
        assert client.post("/my/data/", said).status_code == 303
        now = Customer.objects.get(pk=matter.customer_id or 0)
        assert (now.name, now.say, now.language, now.state) == (
            "Ilze Kalniņa-Ozola",
            "Ilze",
            "ru",
            "active",
        )
        assert client.post("/my/data/", {"name": " "}).status_code == 422

    @pytest.mark.req("S-707")
    @pytest.mark.usefixtures("matter")
    def test_he_ends_a_mailing_at_once_and_the_proof_is_kept(self, client: Client) -> None:
        Consent.objects.create(
            customer=Identity.objects.get().customer,
            identity=Identity.objects.get(),
            purpose="marketing",
            given=True,
            at=MORNING,
            wording="Jā, sūtiet jaunumus",
            origin="checkout",
        )
        come_in(client)
        assert "Jā, sūtiet jaunumus" in client.get("/my/data/").content.decode()
        client.post("/my/data/stop/", {"purpose": "marketing"})
        last = Consent.objects.order_by("-pk")[0]
        assert (last.given, last.origin, last.language) == (False, "cabinet", "lv")
        assert "Jā, sūtiet jaunumus" not in client.get("/my/data/").content.decode()

    def test_he_takes_all_of_it_with_him(
        self, client: Client, cast: Cast, matter: Conversation
    ) -> None:
        answered(cast, matter)
        come_in(client)
        told = json.loads(client.get("/my/data/export/").content)
        assert (told["address"], [one["subject"] for one in told["matters"]]) == (
            ILZE.address,
            ["Terases galds"],
        )
        assert [one["text"] for one in told["matters"][0]["messages"]] == [
            "Kur ir mans galds?",
            "Galds būs rīt.",
        ]
