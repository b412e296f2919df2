"""Reads each request's body whole before Django sees the request.

A slow client keeps a spooled file busy, never a thread. A body that is too long, too slow or
shorter than announced is refused here: a cut POST stores nothing (architecture, "Web and live").
"""

import asyncio
import errno
import tempfile
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO

from zabota.kernel.web.asgi import App, Receive, Scope, Send, Words, header, refuse

# The disk has no room left, or none for us.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much a client may send, and for how long. Sizes in bytes, times in seconds.

    `upload` holds for multipart/form-data, `ordinary` for all else. `spooled` is what all clients
    together may have under way. `slowest` is the least speed, in bytes a second, that a body may
    come with once `patience` is over.
    """

    ordinary: int = 2_500_000
    upload: int = 30_000_000
    spooled: int = 600_000_000
    memory: int = 256_000
    silence: float = 15.0
    patience: float = 30.0
    slowest: int = 2_000

    def size(self, scope: Scope) -> int:
        kind = header(scope, b"content-type") or b""
        return self.upload if kind.lower().startswith(b"multipart/form-data") else self.ordinary

    def seconds(self, size: int) -> float:
        """The whole time that a body of that size may take."""
        return self.patience + size / self.slowest


class Refused(Exception):
    """The body will not be taken. `code` names what the visitor reads."""

    def __init__(self, status: HTTPStatus, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Cut(Exception):
    """The client went away before its body was whole: there is nobody to answer."""


class Spool:
    """The wrapper: body first, then `app`, which finds the file in `scope["zabota.body"]`."""

    def __init__(self, app: App, *, limits: Limits, words: Words) -> None:
        self.app, self.limits, self.words = app, limits, words
        self.under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            announced = self._announced(scope)
        except Refused as refused:
            await self._refuse(scope, receive, send, refused)
            return
        with tempfile.SpooledTemporaryFile(max_size=self.limits.memory) as file:
            if announced != 0 and not await self._taken(scope, receive, send, announced, file):
                return
            file.seek(0)
            scope["zabota.body"] = file
            await self.app(scope, receive, send)

    def _announced(self, scope: Scope) -> int | None:
        """The length that the headers promise; None when they promise none (chunked)."""
        length = header(scope, b"content-length")
        if header(scope, b"transfer-encoding") is not None:
            if length is not None:  # two lengths: the way requests are smuggled
                raise Refused(HTTPStatus.BAD_REQUEST, "length")
            return None
        if length is None:
            return 0
        # No plus sign, no digits of other alphabets, no list of two values.
        if not length.isdigit() or len(length) > 18:
            raise Refused(HTTPStatus.BAD_REQUEST, "length")
        if int(length) > self.limits.size(scope):
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
        return int(length)

    async def _taken(
        self, scope: Scope, receive: Receive, send: Send, announced: int | None, file: IO[bytes]
    ) -> bool:
        limit = self.limits.size(scope)
        reserved = limit if announced is None else announced
        if self.under_way + reserved > self.limits.spooled:
            await self._refuse(
                scope, receive, send, Refused(HTTPStatus.SERVICE_UNAVAILABLE, "busy")
            )
            return False
        self.under_way += reserved
        try:
            async with asyncio.timeout(self.limits.seconds(reserved)):
                read = await self._read(receive, file, limit)
        except TimeoutError:
            await self._refuse(
                scope, receive, send, Refused(HTTPStatus.REQUEST_TIMEOUT, "too_slow")
            )
            return False
        except Refused as refused:
            await self._refuse(scope, receive, send, refused)
            return False
        except Cut:
            return False
        finally:
            self.under_way -= reserved
        scope["headers"] = _with_length(scope, read)
        return announced is None or read == announced

    async def _read(self, receive: Receive, file: IO[bytes], limit: int) -> int:
        read, more = 0, True
        while more:
            async with asyncio.timeout(self.limits.silence):
                message = await receive()
            if message["type"] == "http.disconnect":
                raise Cut
            piece: bytes = message.get("body", b"")
            read += len(piece)
            if read > limit:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
            _keep(piece, file)
            more = message.get("more_body", False)
        return read

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, refused: Refused) -> None:
        again = [(b"retry-after", b"5")] if refused.code == "busy" else []
        said = self.words(refused.status, refused.code, scope)
        await refuse(receive, send, refused.status, said, headers=again)


def _keep(piece: bytes, file: IO[bytes]) -> None:
    try:
        file.write(piece)
    except OSError as problem:
        if problem.errno not in FULL:
            raise
        raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, "storage_full") from problem


def _with_length(scope: Scope, read: int) -> list[tuple[bytes, bytes]]:
    """The headers as WSGI wants them: one true length, no transfer coding."""
    gone = {b"content-length", b"transfer-encoding"}
    kept = [(name, value) for name, value in scope["headers"] if name not in gone]
    return [*kept, (b"content-length", str(read).encode())]
