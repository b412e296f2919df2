"""Whether a letter of ours is built as its channel's standard wants (S-055). Only told, never
blocked here: a person decides.
"""

import tomllib
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from zabota.domains.desk import rules
from zabota.domains.desk.rules.sections import Letters, Talks


class Lack(StrEnum):
    GREETING = "greeting_missing"
    LIST = "questions_loose"
    LONG = "line_long"


def lacks(text: str, standard: Letters, *, names: Sequence[str] = ()) -> Sequence[Lack]:
    """What the standard misses in a letter, in the order in which a reader would. An empty letter
    lacks nothing yet.

    A letter that begins with the customer's name, as he is called (`names`), greets him.
    """
    if not text.strip():
        return ()
    found = []
    if standard.greet and not _greets(text, names):
        found.append(Lack.GREETING)
    if standard.number_questions and rules.must_be_list(text):
        found.append(Lack.LIST)
    return found


def lacks_in_chat(
    text: str, standard: Talks, *, is_first: bool, names: Sequence[str] = ()
) -> Sequence[Lack]:
    """What the rules of a chat miss in a message (S-071): the greeting in our first, and a stretch
    that is read at one glance.
    """
    if not text.strip():
        return ()
    found = []
    if standard.greet and is_first and not _greets(text, names):
        found.append(Lack.GREETING)
    if any(len(line.strip()) > standard.line_characters for line in text.splitlines()):
        found.append(Lack.LONG)
    return found


def _greets(text: str, names: Sequence[str]) -> bool:
    first = text.strip().splitlines()[0].lower().replace("ё", "е").lstrip("«\"'„ ")
    called = tuple(word.lower().replace("ё", "е") for name in names for word in name.split())
    return first.startswith((*_greetings(), *called))


@lru_cache(maxsize=1)
def _greetings() -> tuple[str, ...]:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return tuple(data["greetings"])
