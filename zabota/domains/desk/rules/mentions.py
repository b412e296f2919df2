"""Whom a note names: `@Name Surname` or `@Name` of a colleague who may see the matter."""

import re
from collections.abc import Mapping

_WORD = r"(?![\w-])"


def named(text: str, colleagues: Mapping[int, str]) -> tuple[int, ...]:
    """Ids of the colleagues named behind an @, in any case of letters, each once.

    The full name is taken before the first name; a first name that several share names all of
    them, since a question that nobody gets is worse than one that two get.
    """
    found: dict[int, None] = {}
    for place in (match.end() for match in re.finditer(r"(?<!\w)@", text)):
        rest = text[place : place + 130]
        whole = [number for number, name in colleagues.items() if _begins(rest, name)]
        first = [number for number, name in colleagues.items() if _begins(rest, _first(name))]
        found |= dict.fromkeys(whole or first)
    return tuple(found)


def _begins(rest: str, name: str) -> bool:
    return bool(name) and re.match(re.escape(name) + _WORD, rest, re.IGNORECASE) is not None


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0] if name.split() else ""
