"""Header fields as bytes, and the three ways to read one: as text, as words, as parameters.

Everything here is linear in the field and never raises on what the field says; only the limits
raise `Unparsable`. Nothing of the standard library sees a field before these limits.
"""

import binascii
import re
from collections.abc import Container
from dataclasses import dataclass, field

from zabota.pure.mailtext import characters, charsets
from zabota.pure.mailtext.mail import Limits, Unparsable

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*")
_KNOWN_FIELD = re.compile(
    rb"(?i)(?:content-|mime-version|message-id|from|to|cc|subject|date|received|reply-to"
    rb"|return-path|x-|dkim-|list-)[!-9;-~]*[ \t]*:"
)
_BLANK_LINE = re.compile(rb"\n\r{0,3}(?:\n|\Z)")
_ENCODED_WORD = re.compile(
    r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,2000})\?=(\s*(?==\?))?"
)
_SEPARATORS = re.compile(r"[;\s]*")
_PARAMETER_NAME = re.compile(r"([^\s;=\"]++)\s*+=\s*+|[^;]*+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_UNQUOTED = re.compile(r"[^;]*")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_MOST_PIECES = 1_000
_NEAR = 8_192
_NEAR_FACTOR = 8


class Headers:
    """The fields of one part in order, names in small letters, values unfolded bytes."""

    __slots__ = ("fields", "index")

    def __init__(self) -> None:
        self.fields: list[tuple[str, bytes]] = []
        self.index: dict[str, list[bytes]] = {}

    def add(self, name: str, value: bytes) -> None:
        self.fields.append((name, value))
        self.index.setdefault(name, []).append(value)

    def first(self, name: str) -> bytes:
        """The topmost value; empty when there is none."""
        values = self.index.get(name)
        return values[0] if values else b""

    def all(self, name: str) -> list[bytes]:
        return self.index.get(name, [])


@dataclass(slots=True)
class Block:
    """What `read` found: the fields, where the body begins, what was wrong."""

    headers: Headers
    end: int
    defects: list[str]


def read(raw: bytes, start: int, *, budget: int, stops: Container[bytes] = ()) -> Block:
    """The fields from `start` to the blank line, or to a line that is one of `stops`.

    A line that is no field ends the block and begins the body, unless a well-known field
    follows it: then only that line is skipped. Raises `Unparsable` over `budget` bytes.
    """
    if start == 0 and raw[:2] in (b"\r\n", b"\n"):
        return Block(Headers(), raw.find(b"\n") + 1, [])
    reader = _Reader(stops)
    position, window = start, min(_NEAR, budget)
    while True:
        # Window by window: a thousand parts without a blank line must not cost a thousand
        # times the whole budget.
        blank = _BLANK_LINE.search(raw, max(position - 1, 0), start + window + 3)
        if blank and blank.start() < position:
            return reader.block(blank.end())
        told_end = blank.start() if blank else min(len(raw), start + window + 1)
        is_cut = blank is None and told_end < len(raw)
        lines = raw[position:told_end].split(b"\n")
        used, ended = reader.take(lines, leave=2 if is_cut else 0)
        if ended:
            return reader.block(position + used)
        if not is_cut:
            return reader.block(blank.end() if blank else len(raw))
        if window >= budget:
            raise Unparsable("headers_too_large", f"header fields go on after {budget} bytes")
        position += used
        window = min(window * _NEAR_FACTOR, budget)


class _Reader:
    """Lines in, fields out."""

    def __init__(self, stops: Container[bytes]) -> None:
        self.stops = stops
        self.headers = Headers()
        self.defects: list[str] = []
        self.name = ""
        self.folded: list[bytes] = []

    def take(self, lines: list[bytes], *, leave: int) -> tuple[int, bool]:
        """How many bytes were read, and whether a line there ended the fields. The last `leave`
        lines are only looked ahead at."""
        used = 0
        for number, line in enumerate(lines[: max(0, len(lines) - leave)]):
            stripped = line.rstrip(b"\r")
            if self.name and stripped[:1] in (b" ", b"\t"):
                self.folded.append(stripped)
            elif found := _FIELD.match(stripped):
                self.finish()
                self.name = found.group(1).decode("ascii").lower()
                self.folded.append(stripped[found.end() :])
            elif self.ends_at(stripped, lines[number + 1 : number + 2]):
                return used, True
            used += len(line) + 1
        return used, False

    def block(self, end: int) -> Block:
        self.finish()
        return Block(self.headers, end, self.defects)

    def ends_at(self, line: bytes, following: list[bytes]) -> bool:
        if line.startswith(b"--"):
            boundary = line[2:].rstrip()
            if boundary in self.stops or boundary.removesuffix(b"--") in self.stops:
                return True
        if not self.headers.fields and not self.name and line.startswith((b"From ", b">From ")):
            return False
        if following and _KNOWN_FIELD.match(following[0]):
            self.defects.append("line_in_headers_skipped")
            return False
        self.defects.append("headers_not_closed")
        return True

    def finish(self) -> None:
        if self.name:
            self.headers.add(self.name, b"".join(self.folded))
        self.name = ""
        self.folded = []


def text(value: bytes, *, hint: str = "") -> str:
    """A field as written; undeclared 8-bit is read by `hint`, the charset of the body, or
    guessed."""
    if value.isascii():
        return value.decode("ascii")
    return charsets.undeclared(value, hint=hint).text


def words(value: bytes, *, limits: Limits, hint: str = "") -> str:
    """A field for people: encoded words (RFC 2047) decoded, one clean line.

    Raises `Unparsable` over `limits.encoded_words`.
    """
    written = text(value, hint=hint)
    return characters.line(decoded(written, limits=limits), limit=limits.line_chars)


def decoded(written: str, *, limits: Limits) -> str:
    """Encoded words decoded, also those that mailers cut inside a letter: neighbours of one
    charset are joined before they are decoded."""
    count = written.count("=?")
    if not count:
        return written
    if count > limits.encoded_words:
        raise Unparsable("too_many_encoded_words", f"{count} encoded words in one header")
    pieces: list[str] = []
    waiting: list[bytes] = []
    charset = ""
    position = 0
    for found in _ENCODED_WORD.finditer(written):
        told = found.group(1).partition("*")[0].lower()
        if waiting and (found.start() != position or told != charset):
            pieces.append(charsets.declared(b"".join(waiting), charset).text)
            waiting = []
        pieces.append(written[position : found.start()])
        charset = told
        waiting.append(_word(found.group(2), found.group(3)))
        position = found.end()
    if waiting:
        pieces.append(charsets.declared(b"".join(waiting), charset).text)
    pieces.append(written[position:])
    return "".join(pieces)


def _word(encoding: str, encoded: str) -> bytes:
    data = encoded.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


@dataclass(slots=True)
class Valued:
    """A field of the form `value; name=value`: value in small letters, parameters as written.

    A parameter's 8-bit bytes that are not UTF-8 stand as surrogate escapes; `parameter` reads
    one for people.
    """

    value: str = ""
    params: dict[str, str] = field(default_factory=dict)


def valued(value: bytes) -> Valued:
    """Read a Content-Type or a Content-Disposition (RFC 2045, 2231), mended where it can be."""
    written = value.decode("utf-8", "surrogateescape")
    head = re.match(r"\s*([^\s;,\"]*)\s*", written)
    assert head is not None  # the pattern matches an empty string too
    params = _parameters(written, head.end())
    if params:
        params = _joined(params)
    return Valued(value=head.group(1).lower(), params=params)


def _parameters(written: str, position: int) -> dict[str, str]:
    params: dict[str, str] = {}
    quotes_close = True
    while position < len(written):
        separators = _SEPARATORS.match(written, position)
        assert separators is not None  # the pattern matches an empty string too
        name = _PARAMETER_NAME.match(written, separators.end())
        assert name is not None  # the pattern matches an empty string too
        position = name.end()
        if name.group(1) is None:
            continue
        quoted = _QUOTED.match(written, position) if quotes_close else None
        if quoted:
            value = _ESCAPED.sub(r"\1", quoted.group(1)) if "\\" in quoted.group(1) else quoted[1]
            position = quoted.end()
        else:
            # An opening quote that nothing closes: no later one is searched for, so that a
            # field of quotes costs one scan.
            quotes_close = quotes_close and not written.startswith('"', position)
            bare = _UNQUOTED.match(written, position)
            assert bare is not None  # the pattern matches an empty string too
            value = bare.group().strip().strip('"')
            position = bare.end()
        params.setdefault(name.group(1).lower(), value)
    return params


def _joined(params: dict[str, str]) -> dict[str, str]:
    """Put the pieces `name*0`, `name*1*` of RFC 2231 together; pieces win over a plain value."""
    whole: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, value in params.items():
        base, star, number = name.partition("*")
        if not star:
            whole[name] = value
            continue
        encoded = number.endswith("*") or not number
        digits = number.rstrip("*")
        if not digits or (digits.isascii() and digits.isdigit() and len(digits) < 6):
            pieces.setdefault(base, []).append((int(digits or 0), encoded, value))
    for base, found in pieces.items():
        found.sort(key=lambda piece: piece[0])
        whole[base] = _unpercented(found[:_MOST_PIECES])
    return whole


def _unpercented(pieces: list[tuple[int, bool, str]]) -> str:
    charset = ""
    data: list[bytes] = []
    for place, (_number, encoded, piece) in enumerate(pieces):
        value = piece
        if encoded and place == 0 and value.count("'") >= 2:
            charset, _language, value = value.split("'", 2)
        bits = value.encode("utf-8", "surrogateescape")
        data.append(_PERCENT.sub(_unhexed, bits) if encoded else bits)
    joined = b"".join(data)
    if charset:
        return charsets.declared(joined, charset).text
    return joined.decode("utf-8", "surrogateescape")


def _unhexed(found: re.Match[bytes]) -> bytes:
    return bytes([int(found.group(1), 16)])


def parameter(value: str, *, limits: Limits, hint: str = "") -> str:
    """A parameter for people: 8-bit guessed, encoded words decoded, one clean line."""
    return words(value.encode("utf-8", "surrogateescape"), limits=limits, hint=hint)
