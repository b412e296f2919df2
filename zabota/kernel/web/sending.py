"""Sends files without holding a thread: static ones, and attachments that a page let go.

An authorising view answers with `X-Zabota-File: <stored key>` and the headers that the file is to
have; this wrapper puts the bytes in its place. The header never leaves the house.
"""

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from os import PathLike, stat_result
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from typing_extensions import override

from zabota.kernel.web.asgi import App, Message, Receive, Scope, Send, Words, answer, refuse

logger = logging.getLogger(__name__)
FILE = b"x-zabota-file"
KEY = re.compile(rb"[0-9a-f]{40}")
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


class Files:
    """Around the application that runs pages. `place` tells where the file of a key lies."""

    def __init__(self, app: App, *, place: Callable[[str], Path], words: Words) -> None:
        self.app, self.place, self.words = app, place, words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handed: list[Message] = []

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start" and _key(message):
                handed.append(message)
            elif not handed:
                await send(message)

        await self.app(scope, receive, watch)
        if handed:
            await self._send_file(handed[0], scope, receive, send)

    async def _send_file(self, start: Message, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(start) or b""
        path = self.place(key.decode("latin-1")) if KEY.fullmatch(key) else None
        if path is None or not path.is_file():
            logger.error("a stored file is not in its place: %r", key[:60])
            status = HTTPStatus.NOT_FOUND
            await refuse(receive, send, status, self.words(status, "file_gone", scope))
            return
        skipped = {FILE, b"content-length"}
        pairs = [(name, value) for name, value in start["headers"] if name.lower() not in skipped]
        response = FileResponse(path, status_code=start["status"])
        named = {name.lower() for name, _ in pairs}
        response.raw_headers = [
            pair for pair in response.raw_headers if pair[0] not in named
        ] + pairs
        await response(scope, receive, send)


def _key(start: Message) -> bytes | None:
    return next((value for name, value in start["headers"] if name.lower() == FILE), None)


class Static(StaticFiles):
    """Static files below `prefix`: kept for ever when the name carries a hash, else asked for anew
    each time.
    """

    def __init__(self, *, folder: Path, prefix: str) -> None:
        super().__init__(directory=folder, check_dir=False)
        self.prefix = prefix.rstrip("/")

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inner = {**scope, "root_path": self.prefix}
        try:
            await super().__call__(inner, receive, send)
        except HTTPException as refused:
            await answer(send, refused.status_code)

    @override
    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = HASHED.search(str(full_path)) is not None
        response.headers["cache-control"] = (
            "public, max-age=31536000, immutable" if hashed else "no-cache"
        )
        response.headers["x-content-type-options"] = "nosniff"
        return response
