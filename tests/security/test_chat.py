"""The chat of a site against other sites, other visitors, floods and nonsense (T28-T32, F23).

ZABOTA_STORM_CYCLES is the number of odd posts (10,000 at full size).
"""

import json
import os
import random
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import MORNING, Cast, gather
from zabota.domains.channels.models import Channel
from zabota.domains.channels.rules.sections import Chat
from zabota.domains.channels.services import visits
from zabota.domains.charter import services as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.models import Conversation, Message
from zabota.faces.portal.chat import calls
from zabota.kernel import clock, ids
from zabota.kernel.files.models import StoredFile
from zabota.kernel.live import tickets

SITE = "https://liepa.example"
DAYS = timedelta(days=90)
ODD = int(os.environ.get("ZABOTA_STORM_CYCLES", "1000"))
INSIDE = ("Traceback", "zabota.", "/zabota", "django", "Error:", "SELECT", "sqlite", "psycopg")
CALLS = {
    "hello": "POST",
    "thread": "GET",
    "messages": "POST",
    "files": "POST",
    "files/7hn3k2": "GET",
    "typing": "POST",
    "seen": "POST",
    "close": "POST",
    "ticket": "POST",
}
FOREIGN = (
    "null",
    "https://evil.example",
    "https://liepa.example.evil.example",
    "https://evil-liepa.example",
    "https://liepa.example:444",
    "http://liepa.example",
    "https://LIEPA.example",
    "https://liepa.example/",
    "https://liepa.example, https://evil.example",
    "https://l\u0456epa.example",
    "*",
)


@pytest.fixture
def cast(db: None) -> Cast:
    calls.floods.forget()
    return gather()


@pytest.fixture
def key(cast: Cast) -> str:
    return open_chat(cast, "liepashop").address


def open_chat(cast: Cast, address: str) -> Channel:
    return Channel.objects.create(
        kind="webchat",
        brand=cast.brand,
        team=cast.riga,
        address=address,
        settings={"origins": [SITE]},
        created_at=MORNING,
    )


@dataclass
class Browser:
    """A visitor's browser on a page of some site, from some internet address."""

    key: str
    token: str = ""
    origin: str = SITE
    address: str = "192.0.2.1"

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        given = {"Origin": self.origin, **headers}
        if self.token:
            given.setdefault("Authorization", f"Bearer {self.token}")
        return Client(enforce_csrf_checks=True, REMOTE_ADDR=self.address).generic(
            method,
            f"/chat/{self.key}/{path}",
            body if body is not None else b"{}" if method == "POST" else b"",
            content_type="application/json",
            headers=given,
        )

    def hello(self) -> "Browser":
        self.token = self.call("POST", "hello", b'{"language": "en"}').json()["token"]
        return self

    def say(self, text: str, **more: Any) -> Any:
        body = {"client_id": ids.new_ref(), "text": text} | more
        return self.call("POST", "messages", json.dumps(body).encode())


@pytest.mark.threat("T29", "T30", "T31")
@pytest.mark.parametrize("path", CALLS)
def test_no_call_answers_a_page_of_another_site(key: str, path: str) -> None:
    """The table of origins and calls: (status, who may read it, with cookies) of each."""
    token = Browser(key).hello().token
    for method in (CALLS[path], "OPTIONS"):
        for origin in FOREIGN:
            answer = Browser(key, token=token, origin=origin).call(method, path)
            assert (origin, answer.status_code, *allowed(answer)) == (origin, 403, None, None)
        listed = Browser(key, token=token).call(method, path)
        assert (listed.status_code == 403, *allowed(listed)) == (False, SITE, None)
        assert "Origin" in listed.headers["Vary"]
    assert not Message.objects.exists()


def allowed(answer: Any) -> tuple[str | None, str | None]:
    names = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")
    return answer.headers.get(names[0]), answer.headers.get(names[1])


@pytest.mark.threat("T28")
@pytest.mark.parametrize("path", [path for path in CALLS if path != "hello"])
def test_a_token_of_another_chat_opens_nothing(cast: Cast, key: str, path: str) -> None:
    open_chat(cast, "othershop")
    ilze = Browser(key).hello()
    ilze.say("My number is 40 321")
    answer = Browser("othershop", token=ilze.token).call(CALLS[path], path)
    assert (answer.status_code, answer.json()["error"]) == (401, "token")
    assert "40 321" not in answer.content.decode()


@pytest.mark.threat("T28")
def test_another_visitor_reads_writes_and_hears_nothing_of_a_matter(key: str) -> None:
    ilze, oto = Browser(key).hello(), Browser(key).hello()
    file = Client(REMOTE_ADDR="192.0.2.1").post(
        f"/chat/{key}/files",
        {"file": SimpleUploadedFile("passport.png", b"secret")},
        headers={"Origin": SITE, "Authorization": f"Bearer {ilze.token}"},
    )
    handle = file.json()["ref"]
    taken = oto.say("", files=[handle])
    sent = ilze.say("My number is 40 321", files=[handle]).json()["message"]
    ticket = ilze.call("POST", "ticket").json()["ticket"]
    assert (taken.status_code, taken.json()["error"]) == (400, "file")
    assert oto.call("GET", f"files/{sent['files'][0]['ref']}").status_code == 404
    assert oto.call("GET", "thread").json()["messages"] == []
    assert oto.call("POST", "close", b'{"agree": true}').status_code == 404
    with pytest.raises(tickets.BadTicket):
        tickets.read(ticket, session_key=oto.token)
    changed = ilze.token[:-1] + ("A" if ilze.token[-1] != "A" else "B")
    assert Browser(key, token=changed).call("GET", "thread").status_code == 401


def the_same(_number: int, first: Browser) -> Browser:
    return first


def another(_number: int, first: Browser) -> Browser:
    return Browser(first.key).hello()


def from_elsewhere(number: int, first: Browser) -> Browser:
    return Browser(first.key, address=f"192.0.2.{number}").hello()


@pytest.mark.threat("T32")
@pytest.mark.parametrize(
    ("limit", "who"),
    [
        ("visitor_a_minute", the_same),
        ("address_a_minute", another),
        ("site_a_minute", from_elsewhere),
    ],
)
def test_a_flood_is_refused_with_when_to_come_back(
    cast: Cast, key: str, limit: str, who: Any
) -> None:
    generous = {"visitor_a_minute": 900, "address_a_minute": 900, "site_a_minute": 900}
    charter.change_section(
        section=Chat,
        scope=Scope(),
        values=generous | {limit: 3},
        actor=cast.actor(cast.olga),
        reason="Small",
        at=clock.now() - timedelta(seconds=1),
    )
    first = Browser(key).hello()
    answers = [who(number, first).say(f"{number}") for number in range(2, 7)]
    assert [answer.status_code for answer in answers] == [201] * 3 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    assert sorted(Message.objects.values_list("text", flat=True)) == ["2", "3", "4"]


@pytest.mark.threat("T26", "T32")
def test_a_file_over_the_limit_is_refused_with_a_sentence_and_kept_nowhere(key: str) -> None:
    ilze = Browser(key).hello()
    answer = Client(REMOTE_ADDR="192.0.2.1").post(
        f"/chat/{key}/files",
        {"file": SimpleUploadedFile("video.mp4", b"x" * 20_000_001)},
        headers={"Origin": SITE, "Authorization": f"Bearer {ilze.token}", "Accept-Language": "en"},
    )
    assert (answer.status_code, answer.json()["error"]) == (413, "file_size")
    assert answer.json()["sentence"] == "This file is too large. Send a smaller one."
    assert answer["Access-Control-Allow-Origin"] == SITE
    assert not StoredFile.objects.exists()


@pytest.mark.threat("T28")
def test_a_token_that_ran_out_opens_nothing_and_is_renewed_while_it_is_good(
    cast: Cast, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ilze = Browser(key).hello()
    ilze.say("My number is 40 321")
    first, renewed = ilze.token, ilze.hello().token
    charter.change_section(
        section=Chat,
        scope=Scope(),
        values={"visitor_days": 1},
        actor=cast.actor(cast.olga),
        reason="Small",
        at=clock.now() - timedelta(seconds=1),
    )
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 2 * 86_400)
    old = visits.renewed(visits.read(first, chat=visits.chat(key), lasts=DAYS), language="en")
    monkeypatch.undo()
    answers = [Browser(key, token=each).call("GET", "thread") for each in (first, renewed, old)]
    assert [answer.status_code for answer in answers] == [200, 200, 401]
    assert "40 321" not in answers[-1].content.decode()


@pytest.mark.fault("F23")
@pytest.mark.parametrize("times", [2, 5], ids=["double click", "a finger that trembles"])
def test_one_message_sent_again_and_again_is_there_once(key: str, times: int) -> None:
    ilze = Browser(key).hello()
    name = ids.new_ref()
    answers = [ilze.say("Labdien!", client_id=name) for _ in range(times)]
    assert [answer.status_code for answer in answers] == [201] + [200] * (times - 1)
    assert len({answer.json()["message"]["id"] for answer in answers}) == 1
    closes = [ilze.call("POST", "close", b'{"agree": true}').status_code for _ in range(times)]
    assert closes == [409] * times
    assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)


@pytest.mark.threat("T32")
@pytest.mark.fault("F23")
def test_odd_posts_get_a_sentence_and_show_nothing_of_the_inside(cast: Cast, key: str) -> None:
    """So many of them, seeded: none is an error of ours, none is taken for a message."""
    chance = random.Random(3471)
    ilze = Browser(key).hello()
    ilze.say("Labdien!")
    for number in range(ODD):
        path, method, body, headers = odd(chance, ilze.token)
        answer = Browser(key, token=ilze.token).call(method, path, body, **headers)
        calls.floods.forget()
        said = answer.content.decode("utf-8", "replace")
        assert answer.status_code in {200, 204, 400, 401, 404, 405, 409, 413}, (number, said)
        if answer.status_code >= 400 and answer.headers["Content-Type"] == "application/json":
            assert set(answer.json()) == {"error", "sentence"}
        assert not any(word in said for word in INSIDE), (number, said)
    assert list(Message.objects.values_list("text", flat=True)) == ["Labdien!"]
    assert Conversation.objects.count() == 1


def odd(chance: random.Random, token: str) -> tuple[str, str, bytes, dict[str, str]]:
    """(path, method, body, headers) of something that no page of ours sends."""
    path = chance.choice([*CALLS, "files/../../etc", "nothing", "thread?after=-1&before=9e9"])
    method = chance.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "POST", "POST"])
    if path == "hello" and method == "POST":
        path = "messages"
    headers: dict[str, str] = {}
    if chance.random() < 0.2:
        cut = chance.randrange(1, len(token))
        headers["Authorization"] = chance.choice(
            [f"Bearer {token[:cut]}", f"Basic {token}", "Bearer", f"Bearer {token}\u00ff", token]
        )
    return path, method, nonsense(chance), headers


def nonsense(chance: random.Random) -> bytes:
    value: Any = chance.choice([None, True, -1, 2**70, 1e308, "", "a" * 5000, [], {}, [[]], "\0"])
    whole = {
        "client_id": chance.choice([value, ids.new_ref()[:4], {"$gt": ""}, "../../../etc/passwd"]),
        "text": chance.choice([value, {"a": value}, "Labdien"]),
        "files": chance.choice([value, [value], "all"]),
        "id": chance.choice([value, -7, "1 OR 1=1"]),
        "agree": chance.choice([value, "yes", 1, 0]),
    }
    made = json.dumps(whole).encode()
    return chance.choice(
        [
            made,
            made[: chance.randrange(len(made))],
            chance.randbytes(chance.randrange(1, 400)),
            b"[" * chance.randrange(1, 50_000),
            b'{"a":' * chance.randrange(1, 5_000),
            b"\xff\xfe" + made,
            b"x" * 120_000,
            json.dumps(value).encode(),
        ]
    )
