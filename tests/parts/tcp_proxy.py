"""A wire with faults: stands between a client and a server and cuts, hangs or delays.

The faults apply to connections made after they were set. Without a fault every byte passes.
"""

import asyncio
import contextlib

from typing_extensions import override

from tests.parts import ground


class TcpProxy(ground.LoopPart):
    """Listens on `port`, forwards to `target_port`.

    `cut_after` cuts the line once so many bytes went from the server to the client;
    `hang_after` lets so many through and then nothing more, the line kept open; `delay` holds
    each piece back for so many seconds. `cuts` counts the lines cut so far.
    """

    def __init__(self, target_port: int) -> None:
        super().__init__()
        self.target_port = target_port
        self.cut_after: int | None = None
        self.hang_after: int | None = None
        self.delay = 0.0
        self.connections = 0
        self.cuts = 0

    def heal(self) -> None:
        """Let everything through again, for connections made from now on."""
        self.cut_after = self.hang_after = None
        self.delay = 0.0

    @override
    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        server_reader, server_writer = await asyncio.open_connection(ground.HOST, self.target_port)
        upwards = asyncio.ensure_future(_pass_on(reader, server_writer))
        try:
            await self._downwards(server_reader, writer)
        finally:
            upwards.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await upwards
            server_writer.transport.abort()

    async def _downwards(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cut_after, hang_after, delay = self.cut_after, self.hang_after, self.delay
        limit = cut_after if cut_after is not None else hang_after
        passed = 0
        while data := await reader.read(65536):
            await asyncio.sleep(delay)
            piece = data if limit is None else data[: limit - passed]
            writer.write(piece)
            await writer.drain()
            passed += len(piece)
            if limit is None or passed < limit:
                continue
            if cut_after is not None:
                self.cuts += 1
                # Half-close first, so that the bytes let through do arrive.
                writer.write_eof()
                return
            await asyncio.Event().wait()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
