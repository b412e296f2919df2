"""Calls Django's WSGI handler in a bounded pool of threads.

When all threads are busy and the waiting room is full, a request is sent away with "try again"
instead of piling up behind a stuck database.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from a2wsgi import WSGIMiddleware

from zabota.kernel.web.asgi import App, Receive, Scope, Send, Words, refuse

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Pool:
    """`threads` requests run at a time and `waiting` more may wait; the next gets 503."""

    def __init__(self, wsgi: Wsgi, *, threads: int, waiting: int, words: Words) -> None:
        self.room = threads + waiting
        self.words = words
        self.inside = 0
        # a2wsgi types each message and environ key; ours are plain mappings.
        call: Any = _with_spooled_body(wsgi)
        middleware: Any = WSGIMiddleware(call, workers=threads)
        self.app: App = middleware

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.inside >= self.room:
            again = [(b"retry-after", b"2")]
            status = HTTPStatus.SERVICE_UNAVAILABLE
            await refuse(receive, send, status, self.words(status, "busy", scope), headers=again)
            return
        self.inside += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.inside -= 1


def _with_spooled_body(wsgi: Wsgi) -> Wsgi:
    def call(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        # The file itself: read in this thread, without a trip to the event loop a piece.
        environ["wsgi.input"] = environ["asgi.scope"]["zabota.body"]
        return wsgi(environ, start_response)

    return call
