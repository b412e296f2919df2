"""The MIME tree of a mail, cut out of its bytes in one pass.

The pass looks only at lines that begin with "--" and knows all open boundaries at once, so its
work grows with the bytes and not with the nesting. Bodies are offsets into the mail until
somebody asks. A message inside the mail is one leaf: it is kept whole and never opened here.
Which leaves are the body and which are attachments is decided in `bodies`.
"""

import binascii
import re
from dataclasses import dataclass, field

from zabota.pure.mailtext import headers
from zabota.pure.mailtext.mail import Limits, Unparsable

_DASHED_LINE = re.compile(rb"\n--([^\r\n]+)")
_GUESSED_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\n")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_BASE64_LINES = _BASE64 + b"\r\n\t "
_LONGEST_BOUNDARY = 1_000
_MOST_GROUPS = 10_000
_GUESSING_STRETCH = 65_536


@dataclass(slots=True)
class Part:
    """One node of the tree: its headers, and where its body lies in the mail."""

    header: headers.Headers
    start: int
    path: str = "1"
    end: int = -1
    after_end: bool = False
    decoded: bytes | None = None
    children: list["Part"] = field(default_factory=list)
    content_type: headers.Valued = field(default_factory=headers.Valued)

    @property
    def media_type(self) -> str:
        return self.content_type.value

    @property
    def is_multipart(self) -> bool:
        return self.media_type.startswith("multipart/")

    def leaves(self) -> list["Part"]:
        """All parts without children, in the order of the mail."""
        found: list[Part] = []
        waiting = [self]
        while waiting:
            part = waiting.pop()
            waiting.extend(reversed(part.children))
            if not part.children:
                found.append(part)
        return found


@dataclass(slots=True)
class _Open:
    """A multipart whose closing line has not come yet."""

    part: Part
    boundary: bytes
    closed_at: int = -1


class _Splitter:
    """The state of the one pass; `split` is the only way in."""

    def __init__(self, raw: bytes, limits: Limits) -> None:
        self.raw = raw
        self.limits = limits
        self.defects: list[str] = []
        self.open: list[_Open] = []
        self.depth_of: dict[bytes, int] = {}
        self.leaf: Part | None = None
        self.count = 0
        self.header_bytes = 0

    def run(self) -> Part:
        root, position = self.read_part(0, default="text/plain", path="")
        while True:
            found = self.next_boundary(position)
            if found is None:
                break
            position = self.cross(*found)
        self.finish_leaf(len(self.raw))
        self.close_down_to(1, len(self.raw))
        if (after := self.epilogue()) is not None:
            root.children.append(after)
        self.close_down_to(0, len(self.raw))
        return root

    def read_part(self, start: int, *, default: str, path: str) -> tuple[Part, int]:
        """Read the headers at `start`; the part is then the open leaf or an open multipart."""
        self.count += 1
        if self.count > self.limits.parts:
            raise Unparsable("too_many_parts", f"more than {self.limits.parts} parts")
        budget = self.limits.header_bytes - self.header_bytes
        block = headers.read(self.raw, start, budget=budget, stops=self.depth_of)
        self.header_bytes += block.end - start
        self.defects.extend(block.defects)
        part = Part(header=block.headers, start=block.end, path=path or "1")
        part.content_type = _content_type(block.headers, default, self.defects)
        self.finish_leaf(start)
        boundary = self.boundary_of(part) if part.is_multipart else b""
        if boundary:
            self.open_multipart(part, boundary)
        else:
            self.leaf = part
        return part, block.end

    def boundary_of(self, part: Part) -> bytes:
        told = part.content_type.params.get("boundary", "").rstrip()
        if told:
            return told.encode("utf-8", "surrogateescape")[:_LONGEST_BOUNDARY]
        self.defects.append("boundary_not_told")
        stretch = self.raw[part.start : part.start + _GUESSING_STRETCH]
        guessed = _GUESSED_BOUNDARY.search(stretch)
        return guessed.group(1) if guessed else b""

    def open_multipart(self, part: Part, boundary: bytes) -> None:
        if len(self.open) >= self.limits.nesting:
            raise Unparsable("too_deep", f"more than {self.limits.nesting} multiparts nested")
        self.open.append(_Open(part, boundary))
        self.depth_of.setdefault(boundary, len(self.open) - 1)

    def next_boundary(self, position: int) -> tuple[int, int, int, bool] | None:
        """The next line that is an open boundary: (line start, line end, depth, closing).

        `position` is the start of a line; all boundaries are known by one look-up a line.
        """
        if not self.depth_of:
            return None
        for found in _DASHED_LINE.finditer(self.raw, max(position - 1, 0)):
            line = found.group(1).rstrip()
            depth = self.depth_of.get(line)
            closing = depth is None
            if closing and line.endswith(b"--"):
                depth = self.depth_of.get(line[:-2])
            if depth is not None:
                line_end = self.raw.find(b"\n", found.end()) + 1 or len(self.raw)
                return found.start() + 1, line_end, depth, closing
        return None

    def cross(self, at: int, line_end: int, depth: int, closing: bool) -> int:
        """End what the boundary line ends, begin what it begins; where to read on.

        A closed multipart stays known until its parent goes on: what some mailers put behind
        the closing line is then still a part and not lost.
        """
        self.finish_leaf(at)
        self.close_down_to(depth + 1, at)
        current = self.open[depth]
        if closing:
            current.closed_at = line_end
            return line_end
        if current.closed_at >= 0:
            self.defects.append("part_after_end")
        parent = current.part
        default = "message/rfc822" if parent.media_type == "multipart/digest" else "text/plain"
        parent_path = parent.path + "." if depth else ""
        path = f"{parent_path}{len(parent.children) + 1}"
        part, position = self.read_part(line_end, default=default, path=path)
        parent.children.append(part)
        return position

    def close_down_to(self, depth: int, at: int) -> None:
        for closed in self.open[depth:]:
            closed.part.end = at
            if closed.closed_at < 0:
                self.defects.append("boundary_not_closed")
            if self.depth_of.get(closed.boundary, -1) >= depth:
                del self.depth_of[closed.boundary]
        del self.open[depth:]

    def epilogue(self) -> Part | None:
        """What stands behind the end of the outermost multipart, as a part of its own."""
        outer = self.open[0] if self.open else None
        if outer is None or outer.closed_at < 0 or self.leaf is not None:
            return None
        if not self.raw[outer.closed_at :].strip():
            return None
        self.defects.append("text_after_end")
        path = str(len(outer.part.children) + 1)
        part = Part(header=headers.Headers(), start=outer.closed_at, path=path)
        part.content_type = headers.Valued(value="text/plain")
        part.end, part.after_end = len(self.raw), True
        return part

    def finish_leaf(self, at: int) -> None:
        """The line end before a boundary belongs to the boundary (RFC 2046, 5.1.1)."""
        if self.leaf is None:
            return
        end = at
        if end < len(self.raw):
            end -= self.raw.endswith(b"\n", 0, end)
            end -= self.raw.endswith(b"\r", 0, end)
        self.leaf.end = max(self.leaf.start, end)
        self.leaf = None


def split(raw: bytes, *, limits: Limits) -> tuple[Part, list[str]]:
    """The root part of a mail and what was wrong on the way.

    Raises `Unparsable` over the limits of nesting, parts and header bytes. A multipart in which
    no boundary was found is a leaf over its whole body, so its text isn't lost.
    """
    splitter = _Splitter(raw, limits)
    root = splitter.run()
    if any(leaf.is_multipart for leaf in root.leaves()):
        splitter.defects.append("multipart_without_parts")
    return root, list(dict.fromkeys(splitter.defects))


def _content_type(fields: headers.Headers, default: str, defects: list[str]) -> headers.Valued:
    """The type that a part declares. Of several the one that has parts to show wins, so that no
    attachment hides behind a second field (threat T18)."""
    told = [headers.valued(value) for value in fields.all("content-type")]
    usable = [valued for valued in told if "/" in valued.value]
    if len(told) > 1:
        defects.append("duplicate_content_type")
        usable.sort(key=lambda valued: "boundary" not in valued.params)
    if usable:
        return usable[0]
    if told:
        defects.append("invalid_content_type")
        return headers.Valued(_mended(told[0].value, told[0].params), told[0].params)
    return headers.Valued(value=default)


def _mended(value: str, params: dict[str, str]) -> str:
    """The type meant by a Content-Type without a slash, such as "text" or "multipart"."""
    if "boundary" in params:
        return "multipart/mixed"
    return "text/html" if value == "html" else "text/plain"


def content(part: Part, raw: bytes, defects: list[str]) -> bytes:
    """The bytes of a leaf without their transfer encoding. Never raises; says what was mended."""
    if part.decoded is None:
        part.decoded = _decoded(part, raw[part.start : part.end], defects)
    return part.decoded


def _decoded(part: Part, data: bytes, defects: list[str]) -> bytes:
    encoding = headers.text(part.header.first("content-transfer-encoding"))
    encoding = encoding.partition(";")[0].strip().strip('"').lower()
    if encoding == "base64":
        return _base64(data, part.media_type.startswith("text/"), defects)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uuencoded(data, defects)
    if encoding not in {"", "7bit", "8bit", "binary", "7-bit", "8-bit"}:
        defects.append("unknown_transfer_encoding")
    return data


def _base64(data: bytes, is_text: bool, defects: list[str]) -> bytes:
    padding = data.find(b"=")
    if padding < 0 or not data[padding:].strip(b"=\r\n\t "):
        try:
            decoded = binascii.a2b_base64(data)
        except binascii.Error:
            pass
        else:
            if not is_text or not (data.translate(None, _BASE64_LINES) or b" " in data.strip()):
                return decoded
    return _broken_base64(data, is_text, defects)


def _broken_base64(data: bytes, is_text: bool, defects: list[str]) -> bytes:
    """Plain text that only claims to be base64 stays; pieces padded one by one are joined; a
    last group cut short gives what it still holds."""
    foreign = len(data.translate(None, _BASE64_LINES))
    has_words = data.count(b" ") > 1 + len(data) // 40
    if is_text and (foreign > len(data) // 10 or has_words):
        defects.append("wrong_transfer_encoding")
        return data
    defects.append("broken_base64")
    pieces = []
    groups = re.split(rb"=+", data.translate(None, _NOT_BASE64), maxsplit=_MOST_GROUPS)
    for piece in groups:
        kept = piece.replace(b"=", b"")
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        pieces.append(binascii.a2b_base64(kept + b"=" * (-len(kept) % 4)))
    return b"".join(pieces)


def _uuencoded(data: bytes, defects: list[str]) -> bytes:
    lines = data.splitlines()
    begun = next((n for n, line in enumerate(lines) if line.startswith(b"begin ")), None)
    if begun is None:
        defects.append("broken_uuencode")
        return data
    pieces = []
    for line in lines[begun + 1 :]:
        if line.strip() == b"end":
            break
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            defects.append("broken_uuencode")
    return b"".join(pieces)
