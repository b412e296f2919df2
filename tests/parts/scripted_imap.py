"""An IMAP server that says what a test writes down, for answers no sane server gives.

`ScriptedImap({"SELECT": [b"{tag} BAD no such thing"]})` answers each SELECT with that line.
Commands without a line in the script get a sound default answer, so a script holds only what
is odd. `{tag}` stands for the client's tag. A line may be a `Step`: hang, drop the connection,
or raw bytes without a line end.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from typing_extensions import override

from tests.parts import ground

_COMMAND = re.compile(rb"^(\S+) +(UID +)?([A-Za-z0-9]+) *(.*?)\r?\n?$", re.DOTALL)
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r?\n$")


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something else than a line: bytes as they are, `repeat` times, then hang or drop."""

    raw: bytes = b""
    repeat: int = 1
    hang: bool = False
    drop: bool = False


HANG = Step(hang=True)
DROP = Step(drop=True)
Answer = Sequence[bytes | Step]

DEFAULTS: Mapping[str, Answer] = {
    "GREETING": [b"* OK ready"],
    "CAPABILITY": [b"* CAPABILITY IMAP4rev1 UIDPLUS IDLE", b"{tag} OK done"],
    "LOGIN": [b"{tag} OK signed in"],
    "LIST": [b'* LIST (\\HasNoChildren) "/" "INBOX"', b"{tag} OK done"],
    "SELECT": [
        b"* FLAGS (\\Seen)",
        b"* 0 EXISTS",
        b"* 0 RECENT",
        b"* OK [UIDVALIDITY 1] valid",
        b"* OK [UIDNEXT 1] next",
        b"{tag} OK [READ-WRITE] done",
    ],
    "UID SEARCH": [b"* SEARCH", b"{tag} OK done"],
    "LOGOUT": [b"* BYE", b"{tag} OK done", DROP],
}


class ScriptedImap(ground.LoopPart):
    """Plays one script to everybody who connects; `commands` is what the clients said,
    `talks` how many came."""

    def __init__(self, script: Mapping[str, Answer]) -> None:
        super().__init__()
        self.script: dict[str, Answer] = {**DEFAULTS, **script}
        self.script.setdefault("EXAMINE", self.script["SELECT"])
        self.commands: list[str] = []
        self.talks = 0

    @override
    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talks += 1
        await self._say(self.script["GREETING"], tag=b"*", writer=writer)
        while line := await _whole_command(reader, writer):
            parts = _COMMAND.match(line)
            if parts is None:
                writer.write(b"* BAD unreadable\r\n")
                continue
            name = ("UID " if parts[2] else "") + parts[3].decode().upper()
            self.commands.append(f"{name} {parts[4].decode(errors='replace')}".strip())
            answer = self.script.get(name, [b"{tag} OK done"])
            await self._say(answer, tag=parts[1], writer=writer)

    async def _say(self, answer: Answer, *, tag: bytes, writer: asyncio.StreamWriter) -> None:
        for step in answer:
            if isinstance(step, bytes):
                writer.write(step.replace(b"{tag}", tag) + b"\r\n")
                continue
            for _ in range(step.repeat):
                writer.write(step.raw)
                await writer.drain()
            if step.hang:
                await asyncio.Event().wait()
            if step.drop:
                await writer.drain()
                raise ConnectionAbortedError
        await writer.drain()


async def _whole_command(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """One command with its literals (RFC 3501, 4.3), asked for where the client waits."""
    line = await reader.readline()
    while size := _LITERAL.search(line):
        if not size[0].rstrip().endswith(b"+}"):
            writer.write(b"+ go on\r\n")
            await writer.drain()
        line += await reader.readexactly(int(size[1])) + await reader.readline()
    return line
