"""A visitor's stream: for pages of listed sites alone, by his own token, and only while it is good.

ZABOTA_STORM_CYCLES is the number of odd requests (10,000 at full size).
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.browser.conftest import _CAST
from tests.parts.server import Server
from tests.security.test_chat import FOREIGN, ODD
from tests.serving.served import Listening, client
from zabota.kernel import ids

SITE = "https://liepa.example"
CODES = {"ticket", "method", "origin", "streams"}
INSIDE = ("Traceback", "zabota.", "/zabota", "django", "SELECT", "Error:")


@dataclass
class Visitor:
    """A visitor's browser on a page of `site`."""

    server: Server
    site: str = SITE
    token: str = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        given = {"Origin": self.site, **headers}
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        url = f"{self.server.url}/chat/liepa/{path}"
        return httpx.request(method, url, json=body, headers=given, timeout=30)

    def hello(self) -> "Visitor":
        self.token = self.call("POST", "hello", {"language": "en"}).json()["token"]
        return self

    def say(self, text: str) -> "Visitor":
        said = self.call("POST", "messages", {"client_id": ids.new_ref(), "text": text})
        assert said.status_code == 201
        return self

    def ticket(self) -> str:
        return str(self.call("POST", "ticket", {}).json()["ticket"])

    def headers(self, ticket: str, **more: str) -> dict[str, str]:
        mine = {"Authorization": f"Bearer {ticket}", "X-Visit": self.token, "Origin": self.site}
        return mine | more

    def listen(self, **more: str) -> Listening:
        return heard(self.server, self.headers(self.ticket(), **more))


def heard(server: Server, headers: dict[str, str], query: str = "") -> Listening:
    stream = Listening(server, headers, query, path="/live/chat")
    if stream.status == 200:
        stream.first()
    return stream


@pytest.fixture
def house(serve: Callable[..., Server]) -> Server:
    """Liepa with its people, and a chat on its site."""
    server = serve()
    server.python(_CAST)
    act(server, "open_chat", SITE)
    return server


def act(server: Server, what: str, *given: object) -> Any:
    code = f"from tests.browser import chat_acts\nprint(json.dumps(chat_acts.{what}(*{given!r})))"
    return server.python(code)


@pytest.mark.threat("T29", "T30")
@pytest.mark.timeout(120)
def test_only_pages_of_listed_sites_and_their_own_visitors_hear_anything(house: Server) -> None:
    """The table of origins: (status, who may read it, with cookies) of each; then of tickets."""
    ilze, oto = Visitor(house).hello().say("Labdien!"), Visitor(house).hello().say("Sveiki!")
    for origin in (*FOREIGN, SITE + ".", "https://liepa.example:443"):
        for method in ("GET", "OPTIONS"):
            headers = ilze.headers(ilze.ticket(), Origin=origin)
            sent = [(name.encode(), value.encode()) for name, value in headers.items()]
            answer = httpx.request(method, f"{house.url}/live/chat", headers=sent)
            assert (origin, answer.status_code, *allowed(answer)) == (origin, 403, None, None)
    listed = ilze.listen()
    assert (listed.status, *allowed(listed.response)) == (200, SITE, None)
    assert listed.response.headers["Vary"] == "Origin"
    bare = {name: value for name, value in ilze.headers(ilze.ticket()).items() if name != "Origin"}
    assert heard(house, {**bare, "Sec-Fetch-Site": "cross-site"}).status == 403

    ticket = ilze.ticket()
    stolen = [
        heard(house, oto.headers(ticket)),
        heard(house, ilze.headers(ticket[:-1])),
        heard(house, ilze.headers(ilze.token)),
        heard(house, ilze.headers("none", Cookie=f"zabota_session={ilze.token}")),
        heard(house, ilze.headers("none"), f"?ticket={ticket}&x-visit={ilze.token}"),
        Listening(house, {**ilze.headers(ticket), "Origin": house.url}),
    ]
    assert [stream.status for stream in stolen] == [401] * len(stolen)


def allowed(answer: httpx.Response) -> tuple[str | None, str | None]:
    names = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")
    return answer.headers.get(names[0]), answer.headers.get(names[1])


@pytest.mark.threat("T22", "T28")
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("what", "given", "afterwards"),
    [
        ("erase", (), 401),
        ("set_chat", ([SITE], False), 404),
        ("set_chat", (["https://other.example"],), 403),
        ("merge_into_the_one_before", (), 200),
    ],
    ids=["erased", "chat switched off", "site no longer listed", "merged"],
)
def test_a_stream_ends_within_a_second_of_the_right_to_it(
    house: Server, what: str, given: tuple[Any, ...], afterwards: int
) -> None:
    oto, ilze = Visitor(house).hello().say("Sveiki!"), Visitor(house).hello().say("Labdien!")
    his, hers = oto.listen(), ilze.listen()
    ended_at = act(house, what, *given)
    while (event := hers.event()) is not None:
        assert event["event"] in {"hint", "renew", "say"}
    assert time.time() - ended_at < 1
    again = ilze.call("POST", "ticket", {})
    assert again.status_code == afterwards
    if what == "erase":
        assert ilze.call("GET", "thread").status_code == 401
        act(house, "answer", "Ir!")
        assert his.topics() != []


@pytest.mark.threat("T32")
@pytest.mark.timeout(600)
def test_odd_requests_get_a_fixed_code_and_nothing_of_the_inside(house: Server) -> None:
    chance = random.Random(3217)
    ilze = Visitor(house).hello().say("Labdien!")
    good, asking = ilze.headers(ilze.ticket()), client()
    for number in range(ODD):
        answer = asking.request(url=f"{house.url}/live/chat", **odd(chance, number, good))
        assert answer.status_code in {204, 400, 401, 403, 405}
        if answer.content and answer.status_code != 400:
            assert answer.json()["error"] in CODES
        for inside in (*INSIDE, ilze.token):
            assert inside not in answer.text
    assert heard(house, ilze.headers(ilze.ticket())).status == 200
    assert "Traceback" not in house.log
    assert act(house, "kept") == ["Labdien!"]


def odd(chance: random.Random, number: int, good: dict[str, str]) -> dict[str, Any]:
    noise = bytes(chance.randrange(0x21, 0x7F) for _ in range(chance.randrange(1, 300))).decode()
    cut = good["Authorization"][: chance.randrange(8, 60)]
    kinds: list[dict[str, Any]] = [
        {"method": "GET", "headers": {**good, "Authorization": f"Bearer {noise}"}},
        {"method": "GET", "headers": {**good, "Authorization": cut}},
        {"method": "GET", "headers": {**good, "X-Visit": noise}},
        {"method": "GET", "headers": {**good, "X-Visit": b"\xff\xfe" + noise.encode()}},
        {"method": "GET", "headers": {**good, "Origin": noise}},
        {"method": "GET", "headers": {**good, "Sec-Fetch-Site": noise, "X-Visit": ""}},
        {"method": chance.choice(["POST", "PUT", "DELETE", "PATCH"]), "headers": good},
        {"method": "POST", "headers": good, "content": b'{"a":' * chance.randrange(1, 5_000)},
        {"method": "GET", "params": {"after": noise, "ticket": noise}, "headers": {}},
        {"method": "GET", "headers": {"Last-Event-ID": noise, "Authorization": b"Bearer \xff"}},
    ]
    return kinds[number % len(kinds)]
