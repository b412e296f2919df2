"""The marks that mail programs put around a quotation, read one line at a time.

Here lives how a single mark is recognised: an attribution ("19.05.2026, 12:30, X <a@b>:"), a
header line ("Кому: …"), a divider ("-----Original Message-----"). The words are data
(`quotes.toml`). What a mark means for the rest of the letter is `quotes`' business. Each function
sees a bounded string, so that its cost is bounded too.
"""

import re
import tomllib
from enum import IntEnum, StrEnum
from importlib import resources
from typing import Any, Final, NamedTuple

_DATA: Final[dict[str, Any]] = tomllib.loads(
    resources.files(__package__).joinpath("quotes.toml").read_text(encoding="utf-8")
)
_BOUNDS: Final[dict[str, int]] = _DATA["bounds"]

LINE_CHARACTERS: Final = _BOUNDS["line_characters"]
SCANNED_LINES: Final = _BOUNDS["scanned_lines"]
WRAPPED_LINES: Final = _BOUNDS["wrapped_lines"]
HEADER_LINES: Final = _BOUNDS["header_lines"]
BLANK_LINES: Final = _BOUNDS["blank_lines"]
DASH_SIGNATURE_LINES: Final = _BOUNDS["dash_signature_lines"]
SIGNATURE_LINES: Final = _BOUNDS["signature_lines"]
CONTACT_WORDS: Final = _BOUNDS["contact_words"]
SIGNATURE_WORDS: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(words) for name, words in _DATA["signature"].items()
}


class Strength(IntEnum):
    """How sure an attribution is: a weak one counts only when a ">" line follows."""

    NONE = 0
    WEAK = 1
    STRONG = 2


class Divider(StrEnum):
    """What a ruled line announces."""

    ORIGINAL = "original"
    FORWARDED = "forwarded"


# Marks of direction and of nothing that web mail scatters between the words of an attribution.
_INVISIBLE: Final = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xAD]
)


def plain(line: str) -> str:
    """The beginning of a line as the scanner sees it: visible characters, single spaces.

    A line that is longer than the scanner's eye ends with "…" and can so end no mark.
    """
    seen = line[:LINE_CHARACTERS]
    if not seen.isascii():
        seen = seen.translate(_INVISIBLE)
    suffix = "…" if len(line) > LINE_CHARACTERS else ""
    return " ".join(seen.split()) + suffix


def fold(text: str) -> str:
    """Lower case, with ё as е: the form in which the words of `quotes.toml` stand."""
    return text.lower().replace("ё", "е")


_ADDRESS: Final = re.compile(r"[<\[(]+\s*(?:mailto:)?[^<>\[\]()\s]+@[^<>\[\]()\s]+\s*[>\])]+(?:>)?")
_QUOTED_NAME: Final = re.compile(r"\"[^\"]{1,80}\"|«[^»]{1,80}»|“[^”]{1,80}”|„[^“”]{1,80}[“”]")
_NUMERIC_DATE: Final = re.compile(r"(?<!\d)\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?!\d)\.?")
_DIGIT: Final = re.compile(r"\d")
_TIME: Final = re.compile(r"(?<!\d)\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?!\d)")
_ZONE: Final = re.compile(r"(?<!\w)[+-]\d{2}:?\d{2}(?!\d)")
_TOKEN: Final = re.compile(r"[^\s,;:–—<>\[\]\"]+")
_HERE: Final = " \0 "


def _words(group: str) -> frozenset[str]:
    return frozenset(_DATA["attribution"][group])


_OPENERS = _words("openers")
_VERBS = _words("verbs")
_MONTHS = _words("months")
_WEEKDAYS = _words("weekdays")
_FILLERS = _words("fillers")
_PRONOUNS = _words("pronouns")
_FIRST = _OPENERS | _WEEKDAYS | _MONTHS
_NEUTRAL = _WEEKDAYS | _MONTHS | _FILLERS | {"\0"}


def attribution(line: str) -> Strength:
    """How surely this line says who wrote the text below it, and when.

    It must end with a colon and be made of nothing but dates, times, names, an address and a verb
    of writing: a sentence has other words ("19 мая ваш курьер написал:" is one).
    """
    if not line.endswith(":"):
        return Strength.NONE
    if "@" not in line and _DIGIT.search(line) is None and not _VERBS & _spoken(line):
        return Strength.NONE
    found = _read(line)
    clear = found.others == 0
    if found.dated and found.addressed and found.opens and (found.timed or found.verbs):
        return Strength.STRONG if found.others <= 4 else Strength.WEAK
    if found.verbs and clear and (found.addressed or (found.dated and found.timed and found.names)):
        return Strength.STRONG
    if found.verbs or (found.dated and (found.timed or found.addressed)):
        return Strength.WEAK
    return Strength.NONE


def _spoken(line: str) -> set[str]:
    return set(fold(line[:-1]).split())


def opens_attribution(line: str) -> bool:
    """Whether a wrapped attribution may begin on this line: with a date, or with an address."""
    found = _read(line)
    return (found.opens and found.dated) or (found.addressed and found.others == 0)


class _Reading(NamedTuple):
    """What the words of a line are."""

    opens: bool
    dated: bool
    timed: bool
    addressed: bool
    verbs: int
    names: int
    others: int


def _read(line: str) -> _Reading:
    rest, addresses = _ADDRESS.subn(_HERE, line)
    rest = _QUOTED_NAME.sub(" Name ", rest)
    rest, dates = _NUMERIC_DATE.subn(" ", rest)
    rest, times = _TIME.subn(" ", rest)
    tokens = [bare for token in _TOKEN.findall(_ZONE.sub(" ", rest)) if (bare := _bare(token))]
    words = [fold(token) for token in tokens]
    names = others = verbs = 0
    for token, word in zip(tokens, words, strict=True):
        if word in _VERBS:
            verbs += 1
        elif word in _NEUTRAL or (word[0].isdigit() and len(word) <= 6):
            continue
        elif word not in _PRONOUNS and (token[0].isupper() or "@" in token):
            names += 1
        else:
            others += 1
    opens = line[:1].isdigit() or (bool(words) and words[0] in _FIRST)
    dated = dates > 0 or _has_worded_date(words)
    return _Reading(opens, dated, times > 0, addresses > 0, verbs, names, others)


def _bare(token: str) -> str:
    token = token.strip(".!?'’“”«»*_|")
    if token.endswith(")") and "(" not in token:
        token = token.rstrip(")")
    return token.lstrip("(") if ")" not in token else token


def _has_worded_date(words: list[str]) -> bool:
    if not any(word in _MONTHS for word in words):
        return False
    return any(word.rstrip("stndrh").isdigit() for word in words)


_HEADERS: Final[dict[str, str]] = {
    word: key for key, words in _DATA["headers"].items() for word in words
}
_LONGEST_HEADER: Final = max(map(len, _HEADERS)) + 4


def header(line: str) -> tuple[str, str] | None:
    """The meaning (`from`, `sent`, `to`, `cc`, `subject`, `other`) and value of a header line."""
    word, colon, value = line.partition(":")
    if not colon or len(word) > _LONGEST_HEADER:
        return None
    key = _HEADERS.get(fold(word).strip(" *_"))
    return (key, value.strip(" *_")) if key else None


def shows_a_sender(values: dict[str, str]) -> bool:
    """Whether header values could only come from a mail: an address, or a date with a time."""
    if any("@" in value for value in values.values()):
        return True
    sent = values.get("sent", "")
    rest, dates = _NUMERIC_DATE.subn(" ", sent)
    tokens = [fold(_bare(token)) for token in _TOKEN.findall(rest)]
    dated = dates > 0 or _has_worded_date([token for token in tokens if token])
    return dated and _TIME.search(rest) is not None


_RULE_CHARACTERS: Final = "-—–_=*#~ "
_DIVIDERS: Final = {
    Divider.ORIGINAL: tuple(_DATA["dividers"]["original"]),
    Divider.FORWARDED: tuple(_DATA["dividers"]["forwarded"]),
}
_BARE_FORWARDED: Final = frozenset(_DATA["dividers"]["bare_forwarded"])
_ABOVE: Final = frozenset(_DATA["dividers"]["above"])
_DIVIDER_CHARACTERS: Final = 100


def divider(line: str) -> Divider | None:
    """What a ruled line with words announces, if it does."""
    if not line or len(line) > _DIVIDER_CHARACTERS:
        return None
    words = fold(line.strip(_RULE_CHARACTERS))
    if words.rstrip(" .:") in _ABOVE:
        return Divider.ORIGINAL
    if line.endswith(":") and words.rstrip(" :") in _BARE_FORWARDED:
        return Divider.FORWARDED
    if line[:2].strip(_RULE_CHARACTERS) or len(line) < 2:
        return None
    for kind, beginnings in _DIVIDERS.items():
        if words.startswith(beginnings):
            return kind
    return None


def is_rule(line: str) -> bool:
    """Whether the line is nothing but a rule, as Outlook draws one above its header lines."""
    return len(line) >= 8 and not line.strip("_-")


def is_marked(line: str) -> bool:
    """Whether the line carries the quotation mark ">"."""
    return line.startswith(">")


_SUBJECT_PREFIX: Final = re.compile(
    rf"\s*(?:(?:re|отв|atb)\s*:\s*)*(?:{'|'.join(_DATA['dividers']['subject_prefixes'])})\.?\s*:",
    re.IGNORECASE,
)


def announces_a_forward(subject: str) -> bool:
    """Whether the subject says that the letter is passed on ("Fwd:", "Пересл.:", "Pārs.:")."""
    return _SUBJECT_PREFIX.match(subject[:LINE_CHARACTERS]) is not None
