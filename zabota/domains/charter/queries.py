"""Reading the charter."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from zabota.domains.charter import errors
from zabota.domains.charter.models import CharterVersion
from zabota.domains.charter.rules import sections, standard
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.charter.rules.standard import Charter, Scope
from zabota.kernel.brands.models import Brand
from zabota.pure import worktime

_kept: ContextVar[dict[datetime, Charter] | None] = ContextVar("charter", default=None)


def in_force(*, at: datetime) -> Charter:
    """Give the version in force at a moment; the product's defaults, number 0, before the first.

    One small query, and one for the same moment of a request (`steady`): the document is read once
    a process, the sections once a scope.
    """
    kept = _kept.get()
    if kept is None:
        return _in_force(at)
    if at not in kept:
        kept[at] = _in_force(at)
    return kept[at]


@contextmanager
def steady() -> Iterator[None]:
    """While a request is answered, what was in force at a moment is read once for that moment."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def forget() -> None:
    """A version was made: what was in force is read anew."""
    if (kept := _kept.get()) is not None:
        kept.clear()


def _in_force(at: datetime) -> Charter:
    found = (
        CharterVersion.objects.filter(in_force_from__lte=at)
        .order_by("-in_force_from", "-number")
        .values_list("number", "sha256")
        .first()
    )
    return _defaults(sections.registered()) if found is None else _version(*found)


def version(*, number: int) -> Charter:
    """Give a version by its number, as a promise remembers it. Raises UnknownVersion."""
    if number == 0:
        return _defaults(sections.registered())
    found = CharterVersion.objects.filter(number=number).values_list("number", "sha256").first()
    if found is None:
        raise errors.UnknownVersion(f"the charter has no version {number}")
    return _version(*found)


def calendar(*, brand: Brand, at: datetime, channel: int | None = None) -> worktime.Calendar:
    """Give the working hours of a brand, or of one of its channels, as in force at a moment."""
    scope = Scope(brand=brand.pk, channel=channel)
    hours = in_force(at=at).section(Hours, scope=scope)
    return hours.calendar(time_zone=brand.time_zone, country=brand.country)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the charter's history."""

    number: int
    author_id: int | None
    reason: str
    made_at: datetime
    in_force_from: datetime


def history() -> Sequence[Entry]:
    """List the versions, newest first."""
    fields = ("number", "author_id", "reason", "made_at", "in_force_from")
    rows = CharterVersion.objects.order_by("-number").values(*fields)
    return [Entry(**row) for row in rows]


@lru_cache(maxsize=32)
def _version(number: int, sha256: str) -> Charter:
    # The hash is part of the key, so a restored or rolled back database is never mistaken.
    row = CharterVersion.objects.get(number=number, sha256=sha256)
    return Charter(
        number=number,
        sha256=sha256,
        in_force_from=row.in_force_from,
        document=json.loads(row.document),
    )


@lru_cache(maxsize=4)
def _defaults(_registered: tuple[type[sections.Section], ...]) -> Charter:
    return standard.of_defaults()
