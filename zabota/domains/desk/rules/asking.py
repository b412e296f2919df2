"""What a customer asks us to do, found in his words: proposed as tasks, never made by itself
(S-121).
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True)
class _Data:
    courtesy: frozenset[str]
    phrases: tuple[str, ...]
    verbs: frozenset[str]
    endings: tuple[str, ...]
    idle: frozenset[str]
    most: int
    longest: int
    shortest_words: int


def requests(text: str) -> Sequence[str]:
    """The sentences that ask for an act, in order, each once, as they were written.

    A sentence asks when it says "please" or a phrase like it beside a verb's form of asking, or
    begins with such a form. "Please" in a greeting or a farewell asks for nothing.
    """
    data = _data()
    found: dict[str, None] = {}
    for sentence in _SENTENCE.findall(text):
        words = [word.lower().replace("ё", "е") for word in _WORD.findall(sentence)]
        if len(words) >= data.shortest_words and _asks(words, data):
            found[" ".join(sentence.split())[: data.longest]] = None
    return list(found)[: data.most]


def _asks(words: Sequence[str], data: _Data) -> bool:
    if any(word in data.idle for word in words[:3]):
        return False
    plain = f" {' '.join(words)} "
    acts = [place for place, word in enumerate(words) if _is_act(word, data)]
    if not acts:
        return False
    courteous = any(word in data.courtesy for word in words)
    phrased = any(f" {phrase} " in plain for phrase in data.phrases)
    return courteous or phrased or acts[0] == 0


def _is_act(word: str, data: _Data) -> bool:
    return word in data.verbs or (len(word) > 5 and word.endswith(data.endings))


@lru_cache(maxsize=1)
def _data() -> _Data:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return _Data(
        courtesy=frozenset(data["courtesy"]),
        phrases=tuple(data["phrases"]),
        verbs=frozenset(data["verbs"]),
        endings=tuple(data["endings"]),
        idle=frozenset(data["idle"]),
        **data["bounds"],
    )
