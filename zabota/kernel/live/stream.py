"""`/live`: server-sent events, a bare ASGI callable outside Django.

Opened by `fetch()` with the ticket in the Authorization header. Errors are fixed codes and say
nothing of the inside; `GET` is the only method; another origin is refused.
"""

import asyncio
import json
from collections.abc import Iterator
from http.cookies import CookieError, SimpleCookie

from django.db import Error

from zabota.kernel.live import hub as hubs
from zabota.kernel.live import tickets
from zabota.kernel.live.hub import Hub
from zabota.kernel.live.listeners import Batch, Listener
from zabota.kernel.web.asgi import Receive, Scope, Send, answer, header

PING_SECONDS = 15.0
STALL_SECONDS = 30.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),
]


class _Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Stream:
    """`cookie` is the session cookie's name, `origin` our own address, `longest` how many seconds a
    stream may last before its ticket must be renewed.
    """

    def __init__(self, *, cookie: str, origin: str, longest: float) -> None:
        self.cookie, self.origin, self.longest = cookie, origin, longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            hub, listener = await self._admit(scope)
        except _Refused as refused:
            again = [(b"retry-after", b"30")] if refused.status in {429, 503} else []
            body = json.dumps({"error": refused.code}).encode()
            media = b"application/json"
            more = [*again, *self.further(scope)]
            await answer(send, refused.status, body, media_type=media, headers=more)
            return
        try:
            await self._run(listener, receive, send, headers=[*HEADERS, *self.further(scope)])
        finally:
            hub.detach(listener)

    async def _admit(self, scope: Scope) -> tuple[Hub, Listener]:
        if scope["method"] != "GET":
            raise _Refused(405, "method")
        if self.is_foreign(scope):
            raise _Refused(403, "origin")
        hub = hubs.current()
        if hub is None or hub.closing:
            raise _Refused(503, "closing")
        try:
            ticket = tickets.read(_bearer(scope), session_key=self.proof(scope))
        except tickets.BadTicket:
            raise _Refused(401, "ticket") from None
        after = _after(scope)
        try:
            return hub, await hub.attach(ticket, after=after)
        except hubs.TooMany:
            raise _Refused(429, "streams") from None
        except Error:
            raise _Refused(503, "database") from None

    def further(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Headers that every answer carries besides."""
        del scope
        return []

    def is_foreign(self, scope: Scope) -> bool:
        """Whether the page that asks is not ours."""
        origin = header(scope, b"origin")
        if origin is not None:
            host = header(scope, b"host") or b""
            own = {self.origin.encode(), b"http://" + host, b"https://" + host}
            return origin not in own
        return (header(scope, b"sec-fetch-site") or b"same-origin") not in {b"same-origin", b"none"}

    def proof(self, scope: Scope) -> str:
        """What the ticket is bound to: here the session."""
        try:
            cookies = SimpleCookie((header(scope, b"cookie") or b"").decode("latin-1"))
        except CookieError:
            return ""
        return cookies[self.cookie].value if self.cookie in cookies else ""

    async def _run(
        self,
        listener: Listener,
        receive: Receive,
        send: Send,
        *,
        headers: list[tuple[bytes, bytes]],
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.ensure_future(_until_gone(receive))
        talking = asyncio.ensure_future(self._talk(listener, send))
        try:
            async with asyncio.timeout(self.longest):
                await asyncio.wait({gone, talking}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            listener.command("renew")
            await asyncio.wait({gone, talking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            talking.cancel()
            _gone, ended = await asyncio.gather(gone, talking, return_exceptions=True)
        if ended is None:
            await send({"type": "http.response.body", "body": b""})

    async def _talk(self, listener: Listener, send: Send) -> None:
        batch = Batch(position=listener.position)
        while True:
            body = "".join(_events(batch)).encode()
            # A client that reads nothing must not outlive its rights.
            async with asyncio.timeout(STALL_SECONDS):
                await send({"type": "http.response.body", "body": body, "more_body": True})
            if batch.order == "renew":
                return
            batch = await listener.next(PING_SECONDS)


def _events(batch: Batch) -> Iterator[str]:
    # An empty batch is the sign of life; with the position, so that a quiet client resumes near.
    yield f": \nid: {batch.position}\n\n" if not (batch.topics or batch.said or batch.order) else ""
    if batch.topics:
        data = json.dumps({"topics": batch.topics})
        yield f"event: hint\nid: {batch.position}\ndata: {data}\n\n"
    for topic, said in batch.said:
        yield f"event: say\ndata: {json.dumps({'topic': topic, 'data': said})}\n\n"
    if batch.order:
        yield f"event: {batch.order}\nid: {batch.position}\ndata: {{}}\n\n"


def _bearer(scope: Scope) -> str:
    scheme, _, ticket = (header(scope, b"authorization") or b"").decode("latin-1").partition(" ")
    return ticket.strip() if scheme.lower() == "bearer" else ""


def _after(scope: Scope) -> int | None:
    """The position to resume from: `Last-Event-ID`, or `?after=`. Nonsense is none."""
    words = [header(scope, b"last-event-id") or b""]
    words += [
        word.removeprefix(b"after=")
        for word in scope["query_string"].split(b"&")
        if word.startswith(b"after=")
    ]
    numbers = [int(word) for word in words if word.isdigit() and len(word) < 19]
    return numbers[0] if numbers else None


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
