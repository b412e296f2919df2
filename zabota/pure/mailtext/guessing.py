"""Which single-byte code page an undeclared text is written in, by the frequency of its letters.

Made for Russian, Latvian and English with their neighbours. A score is a sum of logarithms:
how likely each non-ASCII byte is as a letter of the language, less a price for what words don't
do (a capital inside a word, Latin beside Cyrillic, three accents in a row). README.md says how
often it is right.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

SAMPLE_BYTES = 1_024
PRIOR_OF_TOLD = 5.0  # what a declaration weighs against the letters
PRIOR_OF_WESTERN = 3.0  # what "iso-8859-1" weighs: it is often only a program's default
_POOR = -5.5  # a mean below this is none of our languages

_RUSSIAN = {
    "о": 11.0, "е": 8.5, "а": 8.0, "и": 7.4, "н": 6.7, "т": 6.3, "с": 5.5, "р": 4.7, "в": 4.5,
    "л": 4.4, "к": 3.5, "м": 3.2, "д": 3.0, "п": 2.8, "у": 2.6, "я": 2.0, "ы": 1.9, "ь": 1.7,
    "г": 1.7, "з": 1.7, "б": 1.6, "ч": 1.4, "й": 1.2, "х": 1.0, "ж": 0.9, "ш": 0.7, "ю": 0.6,
    "ц": 0.5, "щ": 0.4, "э": 0.3, "ф": 0.3, "ё": 0.2, "ъ": 0.04, "і": 0.05, "ї": 0.01, "є": 0.01,
}  # fmt: skip
_BALTIC = {
    "ā": 35.0, "ī": 16.0, "ē": 15.0, "š": 10.0, "ū": 5.0, "ņ": 5.0, "ļ": 4.0, "ž": 3.5, "č": 1.5,
    "ķ": 1.5, "ģ": 1.0, "ė": 1.0, "ų": 0.7, "į": 0.5, "ą": 0.6, "ę": 0.3, "ä": 0.8, "õ": 0.5,
    "ü": 0.8, "ö": 0.3, "é": 0.3, "ŗ": 0.05, "ó": 0.05, "å": 0.05, "ø": 0.05, "ł": 0.05,
}  # fmt: skip
_WESTERN = {
    "é": 25.0, "ü": 13.0, "ä": 12.0, "ö": 10.0, "à": 5.0, "è": 5.0, "á": 5.0, "ß": 4.0, "ó": 4.0,
    "í": 4.0, "å": 4.0, "ç": 3.0, "ñ": 3.0, "ê": 3.0, "ø": 3.0, "ã": 2.0, "æ": 2.0, "õ": 1.0,
    "ô": 1.0, "ú": 1.0, "â": 0.8, "ë": 0.5, "î": 0.3, "û": 0.3, "ï": 0.3, "ò": 0.3, "ù": 0.3,
    "ì": 0.2, "š": 0.1, "ž": 0.05, "ð": 0.05, "þ": 0.05, "œ": 0.1,
}  # fmt: skip
_MARKS = {
    "\xa0": 1.0, "—": 1.0, "–": 0.8, "«": 0.6, "»": 0.6, "“": 0.5, "”": 0.5, "„": 0.4, "’": 0.6,
    "‘": 0.1, "…": 0.4, "№": 0.4, "€": 0.4, "°": 0.2, "©": 0.1, "®": 0.05, "£": 0.2, "™": 0.05,
    "•": 0.2, "§": 0.05, "×": 0.05, "±": 0.02, "½": 0.02, "·": 0.02, "\xad": 0.01,
}  # fmt: skip

_OTHER_LETTER, _OTHER_MARK, _CONTROL, _NOTHING = 1e-5, 1e-5, 1e-8, 1e-9
_CAPITALS = 0.05  # how often a letter is a capital
_ALL_CAPITALS_PRIOR = -5.0
_PRICE_OF_MIXED_CASE = 4.0
_PRICE_OF_MIXED_SCRIPTS = 5.0
_PRICE_OF_ACCENTS = 4.0

# Codec, letters, and how rare it is among undeclared mails.
_PAGES = {
    "cp1251": (_RUSSIAN, 0.0),
    "koi8_r": (_RUSSIAN, -1.0),
    "cp866": (_RUSSIAN, -2.0),
    "iso8859_5": (_RUSSIAN, -2.0),
    "cp1257": (_BALTIC, -0.5),
    "iso8859_13": (_BALTIC, -1.5),
    "cp1252": (_WESTERN, -1.0),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest codec; `poor` when the text looks like none of our languages in any."""

    codec: str
    poor: bool


def knows(codec: str) -> bool:
    """Whether a declaration of this codec can be weighed against the letters."""
    return codec in _PAGES


def guess(data: bytes, *, told: str = "") -> Guess:
    """The code page of a text that isn't UTF-8; `told` is believed unless letters deny it."""
    sample = _sample(data)
    counts = {byte: count for byte, count in Counter(sample).items() if byte > 127}
    total = sum(counts.values())
    scores = {codec: _score(codec, sample, counts) for codec in _PAGES}
    if told in scores:
        scores[told] += PRIOR_OF_WESTERN if told == "cp1252" else PRIOR_OF_TOLD
    best = max(scores, key=scores.__getitem__)
    return Guess(codec=best, poor=scores[best] < _POOR * max(total, 1) - PRIOR_OF_TOLD)


def _sample(data: bytes) -> bytes:
    """The stretch in which the first non-ASCII byte stands; a long head in ASCII says nothing."""
    if len(data) <= SAMPLE_BYTES:
        return data
    first = re.search(rb"[\x80-\xff]", data)
    begin = max(0, first.start() - 64) if first else 0
    return data[begin : begin + SAMPLE_BYTES]


def _score(codec: str, sample: bytes, counts: dict[int, int]) -> float:
    letters, prior = _PAGES[codec]
    page = _page(codec)
    usual = sum(page.usual[byte] * count for byte, count in counts.items())
    shouted = sum(page.shouted[byte] * count for byte, count in counts.items())
    cases = sample.translate(page.cases)
    usual -= _PRICE_OF_MIXED_CASE * cases.count(b"lU")
    score = prior + max(usual, shouted + _ALL_CAPITALS_PRIOR)
    kinds = sample.translate(page.kinds)
    if letters is _RUSSIAN:
        return score - _PRICE_OF_MIXED_SCRIPTS * (kinds.count(b"ax") + kinds.count(b"xa"))
    return score - _PRICE_OF_ACCENTS * kinds.count(b"xxx")


@dataclass(frozen=True, slots=True)
class _Page:
    """A code page as tables over its bytes.

    `cases` maps small letters to "l" and its own capitals to "U"; `kinds` maps Latin letters of
    ASCII to "a" and its own letters to "x"; so what words don't do is counted, not searched.
    """

    usual: tuple[float, ...]
    shouted: tuple[float, ...]
    cases: bytes
    kinds: bytes


@cache
def _page(codec: str) -> _Page:
    letters = _PAGES[codec][0]
    chars = [bytes([byte]).decode(codec, "replace") for byte in range(256)]
    return _Page(
        usual=tuple(_logarithm(letters, char, shouted=False) for char in chars),
        shouted=tuple(_logarithm(letters, char, shouted=True) for char in chars),
        cases="".join(_case(char, latin=letters is not _RUSSIAN) for char in chars).encode(),
        kinds="".join(_kind(char) for char in chars).encode(),
    )


def _case(char: str, *, latin: bool) -> str:
    if char.islower() and (latin or not char.isascii()):
        return "l"
    return "U" if char.isupper() and not char.isascii() else "."


def _kind(char: str) -> str:
    if not char.isalpha():
        return "."
    return "a" if char.isascii() else "x"


def _logarithm(letters: dict[str, float], char: str, *, shouted: bool) -> float:
    small = char.lower()
    if small in letters:
        capital = char != small
        share = _CAPITALS if capital != shouted else 1.0 - _CAPITALS
        return math.log(letters[small] / 100 * share)
    if char in _MARKS:
        return math.log(_MARKS[char] / 100)
    if char == "\N{REPLACEMENT CHARACTER}":
        return math.log(_NOTHING)
    if "\x7f" < char < "\xa0":
        return math.log(_CONTROL)
    return math.log(_OTHER_LETTER if char.isalpha() else _OTHER_MARK)
