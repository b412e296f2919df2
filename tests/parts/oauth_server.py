"""A small OAuth 2.0 provider on loopback: codes with PKCE, tokens, renewal, and its failures.

It keeps to RFC 6749 and RFC 7636, so a client that forgets something is refused as by a real one.
"""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

from tests.parts import ground


@dataclass
class _Book:
    """What the provider remembers."""

    client_id: str = "shop"
    client_secret: str = "shop-secret"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refresh_tokens: set[str] = field(default_factory=set)
    access_tokens: list[str] = field(default_factory=list)
    # Makes an access token that the mail servers of a test take; how long it is said to last.
    mint: Callable[[], str] = field(default=lambda: secrets.token_urlsafe(16))
    seconds: int = 3600
    answer: tuple[int, bytes] | None = None
    location: str = ""


class OAuthServer(ground.Part):
    """`authorise` plays the owner who says yes in his browser; `token` is asked over HTTP."""

    def __init__(self) -> None:
        self.port = 0
        self.book = _Book()
        self._server: ThreadingHTTPServer | None = None

    @override
    def start(self) -> Self:
        self.port = self.port or ground.free_port()
        self._server = ThreadingHTTPServer((ground.HOST, self.port), _handler(self.book))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    @override
    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def url(self) -> str:
        return f"http://{ground.HOST}:{self.port}"

    def authorise(self, address: str) -> dict[str, str]:
        """What the browser brings back when the owner agrees on that page."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.book.client_id
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.book.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def revoke(self) -> None:
        """The owner withdraws his consent at the provider."""
        self.book.refresh_tokens.clear()

    def fail(self, status: int = 0, body: bytes = b"") -> None:
        """Answer everything like that; without a status, sanely again."""
        self.book.answer = (status, body) if status else None

    def lead_to(self, address: str, *, status: int) -> None:
        """Answer everything by leading on to that address."""
        self.book.answer, self.book.location = (status, b""), address


def _handler(book: _Book) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
            status, body = book.answer or _answer(book, asked)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if book.location:
                self.send_header("Location", book.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    return Handler


def _answer(book: _Book, asked: dict[str, str]) -> tuple[int, bytes]:
    known = (asked.get("client_id"), asked.get("client_secret"))
    if known != (book.client_id, book.client_secret):
        return _error(401, "invalid_client")
    if asked.get("grant_type") == "authorization_code":
        begun = book.codes.pop(asked.get("code", ""), None)
        if begun is None or not _proved(begun, asked):
            return _error(400, "invalid_grant")
    elif asked.get("refresh_token") not in book.refresh_tokens:
        return _error(400, "invalid_grant")
    else:
        book.refresh_tokens.discard(asked["refresh_token"])
    access, refresh = book.mint(), secrets.token_urlsafe(16)
    book.access_tokens.append(access)
    book.refresh_tokens.add(refresh)
    told = {"access_token": access, "refresh_token": refresh, "expires_in": book.seconds}
    return 200, json.dumps({**told, "token_type": "Bearer"}).encode()


def _proved(begun: dict[str, str], asked: dict[str, str]) -> bool:
    digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return begun["code_challenge"] == challenge and begun["redirect_uri"] == asked.get(
        "redirect_uri"
    )


def _error(status: int, code: str) -> tuple[int, bytes]:
    return status, json.dumps({"error": code}).encode()
