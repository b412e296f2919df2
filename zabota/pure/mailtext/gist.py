"""A message in short: one line of it for a list, and whether it says anything but thanks.

Deterministic, from word lists (`gist.toml`) in Russian, Latvian and English. In doubt a message
is more than thanks: a question taken for a farewell would be closed unanswered.
"""

import re
import tomllib
from importlib import resources
from typing import Any, Final

_DATA: Final[dict[str, Any]] = tomllib.loads(
    resources.files(__package__).joinpath("gist.toml").read_text(encoding="utf-8")
)
_MOST_WORDS: Final[int] = _DATA["bounds"]["words"]
_MOST_CHARACTERS: Final[int] = _DATA["bounds"]["characters"]
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")


def preview(text: str, length: int) -> str:
    """The beginning of a text on one line, at most `length` characters, "…" included.

    Cut between words where one ends in the second half of the line.
    """
    line = " ".join(_CONTROL.sub("", text[: 4 * length + 400]).split())
    if len(line) <= length:
        return line
    cut = line[: max(length - 1, 0)]
    space = cut.rfind(" ")
    if space > length // 2 and not line[len(cut)].isspace():
        cut = cut[:space]
    return f"{cut.rstrip(' ,;:—–-')}…"[:length]


def thanks_only(text: str) -> bool:
    """Whether the sender's own words are thanks or a farewell and nothing else.

    Give it `Split.own`. False for a question, a request, a "but", a word it does not know (one
    name in address, "Спасибо, Анна!", is known by its capital), and for a long message.
    """
    if not text.strip() or len(text) > _MOST_CHARACTERS or "?" in text:
        return False
    found = list(_WORD.finditer(text))
    if not found:
        return any(sign in text for sign in _SIGNS)
    words = [_fold(match[0]) for match in found]
    if len(words) > _MOST_WORDS or not _places(words, _CORE):
        return False
    harmless = _places(words, _PHRASES)
    rest = [place for place in range(len(words)) if place not in harmless]
    if any(words[place] in _STOPS for place in rest):
        return False
    strangers = [place for place in rest if words[place] not in _KNOWN]
    return not strangers or _is_one_name(text, [found[place] for place in strangers], strangers)


_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SIGNS: Final = tuple(_DATA["thanks"]["signs"])


def _fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def _sequences(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_fold(words).split()) for words in _DATA["thanks"][name])


_CORE: Final = _sequences("core")
_PHRASES: Final = _sequences("phrases")
_STOPS: Final = frozenset(map(_fold, _DATA["thanks"]["stops"]))
_KNOWN: Final = frozenset(word for words in (*_sequences("fillers"), *_CORE) for word in words)


def _places(words: list[str], sequences: tuple[tuple[str, ...], ...]) -> set[int]:
    """The places of words that are part of one of the sequences."""
    places: set[int] = set()
    for sequence in sequences:
        for start in range(len(words) - len(sequence) + 1):
            if tuple(words[start : start + len(sequence)]) == sequence:
                places.update(range(start, start + len(sequence)))
    return places


def _is_one_name(text: str, strangers: list[re.Match[str]], places: list[int]) -> bool:
    """One unknown word, or two side by side, that can only be whom the thanks go to.

    It has a capital and follows a comma or a word; after a full stop it could be a request.
    """
    first = strangers[0]
    before = text[: first.start()].rstrip()[-1:]
    together = places[-1] - places[0] == len(places) - 1
    titled = all(match[0].istitle() and len(match[0]) > 1 for match in strangers)
    return len(places) <= 2 and together and titled and (before == "," or before.isalpha())
