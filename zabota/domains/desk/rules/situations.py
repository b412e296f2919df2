"""What a customer's words tell: in which situation he is, and whether it is urgent (S-123, S-124).

Words only, no guess about the person; an agent chooses otherwise with one press.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

SOON = timedelta(days=3)
_DATE = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})(?:[./](\d{4}))?(?![\d.]*\d)")
_IN_DAYS = re.compile(
    r"\b(?:через|in|pēc)\s+(\d{1,2})\s+(?:дн\w*|день|days?|dien\w*)", re.IGNORECASE
)


def suggested(text: str, words: Mapping[str, Iterable[str]]) -> str:
    """The code whose words are met most often, of equals the first; "" when none is."""
    found = {code: _count(text, tuple(each)) for code, each in words.items()}
    best = max(found.values(), default=0)
    return next((code for code, count in found.items() if count == best and best), "")


def is_urgent(text: str, words: Iterable[str], *, today: date) -> bool:
    """Whether it tells of hurry: by a word, or by a day that is today or within three days."""
    return bool(_count(text, tuple(words))) or any(
        timedelta(0) <= day - today <= SOON for day in _days(text, today)
    )


def _days(text: str, today: date) -> Iterable[date]:
    for number in _IN_DAYS.findall(text):
        yield today + timedelta(days=int(number))
    for day, month, year in _DATE.findall(text):
        try:
            yield date(int(year or today.year), int(month), int(day))
        except ValueError:
            continue


def _count(text: str, words: tuple[str, ...]) -> int:
    return len(_pattern(words).findall(text)) if words else 0


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    each = (re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"\b(?:{'|'.join(each)})\b", re.IGNORECASE)
