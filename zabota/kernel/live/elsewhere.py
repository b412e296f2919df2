"""`/live/chat`: the same stream for pages of other sites, whose visitors have a token, no cookie.

Only listed origins are answered, by name: never a star, never what was asked merely repeated (T30).
"""

import asyncio
import contextlib
import time
from collections.abc import Callable

from django.db import Error
from typing_extensions import override

from zabota.kernel.live.stream import Stream
from zabota.kernel.web.asgi import Receive, Scope, Send, answer, header

KNOWN_SECONDS = 15.0


class VisitorStream(Stream):
    """`origins` reads which sites are listed; it is asked again every KNOWN_SECONDS."""

    def __init__(
        self, *, origin: str, longest: float, origins: Callable[[], frozenset[str]]
    ) -> None:
        super().__init__(cookie="", origin=origin, longest=longest)
        self._origins = origins
        self._known: frozenset[str] = frozenset()
        self._asked = float("-inf")

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._refresh()
        if scope["method"] == "OPTIONS":
            allowed = [(b"access-control-max-age", b"600"), *self.further(scope)]
            await answer(send, 403 if self.is_foreign(scope) else 204, headers=allowed)
            return
        await super().__call__(scope, receive, send)

    async def _refresh(self) -> None:
        if time.monotonic() - self._asked > KNOWN_SECONDS:
            self._asked = time.monotonic()
            with contextlib.suppress(Error):  # the database is away: those known before stay
                self._known = await asyncio.to_thread(self._origins)

    @override
    def is_foreign(self, scope: Scope) -> bool:
        origin = header(scope, b"origin")
        if origin is None:
            return super().is_foreign(scope)
        return origin.decode("latin-1") not in self._known and super().is_foreign(scope)

    @override
    def proof(self, scope: Scope) -> str:
        return (header(scope, b"x-visit") or b"").decode("latin-1")

    @override
    def further(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        origin = header(scope, b"origin")
        found = [(b"vary", b"Origin")]
        if origin is not None and origin.decode("latin-1") in self._known:
            found += [
                (b"access-control-allow-origin", origin),
                (b"access-control-allow-methods", b"GET"),
                (b"access-control-allow-headers", b"authorization, x-visit, last-event-id"),
                (b"access-control-expose-headers", b"retry-after"),
            ]
        return found
