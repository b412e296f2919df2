"""After a handover nothing is asked twice (S-112, AS-44): what a draft asks for and we have."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zabota.kernel.search import stems

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
# A file's own words are told apart from "scan", "image", "final" by their length.
_TELLING_WORD = 4


@dataclass(frozen=True)
class Known:
    """A file that is there: how it is named and what it is."""

    id: int
    name: str
    media_type: str = ""


@dataclass(frozen=True)
class Again:
    """A sentence that asks for what is there: in that file, or in that known fact."""

    sentence: str
    file: Known | None = None
    fact: str = ""


@dataclass(frozen=True)
class _Thing:
    words: frozenset[str]
    media: tuple[str, ...]


@dataclass(frozen=True)
class _Data:
    asking: frozenset[str]
    things: tuple[_Thing, ...]
    common: frozenset[str]


def asks(text: str) -> bool:
    """Whether any sentence of it asks for something."""
    return any(True for _sentence, _said in _asking(text))


def _asking(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Sentences that ask, with their stems."""
    data = _data()
    for sentence in (" ".join(one.split()) for one in _SENTENCE.findall(text)):
        said = frozenset(stems.of(sentence))
        if "?" in sentence or said & data.asking:
            yield sentence, said


def asks_again(
    text: str, *, known_files: Sequence[Known], known_facts: Sequence[str]
) -> Sequence[Again]:
    """Each asking sentence with the newest file or the fact that answers it.

    `known_files` the newest first; `known_facts` as "what: value" lines. Words are compared by
    their stems in three languages, and a thing by all its names: a draft in Russian finds logo.png.
    """
    data = _data()
    found = []
    for sentence, said in _asking(text):
        file = next((one for one in known_files if _is_asked_for(one, said, data)), None)
        fact = next((one for one in known_facts if _is_about(one, said, data)), "")
        if file is not None or fact:
            found.append(Again(sentence=sentence, file=file, fact=fact))
    return found


def _is_asked_for(file: Known, said: frozenset[str], data: _Data) -> bool:
    named = frozenset(stems.of(re.sub(r"[_\-.]+", " ", file.name.rpartition(".")[0])))
    for thing in data.things:
        if said & thing.words and (
            named & thing.words or file.media_type.startswith(thing.media or ("\0",))
        ):
            return True
    own = {stem for stem in named - data.common if len(stem) >= _TELLING_WORD and stem.isalpha()}
    return bool(said & own)


def _is_about(fact: str, said: frozenset[str], data: _Data) -> bool:
    label, colon, value = fact.partition(":")
    if not colon or not value.strip():
        return False
    asked = frozenset(stems.of(label)) - data.common
    if said & asked:
        return True
    return any(asked & thing.words and said & thing.words for thing in data.things)


@lru_cache(maxsize=1)
def _data() -> _Data:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return _Data(
        asking=frozenset(stems.of(" ".join(data["asking"]))),
        things=tuple(
            _Thing(frozenset(stems.of(" ".join(one["words"]))), tuple(one.get("media", ())))
            for one in data["thing"]
        ),
        common=frozenset(stems.of(" ".join(data["common"]))),
    )
