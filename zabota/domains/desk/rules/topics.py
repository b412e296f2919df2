"""Whether a customer's message opens another topic, which deserves a conversation of its own
(S-117). A proposal: a person decides.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zabota.kernel.search import stems


@dataclass(frozen=True)
class _Data:
    common: frozenset[str]
    shortest_stem: int
    fewest_stems: int
    most_shared: int


def is_other(text: str, *, before: Sequence[str]) -> bool:
    """Whether a message shares no telling word, in any form, with what was said before.

    Short messages ("and when?") say too little to be another topic: False.
    """
    told = _telling(text)
    if len(told) < _data().fewest_stems:
        return False
    known: set[str] = set()
    for one in before:
        known |= _telling(one)
    return bool(known) and len(told & known) <= _data().most_shared


def _telling(text: str) -> frozenset[str]:
    data = _data()
    found = {one for one in stems.of(text) if len(one) >= data.shortest_stem and one.isalpha()}
    return frozenset(found - data.common)


@lru_cache(maxsize=1)
def _data() -> _Data:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return _Data(common=frozenset(stems.of(" ".join(data["common"]))), **data["bounds"])
