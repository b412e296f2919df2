"""A visitor leaves a mail address: its reader confirms it, and the matter goes on by mail."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.domains.channels import tasks as channel_tasks
from zabota.domains.channels.envelopes import ThreadClue
from zabota.domains.channels.models import Channel, OutboundEnvelope
from zabota.domains.channels.services import sending
from zabota.domains.desk.enums import ClosedBy, Trust
from zabota.domains.desk.models import Closure, Conversation, Message
from zabota.domains.desk.services import contact, replies
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, letter
from zabota.domains.people.models import AddressClaim, Customer, Identity
from zabota.faces.portal.chat import calls
from zabota.faces.portal.tests.test_chat import Browser
from zabota.kernel import clock, ids
from zabota.kernel.secrets import keys
from zabota.pure.mailtext import thread_id

NIGHT = datetime.fromisoformat("2026-05-20T00:00:00+00:00")


@pytest.fixture(autouse=True)
def _no_flood() -> None:
    calls.floods.forget()


@pytest.fixture
def browser(cast: Cast) -> Browser:
    """Ilze's browser, in which she has asked about her table."""
    Channel.objects.create(
        kind="webchat",
        brand=cast.brand,
        team=cast.riga,
        address="liepashop",
        settings={"origins": ["https://liepa.example"]},
        created_at=MORNING,
    )
    made = Browser()
    made.hello()
    made.say("Kur ir mans galds?")
    return made


def link(number: int = -1) -> str:
    """The page in the letter that confirms an address."""
    rows = list(OutboundEnvelope.objects.filter(key__startswith="claim:").order_by("pk"))
    found = re.search(r"/confirm/[^/]+/", rows[number].payload["links"][0][1])
    assert found
    return found[0]


def confirmed(browser: Browser, client: Client, address: str = ILZE.address) -> None:
    assert browser.call("POST", "contact", {"email": address}).status_code == 200
    assert client.post(link(), {"answer": "yes"}).status_code == 303


def answered(cast: Cast, text: str, *, at: datetime = MORNING) -> Message:
    message = replies.send(
        replies.Reply(text=text, client_id=ids.new_ref(), seen_message_id=10**9),
        to=Conversation.objects.get().ref,
        actor=cast.actor(cast.marta),
        at=at,
        undo=timedelta(0),
    )
    channel_tasks.keep_chats(at=at)
    return message


def mailed() -> list[tuple[str, str]]:
    """(state, text) of the letters with answers of the chat."""
    rows = OutboundEnvelope.objects.filter(key__startswith="mailed:").order_by("pk")
    return [(row.state, row.payload["text"]) for row in rows]


def leaves(cast: Cast, at: datetime) -> Any:
    """The letter that the brand's mailbox sends next."""
    claimed = sending.claim(channel_id=cast.mailbox.pk, at=at)
    return sending.begin(claimed, at=at) if claimed else None


class TestLeavingAnAddress:
    @pytest.mark.req("AS-60")
    def test_at_night_the_chat_tells_when_a_person_comes_and_wants_an_address_until_it_has_one(
        self, monkeypatch: pytest.MonkeyPatch, browser: Browser, client: Client
    ) -> None:
        monkeypatch.setattr(clock, "now", lambda: NIGHT)
        shown = browser.thread()
        assert (shown["is_open"], shown["wants_contact"]) == (False, True)
        assert "Atbildēsim, kad atgriezīsimies" in shown["answer"]
        confirmed(browser, client)
        assert browser.thread()["wants_contact"] is False

    def test_the_letter_carries_a_link_and_nothing_that_the_visitor_typed(
        self, cast: Cast, browser: Browser
    ) -> None:
        body = {"email": "ilze@kalnina.example", "name": "Pērc lēti http://evil.example"}
        said = browser.call("POST", "contact", body).json()
        assert said["sentence"].startswith("Vēstule ir ceļā")
        letter = leaves(cast, MORNING)
        assert letter.recipients == ("ilze@kalnina.example",)
        whole = f"{letter.outbound}"
        assert [word in whole for word in ("evil", "galds", "/confirm/")] == [False, False, True]

    @pytest.mark.threat("T15")
    def test_no_more_letters_go_to_an_unproved_address_than_the_charter_allows(
        self, cast: Cast, browser: Browser
    ) -> None:
        for _ in range(6):
            browser.call("POST", "contact", {"email": "victim@elsewhere.example"})
        left = [letter for _ in range(6) if (letter := leaves(cast, MORNING)) is not None]
        assert len(left) == 3

    @pytest.mark.parametrize("email", ["", "nobody", "a b@c.lv", 17, None, "help@liepa.example"])
    def test_what_is_no_address_of_his_gets_a_sentence(self, browser: Browser, email: Any) -> None:
        answer = browser.call("POST", "contact", {"email": email})
        assert (answer.status_code, answer.json()["error"]) == (400, "email")
        assert not AddressClaim.objects.exists()

    @pytest.mark.usefixtures("browser")
    def test_before_the_first_message_there_is_no_matter_to_go_on_with(self) -> None:
        fresh = Browser()
        fresh.hello()
        assert fresh.call("POST", "contact", {"email": ILZE.address}).status_code == 404

    def test_a_brand_without_a_mailbox_says_so(self, cast: Cast, browser: Browser) -> None:
        Channel.objects.filter(pk=cast.mailbox.pk).update(is_active=False)
        answer = browser.call("POST", "contact", {"email": ILZE.address})
        assert (answer.status_code, answer.json()["error"]) == (400, "no_mailbox")


class TestConfirming:
    def test_opening_the_link_changes_nothing(self, browser: Browser, client: Client) -> None:
        browser.call("POST", "contact", {"email": ILZE.address})
        html = client.get(link()).content.decode()
        assert [word in html for word in (ILZE.address, "galds")] == [True, False]
        assert not Identity.objects.filter(verified_at__isnull=False, kind="email").exists()

    def test_a_new_address_becomes_the_visitors_own(self, browser: Browser, client: Client) -> None:
        confirmed(browser, client)
        proved = Identity.objects.get(kind="email")
        assert (proved.value, proved.verified_at) == (ILZE.address, MORNING)
        assert proved.customer == Conversation.objects.get().customer
        assert "apstiprināta" in client.get(link()).content.decode()

    def test_an_address_that_we_know_makes_the_two_one_customer(
        self, cast: Cast, browser: Browser, client: Client
    ) -> None:
        take_in([letter(cast)], at=MORNING)
        confirmed(browser, client)
        assert Customer.objects.filter(merged_into__isnull=True).count() == 1

    def test_twice_is_once_and_no_is_no(self, browser: Browser, client: Client) -> None:
        browser.call("POST", "contact", {"email": ILZE.address})
        assert client.post(link(), {"answer": "no"}).status_code == 303
        assert client.post(link(), {"answer": "yes"}).status_code == 303
        assert not Identity.objects.filter(kind="email").exists()
        assert client.get(link()).status_code == 200

    @pytest.mark.threat("T21")
    def test_a_link_ends_with_its_time_and_a_guessed_one_is_none(
        self, monkeypatch: pytest.MonkeyPatch, browser: Browser, client: Client
    ) -> None:
        browser.call("POST", "contact", {"email": ILZE.address})
        assert AddressClaim.objects.get().token_hash not in link()
        monkeypatch.setattr(clock, "now", lambda: MORNING + timedelta(days=7, seconds=1))
        assert [client.get(path).status_code for path in (link(), "/confirm/xx/")] == [404, 404]
        assert client.post(link(), {"answer": "yes"}).status_code == 404
        assert not Identity.objects.filter(kind="email").exists()

    @pytest.mark.threat("T10")
    def test_a_second_address_of_a_proved_customer_takes_part_and_is_not_merged(
        self, cast: Cast, browser: Browser, client: Client
    ) -> None:
        take_in([letter(cast)], at=MORNING)
        confirmed(browser, client)
        confirmed(browser, client, "mallory@evil.example")
        his = Identity.objects.get(value="mallory@evil.example").customer
        ilzes = Identity.objects.get(value=ILZE.address).customer
        assert (his == ilzes, his.merged_into) == (False, None)


class TestGoingOnByMail:
    @pytest.mark.req("S-082")
    def test_an_answer_that_was_not_seen_goes_by_mail_once_and_his_answer_joins_the_matter(
        self, cast: Cast, browser: Browser, client: Client
    ) -> None:
        confirmed(browser, client)
        OutboundEnvelope.objects.filter(key__startswith="claim:").delete()
        answered(cast, "Galds būs rīt.")
        assert leaves(cast, MORNING + timedelta(seconds=90)) is None
        sent = leaves(cast, MORNING + timedelta(minutes=2, seconds=1))
        assert (sent.recipients, sent.outbound.text) == ((ILZE.address,), "Galds būs rīt.")
        assert len(browser.thread()["messages"]) == 2
        number = Conversation.objects.get().pk
        signed = thread_id.read(sent.external_id, keys.reading_keys("mail-thread"))
        assert signed is not None
        clue = ThreadClue(
            conversation_id=signed.conversation,
            message_id=signed.message,
            from_recipient=signed.went_to([ILZE.address]),
        )
        take_in([letter(cast, text="Paldies, gaidu!", clue=clue)], at=MORNING)
        assert Conversation.objects.get().pk == number
        last = Message.objects.order_by("-pk")[0]
        assert (last.text, last.trust, last.channel_id) == (
            "Paldies, gaidu!",
            Trust.VERIFIED,
            cast.mailbox.pk,
        )

    def test_what_was_seen_in_the_chat_is_not_mailed(
        self, cast: Cast, browser: Browser, client: Client
    ) -> None:
        confirmed(browser, client)
        message = answered(cast, "Galds būs rīt.")
        assert browser.call("POST", "seen", {"id": message.pk}).status_code == 204
        assert mailed() == [("cancelled", "Galds būs rīt.")]

    def test_what_was_seen_of_an_earlier_matter_is_not_mailed_either(
        self, cast: Cast, browser: Browser, client: Client
    ) -> None:
        confirmed(browser, client)
        earlier = Conversation.objects.get()
        message = answered(cast, "Galds būs rīt.")
        long_ago = MORNING - timedelta(hours=73)
        Closure.objects.create(conversation=earlier, at=long_ago, how=ClosedBy.BUTTON)
        browser.say("Vai ir krēsli?")
        assert Conversation.objects.count() == 2
        assert browser.call("POST", "seen", {"id": message.pk}).status_code == 204
        assert mailed() == [("cancelled", "Galds būs rīt.")]

    def test_who_likes_mail_best_gets_the_answer_there_at_once(
        self, cast: Cast, browser: Browser, client: Client
    ) -> None:
        confirmed(browser, client)
        OutboundEnvelope.objects.filter(key__startswith="claim:").delete()
        Customer.objects.update(preferred_channel="email")
        answered(cast, "Galds būs rīt.")
        sent = leaves(cast, MORNING)
        assert (sent.recipients, sent.outbound.text) == ((ILZE.address,), "Galds būs rīt.")

    def test_without_a_confirmed_address_nothing_is_mailed(
        self, cast: Cast, browser: Browser
    ) -> None:
        browser.call("POST", "contact", {"email": ILZE.address})
        answered(cast, "Galds būs rīt.")
        assert mailed() == []

    def test_what_was_answered_before_he_confirmed_comes_as_well(
        self, cast: Cast, browser: Browser, client: Client
    ) -> None:
        answered(cast, "Galds būs rīt.")
        confirmed(browser, client)
        contact_again = contact.asked(link().split("/")[2], at=MORNING)
        assert contact_again.answer == "yes"
        assert mailed() == [("waiting", "Galds būs rīt.")]
