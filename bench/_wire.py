"""A small HTTP client for thousands of open streams: what a browser sends, at a small cost.

One connection carries one request at a time and is kept; a stream has a connection of its own.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

LIMIT = 2**22


class Broken(Exception):
    """The connection ended, or the answer was none."""


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """A kept connection to the server: `ask` one thing after the other."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        """One request. Raises Broken."""
        async with self._turn:
            try:
                async with asyncio.timeout(30):
                    return await self._asked(method, path, headers, body)
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError) as problem:
                self.close()
                raise Broken from problem

    async def _asked(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        if self._pair is None or self._pair[0].at_eof():
            self._pair = await asyncio.open_connection("127.0.0.1", self.port, limit=LIMIT)
        reader, writer = self._pair
        writer.write(_head(method, path, self.port, headers, len(body)) + body)
        await writer.drain()
        status, found = await _read_head(reader)
        if found.get("transfer-encoding") == "chunked":
            content = b"".join([piece async for piece in _pieces(reader)])
        else:
            content = await reader.readexactly(int(found.get("content-length", "0")))
        if found.get("connection") == "close":
            self.close()
        return Answer(status, found, content)

    def close(self) -> None:
        if self._pair is not None:
            self._pair[1].close()
            self._pair = None


async def stream(port: int, path: str, headers: Mapping[str, str]) -> AsyncIterator[str]:
    """The blocks of a stream of events, until it ends. Raises Broken."""
    writer = None
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_head("GET", path, port, headers, 0))
        status, _found = await _read_head(reader)
        if status != 200:
            raise Broken(str(status))
        rest = ""
        async for piece in _pieces(reader):
            *blocks, rest = (rest + piece.decode()).split("\n\n")
            for block in blocks:
                yield block
    except (OSError, asyncio.IncompleteReadError, ValueError) as problem:
        raise Broken from problem
    finally:
        if writer is not None:
            writer.close()


def _head(method: str, path: str, port: int, headers: Mapping[str, str], length: int) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first = await reader.readline()
    if not first.endswith(b"\n"):
        raise ConnectionResetError
    found: dict[str, str] = {}
    while (line := await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        found[name.lower()] = value.strip()
    return int(first.split()[1]), found


async def _pieces(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int((await reader.readline()) or b"", 16):
        piece = await reader.readexactly(size + 2)
        yield piece[:-2]
    await reader.readline()
