"""The live stream: hints after commits, over breaks, and only for those who may hear them."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serving import facts
from tests.serving.served import ROOT, Listening, Served, answer_of, client, until
from zabota.kernel.live import tickets
from zabota.kernel.live.listeners import LIST_SECONDS


class Browser:
    """A session of one person at one server."""

    def __init__(self, server: Served, user: int) -> None:
        self.server, self.user = server, user
        self.client = client(base_url=server.url)
        self.position = 0

    def ticket(self, topics: str) -> str:
        answer = self.client.get("/test/ticket", params={"user": self.user, "topics": topics})
        self.position = answer.json()["position"]
        ticket: str = answer.json()["ticket"]
        return ticket

    def headers(self, ticket: str, **more: str) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        return {"Authorization": f"Bearer {ticket}", "Cookie": cookie, **more}

    def listen(self, topics: str, query: str = "", **more: str) -> Listening:
        stream = Listening(self.server, self.headers(self.ticket(topics), **more), query)
        if stream.status == 200:
            stream.first()
        return stream


@pytest.fixture
def teller(server: Served) -> Iterator[subprocess.Popen[str]]:
    """Another process on the same data."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.serving.teller"],
        env=server.env,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.communicate(timeout=20)


def test_a_commit_is_hinted_to_those_who_look_at_it(server: Served) -> None:
    marta = Browser(server, 1).listen("conversation-5 conversation-6")
    janis = Browser(server, 2).listen("conversation-6")
    server.get("/test/publish", fact="tags", id="5")
    server.get("/test/publish", fact="tags", id="6")
    assert marta.topics() == ["conversation-5"]
    assert janis.topics() == ["conversation-6"]


def test_a_commit_of_another_process_is_hinted(
    server: Served, teller: subprocess.Popen[str]
) -> None:
    marta = Browser(server, 1).listen("conversation-15")
    assert teller.stdin is not None
    teller.stdin.write("tags 15\n")
    teller.stdin.flush()
    assert marta.topics() == ["conversation-15"]


def test_the_answer_is_a_stream_that_no_proxy_holds_back(server: Served) -> None:
    marta = Browser(server, 1).listen("inbox")
    named = marta.response.headers
    assert named["content-type"] == "text/event-stream; charset=utf-8"
    assert named["cache-control"] == "no-store, no-transform"
    assert named["x-accel-buffering"] == "no"


def test_a_list_is_hinted_at_most_once_in_two_seconds(server: Served) -> None:
    marta = Browser(server, 1).listen("inbox conversation-99")
    began = time.monotonic()
    for number in range(30, 60):
        server.get("/test/publish", fact="tags", id=str(number))
    # The conversation's hint is not throttled: when it comes, all others have happened.
    server.get("/test/publish", fact="tags", id="99")
    while "conversation-99" not in marta.topics():
        pass
    seconds = time.monotonic() - began
    assert marta.heard.count('"inbox"') <= 1 + seconds / LIST_SECONDS


def test_a_client_that_comes_back_hears_what_it_missed(server: Served) -> None:
    browser = Browser(server, 1)
    before = browser.listen("conversation-70 conversation-71")
    server.get("/test/publish", fact="tags", id="70")
    event = before.event()
    assert event is not None
    before.close()
    server.get("/test/publish", fact="tags", id="71")
    server.get("/test/publish", fact="tags", id="72")
    again = browser.listen("conversation-70 conversation-71", **{"Last-Event-ID": event["id"]})
    assert again.topics() == ["conversation-71"]


def test_the_page_s_own_position_covers_the_time_until_the_stream_opens(server: Served) -> None:
    browser = Browser(server, 1)
    browser.ticket("conversation-80")
    server.get("/test/publish", fact="tags", id="80")
    late = browser.listen("conversation-80", query=f"?after={browser.position}")
    assert late.topics() == ["conversation-80"]


def test_after_a_restart_the_stream_goes_on_where_it_was(data: Path) -> None:
    with Served(data) as server:
        browser = Browser(server, 1)
        stream = browser.listen("conversation-5 inbox")
        server.get("/test/publish", fact="tags", id="5")
        position = browser.position
        stream.close()
        server.get("/test/publish", fact="note", id="5")
        server.stop()
        server.start()
        again = browser.listen("conversation-5 inbox", **{"Last-Event-ID": str(position)})
        heard = {*again.topics()}
        while heard != {"conversation-5", "inbox"}:
            heard |= {*again.topics()}


def test_after_too_long_a_break_the_client_is_told_to_reload(data: Path) -> None:
    with Served(data) as server:
        browser = Browser(server, 1)
        server.get("/test/publish", fact="tags", id="5", times="6000")
        stream = browser.listen("conversation-5", **{"Last-Event-ID": "0"})
        event = stream.event()
    assert event is not None
    assert event["event"] == "reload"


def test_small_things_are_said_and_kept_nowhere(server: Served) -> None:
    browser = Browser(server, 1)
    marta = browser.listen("conversation-5")
    before = browser.position
    server.get("/test/say", topic="conversation-5")
    event = marta.event()
    assert event == {"event": "say", "data": '{"topic": "conversation-5", "data": {"typing": 7}}'}
    browser.ticket("conversation-5")
    assert browser.position == before


@pytest.mark.threat("T22")
def test_a_change_of_rights_ends_the_person_s_streams_and_nobody_else_s(server: Served) -> None:
    marta, janis = Browser(server, 501), Browser(server, 502)
    hers, second, his = marta.listen("inbox"), marta.listen("inbox"), janis.listen("conversation-5")
    server.get("/test/publish", fact="rights", id="501")
    for stream in (hers, second):
        event = stream.event()
        assert event is not None
        assert event["event"] == "renew"
        assert stream.event() is None
    server.get("/test/publish", fact="tags", id="5")
    assert his.topics() == ["conversation-5"]


@pytest.mark.threat("T22")
def test_when_a_matter_goes_to_somebody_else_its_viewers_are_asked_for_a_new_ticket(
    server: Served,
) -> None:
    stream = Browser(server, 1).listen("conversation-90")
    server.get("/test/publish", fact="assigned", id="90")
    seen = [stream.event(), stream.event()]
    assert {event["event"] for event in seen if event} - {"hint"} == {"renew"}


def test_one_person_opens_only_so_many_streams(server: Served) -> None:
    browser = Browser(server, 601)
    open_ones = [browser.listen("inbox") for _ in range(4)]
    fifth = browser.listen("inbox")
    assert (fifth.status, fifth.response.headers["retry-after"]) == (429, "30")
    open_ones[0].close()
    until(lambda: browser.listen("inbox").status == 200, what="a free place")


# --- tickets -------------------------------------------------------------------------------------


@pytest.mark.threat("T28")
def test_a_ticket_opens_nothing_without_the_session_it_was_made_in(server: Served) -> None:
    marta, oleg = Browser(server, 1), Browser(server, 9)
    ticket = marta.ticket("conversation-5")
    oleg.ticket("inbox")
    stolen = Listening(server, oleg.headers(ticket))
    bare = Listening(server, {"Authorization": f"Bearer {ticket}"})
    assert [stolen.status, bare.status] == [401, 401]
    assert stolen.response.read() == b'{"error": "ticket"}'
    assert Listening(server, marta.headers(ticket)).status == 200


@pytest.mark.threat("T28")
def test_a_ticket_in_an_address_opens_nothing_and_stands_in_no_log(server: Served) -> None:
    marta = Browser(server, 1)
    ticket = marta.ticket("inbox")
    headers = marta.headers(ticket)
    del headers["Authorization"]
    assert Listening(server, headers, f"?ticket={ticket}").status == 401
    assert Listening(server, marta.headers(ticket)).status == 200
    assert ticket not in server.said()


def test_a_changed_ticket_is_refused(server: Served) -> None:
    marta = Browser(server, 1)
    ticket = marta.ticket("conversation-5")
    changed = [ticket[:-1], ticket[1:], ticket.swapcase(), ".", "x" * 5000, ticket + "a"]
    assert [Listening(server, marta.headers(each)).status for each in changed] == [401] * 6


def test_a_ticket_is_good_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = tickets.issue(who="@1", topics=["inbox"], session_key="session")
    assert tickets.read(ticket, session_key="session").topics == {"inbox"}
    monkeypatch.setattr(tickets, "SECONDS", -1)
    with pytest.raises(tickets.BadTicket):
        tickets.read(ticket, session_key="session")


@pytest.mark.parametrize("topic", ["@5", "inbox\n", "Inbox", "", "a" * 61, "inbox--x", "вход"])
def test_what_is_no_topic_gets_no_ticket(topic: str) -> None:
    with pytest.raises(ValueError, match="topics"):
        tickets.issue(who="@1", topics=[topic], session_key="session")


def test_without_a_session_there_is_no_ticket() -> None:
    with pytest.raises(ValueError, match="session"):
        tickets.issue(who="@1", topics=["inbox"], session_key="")


# --- what may not happen -------------------------------------------------------------------------


@pytest.mark.threat("T23")
def test_a_stream_carries_topics_and_never_what_happened(server: Served) -> None:
    marta = Browser(server, 1).listen("conversation-5 inbox")
    server.get("/test/publish", fact="note", id="5")
    server.get("/test/publish", fact="rights", id="1")
    while marta.event() is not None:
        pass
    assert "conversation-5" in marta.heard
    for secret in (facts.CANARY, "424242", "Note", "segment"):
        assert secret not in marta.heard


@pytest.mark.threat("T32")
def test_odd_requests_get_a_fixed_code_and_nothing_of_the_inside(server: Served) -> None:
    chance = random.Random(32)
    browser = Browser(server, 1)
    good = browser.headers(browser.ticket("inbox"))
    codes = {"ticket", "method", "origin", "streams"}
    asking = client(base_url=server.url)
    for number in range(1000):
        answer = asking.request(**_odd(chance, number, good))
        assert answer.status_code in {400, 401, 403, 405}
        if answer.status_code != 400:
            assert answer.json()["error"] in codes
        for inside in ("Traceback", "zabota.", "/zabota", "django", good["Cookie"]):
            assert inside not in answer.text
    assert server.get("/healthz").status_code == 200
    assert "Traceback" not in server.said()


def _odd(chance: random.Random, number: int, good: dict[str, str]) -> dict[str, Any]:
    noise = bytes(chance.randrange(0x21, 0x7F) for _ in range(chance.randrange(1, 300))).decode()
    kinds: list[dict[str, Any]] = [
        {"method": "GET", "headers": {**good, "Authorization": f"Bearer {noise}"}},
        {"method": "GET", "headers": {**good, "Authorization": noise}},
        {"method": "GET", "headers": {**good, "Cookie": f"zabota_session={noise}"}},
        {"method": "GET", "headers": {**good, "Cookie": noise}},
        {"method": "GET", "headers": {**good, "Origin": "https://elsewhere.example"}},
        {"method": "GET", "headers": {**good, "Sec-Fetch-Site": "cross-site"}},
        {"method": chance.choice(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]), "headers": good},
        {"method": "POST", "headers": good, "content": b'{"a":' * 500},
        {"method": "GET", "params": {"after": noise, "ticket": noise}, "headers": {}},
        {"method": "GET", "headers": {"Last-Event-ID": noise, "Authorization": b"Bearer \xff"}},
    ]
    return {"url": "/live", **kinds[number % len(kinds)]}


# --- stopping ------------------------------------------------------------------------------------


@pytest.mark.fault("F05")
def test_sigterm_under_load_ends_streams_at_once_and_finishes_requests(data: Path) -> None:
    with Served(data) as server:
        streams = [Browser(server, number).listen("inbox") for number in range(20)]
        with server.connect() as held, server.connect() as sending:
            held.sendall(b"GET /test/held HTTP/1.1\r\nHost: localhost\r\n\r\n")
            sending.sendall(
                b"POST /test/taken HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n"
            )
            until(lambda: server.get("/healthz").status_code == 200, what="an answer")
            assert server.process is not None
            server.process.send_signal(signal.SIGTERM)
            for stream in streams:
                event = stream.event()
                assert event is not None
                assert event["event"] == "renew"
                assert stream.event() is None
            # The streams are gone while the requests under way are still being finished.
            sending.sendall(b"body")
            (data / "gate").touch()
            assert b'"size": 4' in answer_of(sending)
            assert b"held" in answer_of(held)
            assert server.process.wait(30) == 0
