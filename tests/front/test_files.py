"""Static files, attachments, health, and whom the front believes."""

import re
import sqlite3
from pathlib import Path

import httpx
import pytest

from tests.serving.served import Served


def kept(server: Served, body: bytes) -> str:
    key: str = httpx.post(f"{server.url}/test/taken", content=body).json()["key"]
    return key


def test_a_static_file_with_a_hash_is_kept_for_ever(server: Served) -> None:
    page = server.get("/account/login/")
    assert page.status_code == 200
    name = next((server.data / "static" / "django_htmx").glob("htmx-2.min.*.js")).name
    answer = server.get(f"/static/django_htmx/{name}")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_static_file_without_a_hash_is_asked_for_anew(server: Served) -> None:
    first = server.get("/static/django_htmx/django-htmx.js")
    assert first.headers["cache-control"] == "no-cache"
    again = httpx.get(str(first.url), headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["../secret-key", "%2e%2e/secret-key", "..%2fsecret-key", "nothing", ""]
)
def test_nothing_but_static_files_is_below_static(server: Served, path: str) -> None:
    with server.connect() as sock:
        sock.sendall(
            f"GET /static/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        answer = sock.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 404")
    assert (server.data / "secret-key").read_bytes() not in answer


def test_an_attachment_is_sent_with_the_page_s_headers_and_without_the_key(server: Served) -> None:
    body = b"%PDF-1.7 " + b"x" * 50_000
    key = kept(server, body)
    answer = server.get("/test/attachment", key=key)
    assert answer.content == body
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="rekins.pdf"'
    assert key not in str(answer.headers.raw)
    assert "never seen" not in answer.text


def test_a_part_of_an_attachment_can_be_asked_for(server: Served) -> None:
    key = kept(server, b"0123456789")
    answer = httpx.get(
        f"{server.url}/test/attachment", params={"key": key}, headers={"Range": "bytes=2-4"}
    )
    assert (answer.status_code, answer.content) == (206, b"234")


@pytest.mark.threat("T26")
@pytest.mark.parametrize("key", ["../../secret-key", "/etc/passwd", "0" * 40, "A" * 40, "%00"])
def test_a_key_that_names_no_stored_file_sends_nothing(server: Served, key: str) -> None:
    answer = server.get("/test/attachment", key=key)
    assert answer.status_code == 404
    assert "x-zabota-file" not in answer.headers


def test_healthz_answers_and_readyz_says_what_is_wrong(data: Path) -> None:
    with Served(data) as server:
        assert server.get("/healthz").json() == {"alive": True}
        whole = server.get("/readyz")
        assert whole.status_code == 200
        assert whole.json()["checks"] == {"database": "ok", "migrations": "ok", "data": "ok"}
        with sqlite3.connect(data / "zabota.sqlite3") as database:
            database.execute("DELETE FROM django_migrations WHERE app = 'desk'")
        missing = server.get("/readyz")
        assert missing.status_code == 503
        assert re.fullmatch(r"\d+ not applied", missing.json()["checks"]["migrations"])
        assert server.get("/healthz").status_code == 200


def test_nobody_chooses_the_address_that_he_is_seen_with(server: Served) -> None:
    claims = {
        "X-Forwarded-For": "203.0.113.9",
        "X_Forwarded_For": "203.0.113.10",
        "X-Forwarded-Proto": "https",
        "Forwarded": "for=203.0.113.11",
        "X-Zabota-File": "0" * 40,
    }
    seen = httpx.get(f"{server.url}/test/address", headers=claims).json()
    assert seen == {"address": "127.0.0.1", "secure": False, "claims": {}}


def test_a_trusted_proxy_tells_whom_it_speaks_for(data: Path) -> None:
    with Served(data, ZABOTA_TRUSTED_PROXIES="127.0.0.0/8") as server:
        claims = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
        seen = httpx.get(f"{server.url}/test/address", headers=claims).json()
    assert seen["address"] == "203.0.113.9"
