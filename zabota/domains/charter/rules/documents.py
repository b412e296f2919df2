"""The document of a version: patches by section and level, how they merge, and their check.

    {"hours": {"company": {"week": {...}}, "brand": {"2": {"time_zone": "Europe/Moscow"}}}}

`default` holds the defaults as they were when the version was made, so that an upgrade of the
product changes no standard behind its owner's back.
"""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from pydantic import ValidationError

from zabota.domains.charter.enums import Level
from zabota.domains.charter.errors import InvalidCharter, Problem
from zabota.domains.charter.rules import sections
from zabota.domains.charter.rules.sections import AnySection, Section

Values: TypeAlias = Mapping[str, Any]
Document: TypeAlias = Mapping[str, Mapping[str, Any]]

Place: TypeAlias = tuple[Level, str]
"""A level and who it is about there: (BRAND, "2"); default and company are about all: ""."""

DEFAULT: Place = (Level.DEFAULT, "")
COMPANY: Place = (Level.COMPANY, "")
_NUMBERED = {Level.BRAND, Level.CHANNEL, Level.CUSTOMER}
_WHOLE = {Level.DEFAULT, Level.COMPANY}


def merged(base: Values, patch: Values) -> dict[str, Any]:
    """Apply a merge patch (RFC 7396): null removes, objects merge, all else is replaced."""
    result = dict(base)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            below = result.get(name)
            result[name] = merged(below if isinstance(below, Mapping) else {}, value)
        else:
            result[name] = value
    return result


def composed(earlier: Values, later: Values) -> dict[str, Any]:
    """Make one patch of two, the later the stronger; unlike `merged` it keeps what removes."""
    result = dict(earlier)
    for name, value in later.items():
        below = result.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            result[name] = composed(below, value)
        else:
            result[name] = value
    return result


def canonical(document: Document) -> str:
    """Write a document in the one way that its hash is of: sorted, no spaces, UTF-8."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(text: str) -> str:
    """Hash a canonical document: SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def places(levels: Mapping[str, Any]) -> dict[Place, Values]:
    """Spread one section's levels into places, weakest first."""
    found: dict[Place, Values] = {}
    for level in Level:
        if level not in levels:
            continue
        if level in _WHOLE:
            found[level, ""] = levels[level]
        else:
            found.update({(level, key): values for key, values in levels[level].items()})
    return found


def with_defaults(document: Document, *, before: Document) -> dict[str, dict[str, Any]]:
    """Add to each registered section its defaults: those of the version before, else today's."""
    return {
        section.name: {
            **document.get(section.name, {}),
            Level.DEFAULT: before.get(section.name, {}).get(Level.DEFAULT, section.defaults()),
        }
        for section in sections.registered()
    }


def without_defaults(document: Document) -> dict[str, dict[str, Any]]:
    """Leave the company's own decisions: what an editor shows and `check` takes."""
    own = {
        name: {level: values for level, values in levels.items() if level != Level.DEFAULT}
        for name, levels in document.items()
    }
    return {name: levels for name, levels in own.items() if levels}


def changed(document: Document, *, section: str, place: Place, values: Values) -> Document:
    """Compose a patch into one place of a document without defaults."""
    level, key = place
    levels = dict(document.get(section, {}))
    if level in _WHOLE:
        levels[level] = composed(levels.get(level, {}), values)
    else:
        at_level = dict(levels.get(level, {}))
        at_level[key] = composed(at_level.get(key, {}), values)
        levels[level] = at_level
    return {**document, section: levels}


def resolved(schema: type[AnySection], patches: Iterable[Values]) -> AnySection:
    """Merge patches, weakest first, and read the section. Raises pydantic's error.

    A version older than a field of the schema has today's default there, and only then.
    """
    given = list(patches)
    try:
        return _read(schema, {}, given)
    except ValidationError:
        return _read(schema, schema.defaults(), given)


def _read(schema: type[AnySection], values: Values, patches: Iterable[Values]) -> AnySection:
    for patch in patches:
        values = merged(values, patch)
    return schema.model_validate_json(json.dumps(values))


def check(document: Document, *, defaults: Document) -> None:
    """Check a document without defaults against every schema.

    Each override is read upon the company's values, and each pair of overrides of different
    levels, since checks between two fields can break where two levels give one field each.
    Raises InvalidCharter, UnknownSection.
    """
    problems: list[Problem] = []
    for name, levels in document.items():
        section = sections.find(name)
        wrong = list(_misplaced(name, levels))
        problems += wrong
        if not wrong:
            default = defaults.get(name, {}).get(Level.DEFAULT, section.defaults())
            problems += _broken(section, default, places(levels))
    if problems:
        raise InvalidCharter(problems)


def _misplaced(section: str, levels: object) -> Iterator[Problem]:
    """Find what is no level, names nobody, or holds no values."""

    def problem(code: str, message: str, level: Level = Level.COMPANY, key: str = "") -> Problem:
        return Problem(section=section, level=level, key=key, field="", code=code, message=message)

    if not isinstance(levels, Mapping):
        yield problem("levels", "it holds no levels.")
        return
    allowed = [level.value for level in Level if level is not Level.DEFAULT]
    for name, content in levels.items():
        if name not in allowed:
            yield problem("level", f"{name!r} is no level; use {', '.join(allowed)}.")
            continue
        level = Level(name)
        by_key = {"": content} if level in _WHOLE else content
        if not isinstance(by_key, Mapping):
            yield problem("levels", "it names nobody.", level)
            continue
        for key, values in by_key.items():
            if level in _NUMBERED and not (key.isascii() and key.isdecimal()):
                yield problem("key", f"{key!r} is no number of a {level}.", level, key)
            elif level not in _WHOLE and not key.strip():
                yield problem("key", f"a {level} has a name.", level, key)
            elif not isinstance(values, Mapping):
                yield problem("values", "it holds no values.", level, key)


def _broken(
    section: type[Section], default: Values, own: Mapping[Place, Values]
) -> Iterator[Problem]:
    """Find what the schema refuses, each case once, at the weakest level that shows it."""
    company = own.get(COMPANY, {})
    higher = [place for place in own if place != COMPANY]
    chains: list[tuple[Place, ...]] = [(), *((place,) for place in higher)]
    chains += [
        (weaker, stronger)
        for weaker, stronger in itertools.combinations(higher, 2)
        if weaker[0] != stronger[0]
    ]
    told: set[Place] = set()
    for chain in chains:
        place = chain[-1] if chain else COMPANY
        # Whatever a weaker level broke alone was told there.
        if told.intersection((COMPANY, *chain)):
            continue
        try:
            resolved(section, [default, company, *(own[part] for part in chain)])
        except ValidationError as error:
            told.add(place)
            yield from _problems(section.name, place, error)


def _problems(section: str, place: Place, error: ValidationError) -> Iterator[Problem]:
    for case in error.errors(include_url=False):
        yield Problem(
            section=section,
            level=place[0],
            key=place[1],
            field=".".join(str(step) for step in case["loc"]),
            code=case["type"],
            message=_sentence(case["type"], case["msg"]),
        )


def _sentence(kind: str, message: str) -> str:
    if kind == "missing":
        return "it is missing."
    if kind == "extra_forbidden":
        return "it is not known here."
    message = message.removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."
