"""HTTP/1.1 as uvicorn speaks it, with the limits that it lacks: on the time and on the size of a
request's head, and on connections that ask for nothing.
"""

import asyncio
from http import HTTPStatus

from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from zabota.kernel.web.asgi import PLAIN, Headers, Said, Scope

HEAD_SECONDS = 15.0
HEAD_BYTES = 64_000


class Protocol(HttpToolsProtocol):
    """Ends a connection whose request head is late (408) or too long (431), or which is one too
    many (503).

    A subclass gives `words` to say it with; here they are the bare code. A late head gets an empty
    answer: browsers open connections ahead of need, and would show a page nobody asked for.
    """

    _late: asyncio.TimerHandle | None = None
    _head = 0

    @staticmethod
    def words(status: HTTPStatus, code: str, scope: Scope) -> Said:
        del status, scope
        return Said(media_type=b"text/plain", body=code.encode())

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base
        super().connection_made(transport)
        # A connection too many is told so at once, while there is still a file left to tell it by.
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            transport.write(
                self._whole(HTTPStatus.SERVICE_UNAVAILABLE, "busy", [], [(b"retry-after", b"5")])
            )
            transport.close()
            return
        self._wait_for_head()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # The parser keeps an unfinished header to itself, so the bytes are counted here.
        if self._late is not None:
            self._head += len(data)
            if self._head > HEAD_BYTES and not self.transport.is_closing():
                self._refuse_long_head()

    @override
    def send_400_response(self, msg: str) -> None:
        # What the parser makes of the error that `_count` raises.
        if self._head > HEAD_BYTES:
            self._refuse_long_head()
        else:
            super().send_400_response(msg)

    def _refuse_long_head(self) -> None:
        # The headers that were read so far may tell the language.
        read = list(self.headers or [])
        status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        self.transport.write(self._whole(status, "long_head", read))
        self.transport.close()

    def _whole(self, status: HTTPStatus, code: str, read: Headers, more: Headers = ()) -> bytes:
        """An answer as bytes, for a connection that will have no request."""
        said = self.words(status, code, {"headers": read})
        pairs = [
            (b"content-type", said.media_type),
            (b"content-length", str(len(said.body)).encode()),
            (b"connection", b"close"),
            *PLAIN,
            *said.headers,
            *more,
        ]
        head = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
        head += [name + b": " + value for name, value in pairs]
        return b"\r\n".join([*head, b"", said.body])

    @override
    def on_message_begin(self) -> None:
        self._head = 0
        self._head_is_there()
        self._wait_for_head()
        super().on_message_begin()

    @override
    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        super().on_header(name, value)

    @override
    def on_headers_complete(self) -> None:
        self._head_is_there()
        super().on_headers_complete()

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > HEAD_BYTES:
            raise ValueError("the request's head is too long")  # comes back as a bad request

    def _wait_for_head(self) -> None:
        self._late = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _head_is_there(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
            self.transport.close()
