"""What clients may send to the front, and what becomes of what they send badly."""

import hashlib
import json
import socket
from pathlib import Path

import httpx
import pytest

from tests.serving.served import Served, answer_of, until

RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}


def post(path: str, length: int | str, body: bytes = b"", *more: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {length}", *more]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def stored(server: Served) -> int:
    count: int = server.get("/test/stored").json()["count"]
    return count


def test_a_body_arrives_whole(server: Served) -> None:
    body = bytes(range(256)) * 300
    answer = httpx.post(f"{server.url}/test/taken", content=body).json()
    assert (answer["size"], answer["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())


def test_a_chunked_body_arrives_whole(server: Served) -> None:
    pieces = (b"x" * 1000 for _ in range(30))
    assert httpx.post(f"{server.url}/test/taken", content=pieces).json()["size"] == 30_000


def test_an_upload_may_be_larger_than_a_form(server: Served) -> None:
    answer = httpx.post(f"{server.url}/test/uploaded", files={"file": b"x" * 500_000})
    assert answer.json() == {"size": 500_000}


@pytest.mark.fault("F37")
def test_a_body_over_the_limit_is_refused_with_a_sentence_before_it_is_read(server: Served) -> None:
    with server.connect() as sock:
        sock.sendall(post("/test/taken", 10**9, b"", "Accept-Language: lv"))
        sock.shutdown(socket.SHUT_WR)
        answer = answer_of(sock).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    said = (
        "Nosūtītais ir pārāk liels. Sūtiet mazākus failus vai vairākas ziņas ar vienu failu katrā."
    )
    assert answer.split("\r\n\r\n")[1] == f"{said}\n"


WORDS = {
    "ru": "Отправлено слишком много сразу.",
    "lv": "Nosūtītais ir pārāk liels.",
    "en": "What you sent is too large.",
}


@pytest.mark.fault("F37")
@pytest.mark.parametrize("language", ["ru", "lv", "en"])
def test_a_browser_reads_a_page_in_its_language_when_it_is_refused(
    server: Served, language: str
) -> None:
    asked = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": language}
    answer = httpx.post(f"{server.url}/test/taken", content=b"x" * 5_000_000, headers=asked)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}"' in answer.text
    assert WORDS[language] in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_script_that_asks_for_json_reads_a_code_when_it_is_refused(server: Served) -> None:
    asked = {"Accept": "application/json"}
    answer = httpx.post(f"{server.url}/test/taken", content=b"x" * 5_000_000, headers=asked)
    assert (answer.status_code, answer.json()) == (413, {"error": "too_large"})


def test_a_client_that_goes_on_sending_still_gets_the_sentence(server: Served) -> None:
    answer = httpx.post(f"{server.url}/test/taken", content=b"x" * 5_000_000, headers=RUSSIAN)
    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"


def test_a_chunked_body_over_the_limit_is_refused_while_it_comes(server: Served) -> None:
    before = stored(server)
    pieces = (b"x" * 10_000 for _ in range(30))
    assert httpx.post(f"{server.url}/test/taken", content=pieces).status_code == 413
    assert stored(server) == before


def test_a_cut_post_stores_nothing(server: Served) -> None:
    before = stored(server)
    for sent in (b"", b"half of"):
        with server.connect() as sock:
            sock.sendall(post("/test/taken", 50_000, sent))
    # A later whole request proves that the cut ones are over.
    httpx.post(f"{server.url}/test/taken", content=b"whole")
    assert stored(server) == before + 1


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: -5"],
        ["Content-Length: +5"],
        ["Content-Length: 5, 5"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: 0x5"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Content-Length: 99999999999999999999999999"],
    ],
)
def test_a_request_that_lies_about_its_length_is_refused(server: Served, lines: list[str]) -> None:
    before = stored(server)
    head = ["POST /test/taken HTTP/1.1", "Host: 127.0.0.1", *lines]
    with server.connect() as sock:
        sock.sendall("\r\n".join(head).encode() + b"\r\n\r\nhello")
        sock.shutdown(socket.SHUT_WR)
        assert answer_of(sock)[:12] == b"HTTP/1.1 400"
    assert stored(server) == before


def test_fifty_slow_uploads_do_not_stop_a_page(server: Served) -> None:
    slow = [server.connect() for _ in range(50)]
    for sock in slow:
        sock.sendall(post("/test/taken", 90_000, b"slow"))
    page = server.get("/account/login/")
    still_open = [sock for sock in slow if _is_open(sock)]
    for sock in slow:
        sock.close()
    assert page.status_code == 200
    assert len(still_open) == 50


def _is_open(sock: socket.socket) -> bool:
    sock.setblocking(False)
    try:
        return sock.recv(1) != b""
    except BlockingIOError:
        return True


def test_fifty_slow_readers_do_not_stop_a_page(server: Served) -> None:
    key = httpx.post(f"{server.url}/test/taken", content=b"x" * 90_000).json()["key"]
    slow = [server.connect() for _ in range(50)]
    for sock in slow:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.sendall(f"GET /test/attachment?key={key} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert server.get("/account/login/").status_code == 200
    for sock in slow:
        sock.close()


@pytest.mark.fault("F61")
def test_a_silent_and_a_trickling_client_are_ended(data: Path) -> None:
    with Served(data, SILENCE="0.5", PATIENCE="1.2") as server:
        with server.connect() as sock:
            sock.sendall(post("/test/taken", 500, b"then silence", "Accept-Language: ru"))
            silent = answer_of(sock).decode()
        with server.connect() as sock:
            sock.sendall(post("/test/taken", 500))
            until(lambda: _refused_while_trickling(sock), what="the end of a trickle")
        assert stored(server) == 0
    assert silent.startswith("HTTP/1.1 408 ")


def _refused_while_trickling(sock: socket.socket) -> bool:
    try:
        sock.sendall(b"x")
        sock.settimeout(0.1)
        return sock.recv(12) == b"HTTP/1.1 408"
    except TimeoutError:
        return False


def test_when_every_thread_is_busy_the_next_request_is_sent_away(data: Path) -> None:
    with Served(data, WAITING="1", ZABOTA_THREADS="1") as server:
        held = [server.connect() for _ in range(2)]
        for sock in held:
            sock.sendall(b"GET /test/held HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        until(lambda: server.get("/account/login/").status_code == 503, what="a full house")
        refused = server.get("/account/login/")
        assert refused.headers["retry-after"] == "2"
        assert server.get("/healthz").status_code == 200
        (data / "gate").touch()
        assert [b"held" in answer_of(sock) for sock in held] == [True, True]


def test_a_long_head_is_refused(server: Served) -> None:
    with server.connect() as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        for _ in range(100):
            try:
                sock.sendall(b"x" * 10_000)
            except OSError:
                break
        assert answer_of(sock)[:12] in {b"HTTP/1.1 431", b""}
    assert server.get("/healthz").status_code == 200


def test_a_browser_with_too_many_cookies_is_told_so_in_its_language(server: Served) -> None:
    head = ["GET / HTTP/1.1", "Host: localhost", "Accept: text/html", "Accept-Language: ru"]
    with server.connect() as sock:
        sock.sendall("\r\n".join([*head, f"Cookie: {'x' * 65_000}"]).encode() + b"\r\n\r\n")
        answer = answer_of(sock).decode()
    assert answer.startswith("HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert "Удалите cookie этого адреса" in answer


@pytest.mark.threat("T53")
def test_what_a_request_contains_forges_no_log_line(server: Served) -> None:
    server.get("/no%0d%0a{%22forged%22:1}%1b[31m")
    server.get("/test/broken")
    lines = [line for line in server.said().splitlines() if line.startswith("{")]
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert any("no_such_table" in line for line in lines)
    assert "\x1b" not in server.said()
    assert not any(line.startswith('{"forged"') for line in server.said().splitlines())
