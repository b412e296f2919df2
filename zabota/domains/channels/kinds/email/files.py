"""Mails in files: single ones, mbox, Maildir, and folders of them, one mail in memory at a time.

Knows files and bytes only; nothing is parsed.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

_STRETCH = 1 << 20
_POSTMARK = re.compile(
    rb"From (?:.{0,500}[ \t])?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ \t]+"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ \t]+\d{1,2}[ \t]+\d{1,2}:\d\d"
)
_SHORT_POSTMARK = re.compile(rb"From \S{1,320}[ \t]*\r?\n")
_FIELD = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_QUOTED_FROM = re.compile(rb">+From ")


@dataclass(frozen=True, kw_only=True)
class Found:
    """One mail of a file, or why there is none: `too_large`, `empty`, `missing`, `not_readable`."""

    source: str
    content: bytes = field(default=b"", repr=False)
    refused: str = ""
    size: int = 0


def mails(path: Path, *, mail_bytes: int) -> Iterator[Found]:
    """Every mail at `path`, in the order of names; mails over `mail_bytes` are never loaded.

    A folder with `cur` and `new` is a Maildir; in any other folder each file that is not hidden is
    taken. A file whose first line is an mbox separator is an mbox, unless it is named `.eml`.
    """
    try:
        if path.is_dir():
            for file in _files(path):
                yield from _of_file(file, mail_bytes)
        else:
            yield from _of_file(path, mail_bytes)
    except FileNotFoundError:
        yield Found(source=str(path), refused="missing")
    except OSError as problem:
        yield Found(source=str(problem.filename or path), refused="not_readable")


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        here = Path(place)
        maildir = {"cur", "new"} <= set(folders)
        # A Maildir keeps half-written mails in tmp, and folders under names with a dot.
        hidden = {"tmp"} if maildir else set()
        folders[:] = sorted(
            name for name in folders if name not in hidden and (maildir or name[0] != ".")
        )
        if not maildir:
            yield from (here / name for name in sorted(names) if name[0] != ".")


def _of_file(path: Path, mail_bytes: int) -> Iterator[Found]:
    try:
        with path.open("rb") as file:
            first = file.peek(8)[:8]
            if not first:
                yield Found(source=str(path), refused="empty")
            elif path.suffix.lower() != ".eml" and first.startswith(b"From "):
                yield from _of_mbox(path, file, mail_bytes)
            else:
                yield _single(path, file, mail_bytes)
    except FileNotFoundError:
        yield Found(source=str(path), refused="missing")
    except OSError:
        yield Found(source=str(path), refused="not_readable")


def _single(path: Path, file: BinaryIO, mail_bytes: int) -> Found:
    size = os.fstat(file.fileno()).st_size
    content = file.read(mail_bytes + 1)
    if len(content) > mail_bytes:
        return Found(source=str(path), refused="too_large", size=max(size, len(content)))
    if content.startswith(b"From "):
        content = content.partition(b"\n")[2]
    if not content:
        return Found(source=str(path), refused="empty")
    return Found(source=str(path), content=content, size=len(content))


@dataclass
class _Growing:
    """The mail of an mbox that is being read; past the limit only its size grows."""

    allowed: int
    size: int = 0
    lines: list[bytes] = field(default_factory=list)

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if self.size > self.allowed:
            self.lines.clear()
        else:
            self.lines.append(line)

    def found(self, source: str) -> Found:
        if self.size > self.allowed:
            return Found(source=source, refused="too_large", size=self.size)
        content = b"".join(self.lines)
        # The empty line before the next separator belongs to the mbox.
        for end in (b"\r\n\r\n", b"\n\n"):
            if content.endswith(end):
                content = content[: -len(end) // 2]
                break
        if not content.strip():
            return Found(source=source, refused="empty")
        return Found(source=source, content=content, size=len(content))


def _of_mbox(path: Path, file: BinaryIO, mail_bytes: int) -> Iterator[Found]:
    number = 0
    mail: _Growing | None = None
    for line, begins, after_empty, following in _lines(file):
        if begins and line.startswith(b"From ") and _separates(line, after_empty, following):
            if mail is not None:
                yield mail.found(f"{path}#{number}")
            number += 1
            mail = _Growing(mail_bytes)
        elif mail is not None:
            quoted = begins and line.startswith(b">") and _QUOTED_FROM.match(line)
            mail.add(line[1:] if quoted else line)
    if mail is not None:
        yield mail.found(f"{path}#{number}")


def _lines(file: BinaryIO) -> Iterator[tuple[bytes, bool, bool, bytes]]:
    """(stretch, whether a line begins with it, whether after an empty line, the next stretch)."""
    begins, after_empty = True, True
    line = file.readline(_STRETCH)
    while line:
        following = file.readline(_STRETCH)
        yield line, begins, after_empty, following
        after_empty = begins and line in {b"\n", b"\r\n"}
        begins = line.endswith(b"\n")
        line = following


def _separates(line: bytes, after_empty: bool, following: bytes) -> bool:
    """Whether a line that starts with "From " begins a mail, or stands in a text unquoted."""
    dated = _POSTMARK.match(line) is not None
    headed = _FIELD.match(following) is not None
    if dated:
        return after_empty or headed
    return after_empty and headed and _SHORT_POSTMARK.fullmatch(line) is not None
