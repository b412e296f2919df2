"""A letter's text, split into what its sender wrote now and what may be folded away.

One pass over the lines with a bounded look ahead: no pattern ever runs over the whole text, so
time grows with the length and no letter can hang the reader (T44). Nothing is lost: the pieces,
put together, are the text. In doubt a line stays visible. How a single mark looks is in `marks`,
where a signature lies in `signatures`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from zabota.pure.mailtext import marks, signatures


class Kind(StrEnum):
    """What a piece of a letter is; quoted pieces and signatures are folded on screens."""

    OWN = "own"
    QUOTED = "quoted"
    FORWARDED = "forwarded"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of one kind, as they came."""

    kind: Kind
    text: str

    @property
    def folded(self) -> bool:
        """Whether a reader sees this piece only on request."""
        return self.kind in {Kind.QUOTED, Kind.SIGNATURE}


@dataclass(frozen=True, slots=True)
class Split:
    """A letter in pieces, in order; `"".join(piece.text for piece in pieces)` is the letter."""

    pieces: tuple[Piece, ...]
    looks: int = field(default=0, compare=False)
    """How many lines were looked at, those ahead included: the scanner's work."""

    @property
    def own(self) -> str:
        """What the sender wrote now; answers between quoted lines are joined in order."""
        return self._text(Kind.OWN).strip()

    @property
    def shown(self) -> str:
        """What a reader sees at once: the own words and what was passed on."""
        return self._text(Kind.OWN, Kind.FORWARDED).strip()

    @property
    def quoted(self) -> tuple[str, ...]:
        """The quoted spans in order."""
        return tuple(piece.text for piece in self.pieces if piece.kind is Kind.QUOTED)

    @property
    def signature(self) -> str:
        """The closing block, or an empty text."""
        return self._text(Kind.SIGNATURE).strip()

    def _text(self, *kinds: Kind) -> str:
        return "".join(piece.text for piece in self.pieces if piece.kind in kinds)


def split(text: str, *, forwarded: bool = False) -> Split:
    """The letter in pieces.

    `forwarded` says that the subject announced a passed-on letter (`is_forward`): then a block of
    header lines opens content, not a quotation. A letter without a word of its own is shown whole
    from its first header block on, because there is nothing else to read.
    """
    lines = _Lines(text)
    kinds = _kinds(lines, forwarded=forwarded)
    _mark_signatures(lines, kinds)
    _join_blank_lines(lines, kinds)
    numbered = groupby(range(len(kinds)), key=kinds.__getitem__)
    pieces = tuple(
        Piece(kind, "".join(lines.raw[number] for number in numbers)) for kind, numbers in numbered
    )
    return Split(pieces, looks=lines.looks)


def is_forward(subject: str) -> bool:
    """Whether the subject announces a passed-on letter ("Fwd:", "FW:", "Пересл.:", "Pārs.:")."""
    return marks.announces_a_forward(subject)


class _Lines:
    """The lines as they came and as the scanner sees them; counts every look."""

    def __init__(self, text: str) -> None:
        parts = text.split("\n")
        self.raw = [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
        self._plain = [marks.plain(line) for line in self.raw]
        self.looks = 0

    def __len__(self) -> int:
        return len(self.raw)

    def __getitem__(self, number: int) -> str:
        self.looks += 1
        return self._plain[number] if number < len(self._plain) else ""

    def next_filled(self, number: int) -> int | None:
        """The next line with something in it, not further than a few blank ones."""
        for ahead in range(number, min(number + marks.BLANK_LINES + 1, len(self))):
            if self[ahead]:
                return ahead
        return None


def _kinds(lines: _Lines, *, forwarded: bool) -> list[Kind]:
    kinds: list[Kind] = []
    state = _State(forwarded=forwarded)
    while len(kinds) < len(lines):
        number = len(kinds)
        line = lines[number]
        if marks.is_marked(line):
            kinds.extend(_marked_block(lines, number, state))
        elif (mark := _mark(lines, number)) is None:
            kinds.append(Kind.OWN)
            if line:
                state.has_own, state.last_own = True, number
        elif mark.marked:
            state.attributed = True
            kinds.extend([Kind.QUOTED] * (mark.end - number))
        else:
            kinds.extend([state.rest(mark)] * (len(lines) - number))
    return kinds


@dataclass(slots=True)
class _State:
    forwarded: bool
    has_own: bool = False
    last_own: int = -1
    attributed: bool = False

    def rest(self, mark: "_Mark") -> Kind:
        """What everything after an unmarked quotation's head is."""
        passed_on = mark.forward or (self.forwarded and mark.headed)
        return Kind.FORWARDED if passed_on or not self.has_own else Kind.QUOTED


@dataclass(frozen=True, slots=True)
class _Mark:
    """The head of a quotation, up to line `end`; `marked`: its text carries ">" signs."""

    end: int
    marked: bool = False
    headed: bool = False
    forward: bool = False


def _mark(lines: _Lines, number: int) -> _Mark | None:
    """The head of a quotation that begins on this line, if one does."""
    line = lines[number]
    if not line or number >= marks.SCANNED_LINES:
        return None
    kind = marks.divider(line)
    if kind is marks.Divider.FORWARDED:
        return _Mark(number + 1, forward=True)
    if kind is marks.Divider.ORIGINAL:
        return _Mark(number + 1, marked=_is_marked_below(lines, number + 1), headed=True)
    if marks.is_rule(line):
        below = lines.next_filled(number + 1)
        end = _header_block(lines, below, after_rule=True) if below is not None else None
        return _Mark(end, headed=True) if end is not None else None
    end = _header_block(lines, number, after_rule=False)
    return _Mark(end, headed=True) if end is not None else _attribution(lines, number)


def _is_marked_below(lines: _Lines, number: int) -> bool:
    below = lines.next_filled(number)
    return below is not None and marks.is_marked(lines[below])


def _header_block(lines: _Lines, number: int, *, after_rule: bool) -> int | None:
    """The line after the header block that begins here ("От: … Отправлено: … Тема: …")."""
    first = marks.header(lines[number])
    if first is None or (first[0] != "from" and not after_rule):
        return None
    values: dict[str, str] = {}
    end, loose = number, 0
    for ahead in range(number, min(number + marks.HEADER_LINES, len(lines))):
        found = marks.header(lines[ahead])
        if found is not None:
            values.setdefault(*found)
            end, loose = ahead + 1, 0
        else:
            loose += 1
            if loose > 2:
                break
    if after_rule:
        return end if "from" in values and len(values) >= 2 else None
    complete = "subject" in values and ("sent" in values or "to" in values)
    return end if complete and marks.shows_a_sender(values) else None


def _attribution(lines: _Lines, number: int) -> _Mark | None:
    """An attribution that begins here, also wrapped over a few lines."""
    joined = ""
    for ahead in range(number, min(number + marks.WRAPPED_LINES, len(lines))):
        line = lines[ahead]
        if not line or marks.is_marked(line):
            return None
        if ahead == number + 1 and not marks.opens_attribution(joined):
            return None
        if ahead > number and marks.opens_attribution(line) and line[:1].isdigit():
            return None
        joined = f"{joined} {line}".lstrip()
        if not line.endswith(":"):
            continue
        strength = marks.attribution(joined[: marks.LINE_CHARACTERS])
        if strength is marks.Strength.NONE:
            continue
        end = ahead + 1
        if _is_marked_below(lines, end):
            if ahead == number or strength is marks.Strength.STRONG:
                return _Mark(end, marked=True)
        elif strength is marks.Strength.STRONG:
            return _Mark(end)
    return None


def _marked_block(lines: _Lines, number: int, state: _State) -> Iterator[Kind]:
    """The kinds of the ">" lines from here, with blank lines between them."""
    end = ahead = number
    nested = False
    while ahead < len(lines):
        line = lines[ahead]
        if marks.is_marked(line):
            nested = nested or line.replace(" ", "").startswith(">>")
            end = ahead + 1
        elif line:
            break
        ahead += 1
    if state.attributed or (nested and not _is_banner(lines[number])):
        kind = Kind.QUOTED
    else:
        kind = Kind.OWN if _is_a_list(lines, number, end, state) else Kind.QUOTED
    if kind is Kind.OWN:
        state.has_own, state.last_own = True, end - 1
    else:
        state.attributed = True
    return iter([kind] * (end - number))


def _is_a_list(lines: _Lines, number: int, end: int, state: _State) -> bool:
    """Whether ">" lines without any head are the writer's own arrows or comparisons."""
    first = lines[number]
    if _is_banner(first):
        return True
    if end - number == 1 and (first[1:].lstrip()[:1].isdigit() or first.startswith(">From ")):
        return True
    if not state.has_own:
        return False
    if marks.attribution(first.lstrip("> ")) is marks.Strength.STRONG:
        return False
    glued = state.last_own == number - 1
    return glued or lines[state.last_own].endswith(":")


def _is_banner(line: str) -> bool:
    return line.endswith("<<")


def _mark_signatures(lines: _Lines, kinds: list[Kind]) -> None:
    """Each run of own lines may end with a signature; far down only the last one is tried."""
    start = 0
    spoken = False
    for kind, run in groupby(list(kinds)):
        length = len(list(run))
        near = start < marks.SCANNED_LINES or start + length == len(kinds)
        if kind is Kind.OWN and near:
            own = lines.raw[start : start + length]
            span = signatures.find(own, spoken=spoken)
            if span is not None:
                lines.looks += min(length, marks.DASH_SIGNATURE_LINES)
                for number in range(start + span.start, start + span.end):
                    kinds[number] = Kind.SIGNATURE
            spoken = spoken or any(not line.isspace() for line in own)
        start += length


def _join_blank_lines(lines: _Lines, kinds: list[Kind]) -> None:
    """Blank own lines after a folded piece belong to it: no piece is made of blanks alone."""
    for number in range(1, len(kinds)):
        if kinds[number] is Kind.OWN and kinds[number - 1] is not Kind.OWN and not lines[number]:
            kinds[number] = kinds[number - 1]
