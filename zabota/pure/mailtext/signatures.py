"""Where a letter's closing ("С уважением", "Ar cieņu", "-- ", a phone's line) begins and ends.

Only the tail of the given lines is looked at, so a long letter costs no more than a short one. A
postscript beneath the name is content again. The words are data (`quotes.toml`).
"""

from collections.abc import Sequence
from typing import NamedTuple

from zabota.pure.mailtext import marks

_WORDS = marks.SIGNATURE_WORDS


class Span(NamedTuple):
    """Lines `start` (included) to `end` (excluded)."""

    start: int
    end: int


def find(lines: Sequence[str], *, spoken: bool = False) -> Span | None:
    """The signature at the end of the lines, or None.

    Promises that a closing word with a name is never the whole letter: "С благодарностью, Анна"
    alone is a message, unless the sender has `spoken` before these lines. Blank lines around it
    stay outside the span.
    """
    filled = [number for number, line in _tail(lines) if line]
    if not filled:
        return None
    dashes = _dashes(lines, filled)
    tail = filled[-marks.SIGNATURE_LINES :]
    if dashes is not None:
        tail = [number for number in filled if number < dashes][-marks.SIGNATURE_LINES :]
    first = None if spoken else _first(lines)
    candidates = [dashes, _mobile(lines, tail), _closing(lines, tail, first=first)]
    found = [start for start in candidates if start is not None]
    if not found:
        return None
    start = min(found)
    return Span(start, _before_postscript(lines, start, filled))


def _tail(lines: Sequence[str]) -> list[tuple[int, str]]:
    """The last lines, as many as any kind of signature may have, blank ones not counted."""
    tail: list[tuple[int, str]] = []
    filled = 0
    for number in range(len(lines) - 1, -1, -1):
        line = marks.plain(lines[number])
        filled += bool(line)
        if filled > marks.DASH_SIGNATURE_LINES or len(tail) > 4 * marks.DASH_SIGNATURE_LINES:
            break
        tail.append((number, line))
    return tail[::-1]


def _first(lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if not line.isspace() and line), 0)


def _dashes(lines: Sequence[str], filled: list[int]) -> int | None:
    """The line "-- " (RFC 3676, section 4.3); without its space only above contacts."""
    for position, number in enumerate(filled[:-1]):
        if marks.plain(lines[number]) != "--":
            continue
        if lines[number].rstrip("\r\n") == "-- ":
            return number
        if _are_contacts([marks.plain(lines[n]) for n in filled[position + 1 :]]):
            return number
    return None


def _mobile(lines: Sequence[str], tail: list[int]) -> int | None:
    """The line of a phone or an app; a link beneath it may follow."""
    for number in tail[-3:]:
        line = marks.fold(marks.plain(lines[number])).lstrip("-—–*_ ")
        if len(line) > 120 or not line.startswith(_WORDS["mobile_openers"]):
            continue
        if any(device in line for device in _WORDS["devices"]):
            return number
    return None


def _closing(lines: Sequence[str], tail: list[int], *, first: int | None) -> int | None:
    """The first closing word after which nothing but names and contacts follows."""
    for position, number in enumerate(tail):
        if number != first and _closes(marks.plain(lines[number])):
            after = [marks.plain(lines[n]) for n in tail[position + 1 :]]
            if _are_contacts(after):
                return number
    return None


def _closes(line: str) -> bool:
    folded = marks.fold(line).lstrip("-—–* ")
    if len(line) > 100:
        return False
    for phrase in _WORDS["closings"]:
        if folded.startswith(phrase):
            rest = folded[len(phrase) :]
            if not rest[:1].isalpha() and _is_name(line[len(line) - len(rest) :]):
                return True
    return False


def _is_name(text: str) -> bool:
    """Names, initials and nothing: each word has a capital, at most five of them."""
    if "?" in text:
        return False
    words = [word.strip('.,!;:-—–()"«»*') for word in text.split()]
    words = [word for word in words if word]
    return len(words) <= 5 and all(word[0].isupper() for word in words)


def _are_contacts(lines: list[str]) -> bool:
    for line in lines:
        folded = marks.fold(line)
        if folded.startswith(_WORDS["postscripts"]) or _is_small_print(folded):
            return True
        if line.endswith("?") or len(line.split()) > marks.CONTACT_WORDS:
            return False
    return True


def _is_small_print(folded: str) -> bool:
    return any(words in folded[:60] for words in _WORDS["small_print"])


def _before_postscript(lines: Sequence[str], start: int, filled: list[int]) -> int:
    for number in filled:
        if number > start and marks.fold(marks.plain(lines[number])).startswith(
            _WORDS["postscripts"]
        ):
            return number
    return filled[-1] + 1
