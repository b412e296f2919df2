"""Which of our languages a short text is in: by its script, its letters and its small words."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_LATVIAN = re.compile(r"[āčēģīķļņšūž]")


def guess(text: str) -> str:
    """`ru`, `lv`, `en`, or "" when the text does not tell."""
    known = _known()
    told = known["guess"]
    words = _WORD.findall(text[: told["characters"]].casefold())
    letters = "".join(words)
    if not letters:
        return ""
    if len(_CYRILLIC.findall(letters)) > told["cyrillic_share"] * len(letters):
        return "ru"
    scores = {
        language: sum(word in small for word in words) for language, small in known["words"].items()
    }
    scores["lv"] += told["letter_weight"] * len(_LATVIAN.findall(letters))
    best = max(scores, key=lambda language: scores[language])
    others = max(score for language, score in scores.items() if language != best)
    clear = scores[best] >= told["least_words"] and scores[best] > others
    return best if clear else ""


@lru_cache(maxsize=1)
def _known() -> dict[str, Any]:
    path = Path(__file__).with_name("languages.toml")
    data = tomllib.loads(path.read_text("utf-8"))
    data["words"] = {language: frozenset(small) for language, small in data["words"].items()}
    return data
