"""The calls of the chat's script, as a visitor's browser makes them."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import MORNING, Cast
from tests.meanwhile import meanwhile
from zabota.domains.channels.models import Channel, Visit
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import closings, presence, replies
from zabota.faces.portal.chat import calls
from zabota.kernel import ids
from zabota.kernel.facts.models import FactRow

SITE = "https://liepa.example"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40


@pytest.fixture(autouse=True)
def _no_flood() -> None:
    calls.floods.forget()


@pytest.fixture
def chat(cast: Cast) -> Channel:
    return Channel.objects.create(
        kind="webchat",
        brand=cast.brand,
        team=cast.riga,
        address="liepashop",
        settings={"origins": [SITE]},
        created_at=MORNING,
    )


@dataclass
class Browser:
    """A visitor's browser on a page of a site."""

    origin: str = SITE
    key: str = "liepashop"
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if self.origin:
            headers["Origin"] = self.origin
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return self.client.generic(
            method,
            f"/chat/{self.key}/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )

    def hello(self, language: str = "lv") -> dict[str, Any]:
        answer: dict[str, Any] = self.call("POST", "hello", {"language": language}).json()
        self.token = answer["token"]
        return answer

    def say(self, text: str, **more: Any) -> Any:
        body = {"client_id": ids.new_ref(), "text": text} | more
        return self.call("POST", "messages", body)

    def thread(self, query: str = "") -> dict[str, Any]:
        answer: dict[str, Any] = self.call("GET", f"thread{query}").json()
        return answer

    def upload(self, name: str, content: bytes) -> Any:
        return self.client.post(
            f"/chat/{self.key}/files",
            {"file": SimpleUploadedFile(name, content)},
            headers={"Origin": self.origin, "Authorization": f"Bearer {self.token}"},
        )


@pytest.fixture
def browser(chat: Channel) -> Browser:
    return Browser(key=chat.address)


def answer(cast: Cast, text: str = "Ir, trīs!") -> None:
    replies.send(
        replies.Reply(text=text, client_id=ids.new_ref(), seen_message_id=10**9),
        to=Conversation.objects.get().ref,
        actor=cast.actor(cast.marta),
        at=MORNING,
        undo=MORNING - MORNING,
    )


class TestTalking:
    def test_a_visitor_is_greeted_in_the_language_of_the_page(
        self, cast: Cast, browser: Browser
    ) -> None:
        presence.beat(actor=cast.actor(cast.marta), at=MORNING)
        said = browser.hello("lv")
        assert (said["language"], said["texts"]["send"], said["answer"], said["is_open"]) == (
            "lv",
            "Nosūtīt",
            "Parasti atbildam minūtes laikā",
            True,
        )

    @pytest.mark.django_db(transaction=True)
    def test_an_open_window_hears_of_what_happened_while_it_was_being_read(
        self, cast: Cast, browser: Browser
    ) -> None:
        browser.hello()
        browser.say("Vai galds ir noliktavā?")
        for read in (browser.thread, browser.hello):
            with meanwhile("desk_participant", lambda: answer(cast)):
                shown = read()
            sent = FactRow.objects.filter(name="desk.ReplyQueued").latest("pk")
            assert shown["position"] < sent.pk

    @pytest.mark.req("S-092")
    def test_a_worry_is_taken_in_as_it_comes_and_nothing_is_asked_first(
        self, browser: Browser
    ) -> None:
        """No topic, no menu, no name: the only thing that a visitor must send is his words."""
        said = browser.hello("en")
        assert said["texts"]["intro"].startswith("Hello! Tell us what happened or what you wish")
        worry = "Man šodien vienkārši ir skumji, un dārzs arī nezied."
        assert browser.say(worry).status_code == 201
        assert Message.objects.get().text == worry
        assert browser.thread()["conversation"]["state"] == "waiting_us"

    @pytest.mark.req("AS-60")
    def test_a_visitor_is_told_the_truth_while_nobody_of_that_team_is_there(
        self, cast: Cast, browser: Browser
    ) -> None:
        presence.beat(actor=cast.actor(cast.oleg), at=MORNING)  # he is of another team
        said = browser.hello("en")
        assert (said["is_open"], said["answer"]) == (
            False,
            "Nobody sits at the chat right now. Write: the first one back answers here",
        )

    def test_words_and_answers_come_in_the_order_in_which_we_have_them(
        self, cast: Cast, browser: Browser
    ) -> None:
        browser.hello()
        assert browser.say("Vai galds ir noliktavā?").status_code == 201
        answer(cast)
        shown = browser.thread()
        assert [(one["mine"], one["author"], one["text"]) for one in shown["messages"]] == [
            (True, "", "Vai galds ir noliktavā?"),
            (False, "Marta Ozola", "Ir, trīs!"),
        ]
        assert shown["agent"] == {"name": "Marta Ozola", "is_here": False}

    @pytest.mark.fault("F23")
    def test_a_message_that_is_sent_again_is_there_once(self, browser: Browser) -> None:
        browser.hello()
        first = browser.say("Labdien", client_id="11111111-2222-3333-4444-555555555555")
        again = browser.say("Labdien", client_id="11111111-2222-3333-4444-555555555555")
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["message"] == again.json()["message"]
        assert Message.objects.count() == 1

    def test_the_page_where_he_writes_is_known_to_us(self, browser: Browser) -> None:
        browser.hello()
        browser.say("Labdien", page="https://liepa.example/galdi/17")
        assert Visit.objects.get().page == "https://liepa.example/galdi/17"

    def test_a_picture_goes_with_a_message_and_is_had_by_him_alone(self, browser: Browser) -> None:
        browser.hello()
        handle = browser.upload("galds.png", PNG).json()
        sent = browser.say("", files=[handle["ref"]]).json()["message"]
        assert [(one["name"], one["is_picture"]) for one in sent["files"]] == [("galds.png", True)]
        path = f"files/{sent['files'][0]['ref']}"
        other = Browser()
        other.hello()
        assert browser.call("GET", path).status_code == 200
        assert other.call("GET", path).status_code == 404
        assert other.say("", files=[handle["ref"]]).status_code == 400

    def test_he_agrees_to_close_by_a_button(self, cast: Cast, browser: Browser) -> None:
        browser.hello()
        browser.say("Vai galds ir noliktavā?")
        answer(cast)
        closings.propose(Conversation.objects.get().ref, actor=cast.actor(cast.marta), at=MORNING)
        assert browser.thread()["conversation"]["asks_to_close"] is True
        closed = browser.call("POST", "close", {"agree": True}).json()
        assert closed["conversation"]["state"] == "closed"

    def test_what_he_has_seen_is_known(self, cast: Cast, browser: Browser) -> None:
        browser.hello()
        browser.say("Labdien")
        answer(cast)
        last = browser.thread()["messages"][-1]
        assert (last["seen"], browser.call("POST", "seen", {"id": last["id"]}).status_code) == (
            False,
            204,
        )
        assert browser.thread()["messages"][-1]["seen"] is True


class TestWhoMayCall:
    @pytest.mark.threat("T30")
    @pytest.mark.parametrize(
        ("origin", "status", "named"),
        [
            (SITE, 204, SITE),
            ("https://evil.example", 403, None),
            ("https://liepa.example.evil.example", 403, None),
            ("null", 403, None),
        ],
    )
    def test_only_listed_sites_are_answered_by_name(
        self, browser: Browser, origin: str, status: int, named: str | None
    ) -> None:
        browser.origin = origin
        answer = browser.call("OPTIONS", "messages")
        assert (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) == (
            status,
            named,
        )
        assert "Access-Control-Allow-Credentials" not in answer.headers

    @pytest.mark.threat("T29")
    def test_a_foreign_page_stores_nothing(self, browser: Browser) -> None:
        browser.hello()
        browser.origin = "https://evil.example"
        assert browser.say("Labdien").status_code == 403
        assert not Message.objects.exists()

    @pytest.mark.threat("T31")
    def test_a_cookie_proves_nobody(self, cast: Cast, browser: Browser) -> None:
        browser.client.force_login(cast.olga)
        assert browser.say("Labdien").status_code == 401

    @pytest.mark.threat("T28")
    @pytest.mark.parametrize("path", ["thread", "ticket", "typing", "seen", "close"])
    def test_without_a_token_nothing_is_told(self, browser: Browser, path: str) -> None:
        method = "GET" if path == "thread" else "POST"
        answer = browser.call(method, path, {} if method == "POST" else None)
        assert (answer.status_code, answer.json()["error"]) == (401, "token")

    @pytest.mark.threat("T28")
    def test_a_token_in_the_address_is_none(self, browser: Browser) -> None:
        token = browser.hello()["token"]
        browser.token = ""
        assert browser.call("GET", f"thread?token={token}").status_code == 401

    def test_one_who_was_here_before_finds_his_talk_again(self, browser: Browser) -> None:
        browser.hello()
        browser.say("Labdien")
        browser.hello("ru")
        assert [one["text"] for one in browser.thread()["messages"]] == ["Labdien"]

    def test_a_chat_that_is_switched_off_says_so(self, chat: Channel, browser: Browser) -> None:
        Channel.objects.filter(pk=chat.pk).update(is_active=False)
        assert browser.call("POST", "hello", {}).status_code == 404


class TestBadInput:
    @pytest.mark.threat("T32")
    @pytest.mark.parametrize(
        "body",
        [
            "[]",
            "{",
            '"a"',
            "null",
            "[" * 100_000,
            '{"client_id": 7, "text": "a"}',
            '{"client_id": "12345678", "text": {"a": 1}}',
            '{"client_id": "12345678", "text": "a", "files": "x"}',
            '{"client_id": "12345678", "text": "a", "files": [{"a": 1}]}',
            '{"client_id": "\\u00001234567", "text": "a"}',
            '{"client_id": "12345678"}',
        ],
    )
    def test_nonsense_gets_one_sentence_and_stores_nothing(
        self, browser: Browser, body: str
    ) -> None:
        browser.hello()
        answer = browser.client.post(
            "/chat/liepashop/messages",
            body,
            content_type="application/json",
            headers={"Origin": SITE, "Authorization": f"Bearer {browser.token}"},
        )
        assert answer.status_code == 400
        assert answer.json()["sentence"]
        assert not Message.objects.exists()

    def test_a_nul_in_the_text_harms_nobody(self, browser: Browser) -> None:
        browser.hello()
        assert browser.say("Lab\0dien").status_code == 201
        assert Message.objects.get().text == "Labdien"

    def test_a_flood_is_slowed_and_others_are_not(self, browser: Browser) -> None:
        browser.hello()
        codes = [browser.say(f"{number}").status_code for number in range(21)]
        refused = browser.say("22")
        other = Browser()
        other.hello()
        assert codes == [201] * 20 + [429]
        assert 0 < int(refused.headers["Retry-After"]) <= 61
        assert refused.json()["sentence"] == "Pārāk daudz uzreiz. Pagaidiet minūti un sūtiet tālāk."
        assert other.say("Labdien").status_code == 201

    def test_a_message_that_is_too_long_is_refused_with_what_to_do(self, browser: Browser) -> None:
        browser.hello("en")
        said = browser.say("a" * 4001)
        assert said.json()["sentence"] == "The message is too long. Send it in several parts."
