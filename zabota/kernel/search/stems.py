"""From a text to what it can be found by: stems of Russian, Latvian and English, mixed.

The language is chosen word by word, by script: a word with Cyrillic letters has its Russian stem; a
Latin word has its Latvian stem and its English one, both without diacritics, since a script does
not tell those two apart and many write Latvian without its signs. A searched word is found when any
of its stems is there, so each language finds its own forms.

Stems are letters, digits and inner underscores only, so that no index reads anything into them.
Free of Django. All work is linear in the length of the text.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import LatvianStemmer
import Stemmer

LONGEST_TEXT = 400_000  # characters of a text that are read
MOST_STEMS = 6_000  # different stems of one text
LONGEST_WORD = 48
MOST_TERMS = 12  # words of a query that count

# A run of letters and digits with the joints of addresses and order codes inside.
_CHUNK = re.compile(r"\w[\w.@+\-]*")
_WORD = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"(?<![\w.@\-])\+?\(?\d[\d ().\-]{5,20}\d(?![\w@])")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
# A phone is found by its last eight digits, with or without its country.
_PHONE_KEY = 8

_local = threading.local()


def of(text: str) -> list[str]:
    """The different stems of a text, in the order in which they appear."""
    found: dict[str, None] = {}
    text = _plain(text[:LONGEST_TEXT])
    for stem in _all(text):
        found[stem] = None
        if len(found) >= MOST_STEMS:
            break
    return list(found)


@dataclass(frozen=True)
class Place:
    """A word or a joined run of them as it stands in a text, and what it can be found by."""

    start: int
    end: int
    names: tuple[str, ...]
    words: tuple["Place", ...] = ()


def chunks(text: str) -> Iterator[Place]:
    """The runs of a text in order: addresses and order codes whole, with the words inside."""
    for found in _CHUNK.finditer(text):
        whole = _whole(_plain(found.group()), _WORD.findall(_plain(found.group())))
        words = []
        for word in _WORD.finditer(found.group()):
            plain = _plain(word.group())
            names = tuple(dict.fromkeys((*word_stems(plain), _bare(plain))))
            start = found.start() + word.start()
            words.append(Place(start, start + len(word.group()), names))
        yield Place(found.start(), found.end(), (whole,) if whole else (), tuple(words))


def _plain(text: str) -> str:
    """One form for each letter: composed, small, ё as е."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def _all(text: str) -> Iterator[str]:
    for match in _PHONE.finditer(text):
        yield from _phone(match.group())
    for chunk in _CHUNK.finditer(text):
        yield from _chunk(chunk.group())


def _phone(text: str) -> tuple[str, ...]:
    digits = re.sub(r"\D", "", text)
    if not 7 <= len(digits) <= 15:
        return ()
    return (digits, f"t{digits[-_PHONE_KEY:]}") if len(digits) >= _PHONE_KEY else (digits,)


def _chunk(chunk: str) -> Iterator[str]:
    words = _WORD.findall(chunk)
    whole = _whole(chunk, words)
    if whole:
        yield whole
    for word in words:
        yield from word_stems(word)


def _whole(chunk: str, words: list[str]) -> str | None:
    """An address or an order code as one word: anna@example.com, A-1042."""
    if len(words) < 2:
        return None
    if "@" in chunk:
        return "_".join(words)[:LONGEST_WORD]
    if any(letter.isdigit() for letter in chunk):
        return "".join(words)[:LONGEST_WORD]
    return None


@lru_cache(maxsize=60_000)
def word_stems(word: str) -> tuple[str, ...]:
    """The stems of one small word; digits stay as they are."""
    word = word[:LONGEST_WORD]
    if not word.isalpha():
        return (_bare(word),)
    russian, english = _stemmers()
    if _CYRILLIC.search(word):
        return (russian.stemWord(word),)
    latvian = _bare(LatvianStemmer.stem(word))
    return tuple(dict.fromkeys((latvian, english.stemWord(_bare(word)))))


def _stemmers() -> tuple[Stemmer.Stemmer, Stemmer.Stemmer]:
    """The library's objects may be used by one thread only."""
    if not hasattr(_local, "pair"):
        # No cache of their own: ours is shared by the threads.
        _local.pair = (Stemmer.Stemmer("russian", 0), Stemmer.Stemmer("english", 0))
    pair: tuple[Stemmer.Stemmer, Stemmer.Stemmer] = _local.pair
    return pair


def _bare(word: str) -> str:
    """Without diacritics, except in Cyrillic, where й is a letter of its own."""
    if word.isascii() or _CYRILLIC.search(word):
        return word
    parts = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in parts if letter.isalnum())


@dataclass(frozen=True)
class Alternative:
    """All of `stems`; of the last one, when `prefix`, only the beginning."""

    stems: tuple[str, ...]
    prefix: bool = False


# What stands for one searched word: any of these.
Term = tuple[Alternative, ...]


def query(text: str) -> list[Term]:
    """What a person typed, as terms that must all be there; the last word may be unfinished."""
    text = _plain(text[:1_000])
    terms: list[Term] = []
    rest = _PHONE.sub(lambda match: _take_phone(match.group(), terms), text)
    chunks = _CHUNK.findall(rest)
    for place, chunk in enumerate(chunks, 1):
        terms.extend(_chunk_terms(chunk, last=place == len(chunks)))
    return [term for term in dict.fromkeys(terms) if term][:MOST_TERMS]


def _take_phone(text: str, terms: list[Term]) -> str:
    """Digits in groups may be a phone, a code, or just numbers: any of these will do."""
    stems = _phone(text)
    if not stems:
        return text
    numbers = tuple(_WORD.findall(text))
    terms.append(
        (
            Alternative(stems[:1], prefix=True),
            *(Alternative((key,)) for key in stems[1:]),
            Alternative(numbers, prefix=True),
        )
    )
    return " "


def _chunk_terms(chunk: str, *, last: bool) -> list[Term]:
    words = _WORD.findall(chunk)
    whole = _whole(chunk, words)
    if whole:
        return [(Alternative((whole,), prefix=last),)]
    ends = [last and place == len(words) for place in range(1, len(words) + 1)]
    return [_word_term(word, unfinished=end) for word, end in zip(words, ends, strict=True)]


def _word_term(word: str, *, unfinished: bool) -> Term:
    exact = [Alternative((stem,)) for stem in word_stems(word)]
    if unfinished and len(word) > 1:
        return (*exact, Alternative((_bare(word[:LONGEST_WORD]),), prefix=True))
    return tuple(exact)
