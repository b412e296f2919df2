"""The customer's page by signed link."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.domains.desk.enums import ParticipantRole, State
from zabota.domains.desk.models import Attachment, Closure, Conversation, Message, Participant
from zabota.domains.desk.services import closings, replies
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, IRINA, STRANGER, letter
from zabota.domains.people.models import Identity
from zabota.faces.portal.tests.conftest import address_in_last_letter
from zabota.kernel import clock
from zabota.kernel.files.models import StoredFile

UNKNOWN = "/c/" + "x" * 32 + "/"


def answered(cast: Cast, conversation: Conversation, text: str, *, leaves: bool = True) -> Message:
    message = replies.send(
        replies.Reply(text=text, client_id=f"r-{text}", seen_message_id=0),
        to=conversation.ref,
        actor=cast.actor(cast.marta),
        at=MORNING,
        undo=timedelta(seconds=10),
    )
    if leaves:
        replies.confirm_delivery(message.pk, sent_at=MORNING, perhaps_twice=False, at=MORNING)
    return message


def state(conversation: Conversation) -> str:
    conversation.refresh_from_db()
    return conversation.state


class TestTheCard:
    @pytest.mark.req("S-150")
    def test_says_who_what_now_next_by_when_and_what_we_wait_for(
        self, client: Client, cast: Cast, conversation: Conversation, page: str
    ) -> None:
        closings.withdraw(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
        Conversation.objects.update(assignee=cast.marta)
        html = client.get(page).content.decode()
        for words in (
            "Terases galds",
            "Marta Ozola",
            "Gatavojam jums atbildi",
            "Jūs saņemsiet mūsu nākamo atbildi",
            "11:00",
            "Nekas nav vajadzīgs",
        ):
            assert words in html

    def test_speaks_the_customers_language_until_he_chooses_another(
        self, client: Client, page: str
    ) -> None:
        assert client.get(page)["Content-Language"] == "lv"
        switched = client.get(f"{page}?language=ru")
        assert (switched.status_code, switched["Location"]) == (302, page)
        assert client.get(page)["Content-Language"] == "ru"

    def test_costs_the_same_few_queries_however_long_the_talk(
        self, client: Client, cast: Cast, conversation: Conversation, page: str,
        django_assert_num_queries: pytest.FixtureRequest,
    ) -> None:  # fmt: skip
        for number in range(3):
            answered(cast, conversation, "Atbilde" + "!" * number)
            with django_assert_num_queries(9):  # type: ignore[operator]
                client.get(page)


class TestReading:
    @pytest.mark.threat("T21")
    def test_changes_nothing_whatever_a_scanner_opens(
        self, client: Client, conversation: Conversation, page: str
    ) -> None:
        for path in ("", "agree/", "not-yet/", "write/"):
            for ask in (client.get, client.head, client.options):
                ask(page + path, {"words": "Jā"})
        assert (state(conversation), Message.objects.filter(direction="in").count()) == (
            State.AWAITING_CONSENT,
            1,
        )

    def test_is_kept_nowhere_and_told_to_nobody(self, client: Client, page: str) -> None:
        for response in (client.get(page), client.get(UNKNOWN), client.post(f"{page}agree/")):
            assert {name: response[name] for name in ("Cache-Control", "Referrer-Policy")} == {
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            }
            assert "noindex" in response["X-Robots-Tag"]

    @pytest.mark.threat("T21")
    def test_by_a_link_that_does_not_work_is_one_page_whatever_the_reason(
        self, client: Client, conversation: Conversation, page: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        unknown = client.get(UNKNOWN)
        with monkeypatch.context() as later:
            later.setattr(clock, "now", lambda: MORNING + timedelta(days=31))
            expired = client.get(page)
        Participant.objects.update(dropped_at=MORNING)
        no_longer_his = client.get(page)
        posted = client.post(f"{page}agree/")
        assert [each.status_code for each in (unknown, expired, no_longer_his, posted)] == [404] * 4
        assert expired.content == no_longer_his.content
        assert "Terases" not in expired.content.decode()
        assert state(conversation) == State.AWAITING_CONSENT


@pytest.mark.threat("T23")
def test_the_page_holds_nothing_that_was_not_said_to_this_person(
    client: Client, cast: Cast, conversation: Conversation, page: str
) -> None:
    """Canaries in every place that is ours: none may be among the bytes that a customer gets."""
    answered(cast, conversation, "Galds ir ceļā.")
    answered(cast, conversation, "CANARY-queued, may still be undone", leaves=False)
    _machine_writes(cast, conversation)
    _others_write(cast, conversation)
    cast.riga.name = "CANARY-team"
    cast.riga.save()
    shown = client.get(page).content.decode() + client.get(UNKNOWN).content.decode()
    assert "Galds ir ceļā." in shown
    assert "CANARY" not in shown
    refs = [conversation.ref, *Message.objects.values_list("ref", flat=True)]
    inside = ["Kira", "Jānis", IRINA.address, "marta@liepa.example", *refs]
    assert [each for each in inside if each in shown] == []


def _machine_writes(cast: Cast, conversation: Conversation) -> None:
    question = conversation.messages.filter(direction="in")[0]
    bounce = letter(
        cast,
        sender=STRANGER,
        references=(question.external_id,),
        automatic="bounce",
        text="CANARY-bounce",
    )
    take_in([bounce], at=MORNING)


def _others_write(cast: Cast, conversation: Conversation) -> None:
    """A note, a stranger, and what passed between us and Irina, who takes part as well."""
    irina = Identity.objects.create(
        customer_id=conversation.customer_id or 0,
        kind="email",
        value=IRINA.address,
        shown=IRINA.address,
        created_at=MORNING,
    )
    Participant.objects.create(
        conversation=conversation, identity=irina, role=ParticipantRole.COPY, since=MORNING
    )
    us, her, ilze = ([["", each]] for each in (cast.mailbox.address, IRINA.address, ILZE.address))
    for what in (
        {"direction": "note", "author": cast.kira, "text": "CANARY-note"},
        {"direction": "in", "trust": "someone_else", "to": ilze, "text": "CANARY-stranger"},
        {"direction": "in", "trust": "verified", "identity": irina, "to": us, "text": "CANARY-her"},
        {"direction": "out", "delivery": "sent", "author": cast.janis, "to": her,
         "text": "CANARY-to-her-alone"},
    ):  # fmt: skip
        Message.objects.create(conversation=conversation, at=MORNING, **what)


def test_names_of_files_are_shown_and_markup_in_words_stays_words(
    client: Client, cast: Cast, conversation: Conversation, page: str
) -> None:
    message = conversation.messages.get(direction="in")
    message.text = "<script>alert(1)</script>"
    message.save()
    stored = StoredFile.objects.create(key="k", sha256="0" * 64, size=1, media_type="image/png")
    Attachment.objects.create(message=message, file=stored, name="<b>galds</b>.png")
    html = client.get(page).content.decode()
    assert "&lt;b&gt;galds&lt;/b&gt;.png" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


class TestDeciding:
    @pytest.mark.req("S-100")
    def test_yes_closes_the_matter_and_thanks(
        self, client: Client, conversation: Conversation, page: str
    ) -> None:
        response = client.post(f"{page}agree/", follow=True)
        assert state(conversation) == State.CLOSED
        assert "Paldies" in response.content.decode()

    def test_yes_needs_no_cookie_and_no_script(self, conversation: Conversation, page: str) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.post(f"{page}agree/", headers={"Origin": "null"})
        assert state(conversation) == State.CLOSED

    def test_yes_to_what_was_not_asked_closes_nothing(
        self, client: Client, cast: Cast, conversation: Conversation, page: str
    ) -> None:
        closings.withdraw(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
        response = client.post(f"{page}agree/", follow=True)
        assert "Pašlaik nav" in response.content.decode()
        assert Closure.objects.count() == 0

    def test_not_yet_comes_with_what_is_missing_once(
        self, client: Client, conversation: Conversation, page: str
    ) -> None:
        said = {"missing-words": "Trūkst skrūvju.", "missing-client_id": "c-12345678"}
        client.post(f"{page}not-yet/", said)
        client.post(f"{page}not-yet/", said)
        texts = conversation.messages.filter(direction="in").order_by("pk")
        assert [each.text for each in texts][1:] == ["Trūkst skrūvju."]
        assert state(conversation) == State.WAITING_US

    def test_not_yet_without_words_asks_for_them_and_decides_nothing(
        self, client: Client, conversation: Conversation, page: str
    ) -> None:
        response = client.post(f"{page}not-yet/", {"missing-words": " "})
        assert response.status_code == 422
        assert "Vispirms uzrakstiet" in response.content.decode()
        assert state(conversation) == State.AWAITING_CONSENT


class TestWriting:
    def test_twice_with_one_press_is_one_message(
        self, client: Client, conversation: Conversation, page: str
    ) -> None:
        said = {"words": "Vai var otrdien?", "client_id": "c-12345678"}
        client.post(f"{page}write/", said)
        response = client.post(f"{page}write/", said, follow=True)
        assert conversation.messages.filter(text="Vai var otrdien?").count() == 1
        assert "Vai var otrdien?" in response.content.decode()

    def test_after_closing_opens_the_matter_again(
        self, client: Client, conversation: Conversation, page: str
    ) -> None:
        client.post(f"{page}agree/")
        assert "Rakstīt vēlreiz" in client.get(page).content.decode()
        client.post(f"{page}write/", {"words": "Galds šūpojas.", "client_id": "c-12345678"})
        assert state(conversation) == State.WAITING_US

    def test_too_much_or_nothing_is_refused_and_what_was_typed_is_kept(
        self, client: Client, conversation: Conversation, page: str
    ) -> None:
        words = "ā" * 20_001
        response = client.post(f"{page}write/", {"words": words})
        assert (response.status_code, words in response.content.decode()) == (422, True)
        assert client.post(f"{page}write/", {"words": " \n"}).status_code == 422
        assert conversation.messages.count() == 3


def test_the_link_in_each_letter_leads_to_the_page(
    client: Client, cast: Cast, conversation: Conversation
) -> None:
    answered(cast, conversation, "Rīt.")
    closings.propose(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
    assert client.get(address_in_last_letter()).status_code == 200
