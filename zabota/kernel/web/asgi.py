"""The words of ASGI, typed, and small answers that need no framework."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

LINGER_SECONDS = 3.0
LINGER_BYTES = 64_000_000

# What goes with each answer that the front gives itself.
PLAIN: tuple[tuple[bytes, bytes], ...] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the front says by itself: a page, a sentence or a code, with the headers it needs."""

    media_type: bytes
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


# Says it to whoever asks: (status, code, scope). A browser gets a page in its language, a script
# that asks for JSON the code. The kernel knows no words; the configuration gives them.
Words = Callable[[HTTPStatus, str, Scope], Said]


def header(scope: Scope, name: bytes) -> bytes | None:
    """The header's value; None when it is missing. Given twice, the values joined by a comma."""
    found = [value for key, value in scope["headers"] if key == name]
    return b",".join(found) if found else None


async def answer(
    send: Send,
    status: int,
    body: bytes = b"",
    *,
    media_type: bytes = b"text/plain; charset=utf-8",
    headers: Headers = (),
) -> None:
    """Send one whole answer, never to be stored by anybody."""
    start = [(b"content-type", media_type), (b"content-length", str(len(body)).encode())]
    start += [*PLAIN, *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


async def refuse(
    receive: Receive, send: Send, status: HTTPStatus, said: Said, *, headers: Headers = ()
) -> None:
    """Answer with what is said and end the connection: what was not read must not be read next.

    What the client is still sending is read and dropped for a while, because a connection closed
    over unread bytes is reset and the answer lost with it.
    """
    start = [
        (b"content-type", said.media_type),
        (b"content-length", str(len(said.body)).encode()),
        (b"connection", b"close"),
    ]
    start += [*PLAIN, *said.headers, *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": said.body, "more_body": True})
    await _drain(receive)
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    dropped, more = 0, True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            while more and dropped < LINGER_BYTES:
                message = await receive()
                dropped += len(message.get("body", b""))
                more = message.get("more_body", False)
