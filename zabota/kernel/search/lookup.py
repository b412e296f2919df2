"""Finding documents by words: the newest first, only what the asker may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from zabota.kernel.search import stems
from zabota.kernel.search.index import owner_door, space_door
from zabota.kernel.search.models import Document

MOST_HITS = 200
# To show so many different matters, at most so many times as many documents are looked at.
DEPTH = 10


@dataclass(frozen=True)
class Hit:
    """A document that was found, and the matter (`group_id`) to show."""

    group_id: int
    object_id: int
    kind: str
    at: datetime


def find(
    query: str,
    *,
    spaces: frozenset[int] | None,
    owner_id: int | None,
    limit: int = MOST_HITS,
    one_each: bool = False,
) -> Sequence[Hit]:
    """Documents with all words of `query`, in any form, the newest first, at most 200.

    The last word may be unfinished. Found is what belongs to everybody, to one of `spaces` (None:
    all of them) or to `owner_id`. `one_each`: only the newest document of each matter. A query of
    signs only finds nothing; no query is an error (T25).
    """
    terms = stems.query(query)
    limit = min(limit, MOST_HITS)
    if not terms or limit < 1:
        return []
    depth = limit * DEPTH if one_each else limit
    found = _first(_rows(_finished(terms), spaces, owner_id, depth), limit, one_each=one_each)
    if len(found) < limit and _finished(terms) != terms:
        found = _first(_rows(terms, spaces, owner_id, depth), limit, one_each=one_each)
    return found


def _finished(terms: Sequence[stems.Term]) -> Sequence[stems.Term]:
    """The terms with the last word taken as whole, where it can be.

    Looked for first: when it gives enough, all the longer words need not be gathered, which costs
    most just when the word is common.
    """
    *whole, last = terms
    exact = tuple(one for one in last if not one.prefix)
    return [*whole, exact or last]


def _first(rows: Iterator[Document], limit: int, *, one_each: bool) -> list[Hit]:
    found: dict[int, Hit] = {}
    for row in rows:
        hit = Hit(row.group_id, row.object_id, row.kind, row.at)
        found.setdefault(row.group_id if one_each else row.pk, hit)
        if len(found) == limit:
            break
    return list(found.values())


# CROSS JOIN: SQLite must walk the index from its end and stop, never the table.
_FROM = {
    "sqlite": """
        SELECT d.id, d.group_id, d.object_id, d.kind, d.at
        FROM search_fts CROSS JOIN search_document d ON d.id = search_fts.rowid
        WHERE search_fts MATCH %s""",
    "postgresql": """
        SELECT d.id, d.group_id, d.object_id, d.kind, d.at
        FROM search_document d
        WHERE d.terms @@ %s::tsquery""",
}
_ORDER = {
    "sqlite": " ORDER BY search_fts.rowid DESC LIMIT %s",
    "postgresql": " ORDER BY d.id DESC LIMIT %s",
}


def _rows(
    terms: Sequence[stems.Term], spaces: frozenset[int] | None, owner_id: int | None, depth: int
) -> Iterator[Document]:
    """Only marks for parameters are put into the statement (T25)."""
    vendor = connection.vendor
    rights, allowed = _rights(spaces, owner_id)
    wanted = _expression(
        terms, _doors(spaces, owner_id), "AND OR *" if vendor == "sqlite" else "& | :*"
    )
    statement = _FROM[vendor] + rights + _ORDER[vendor]
    return iter(Document.objects.raw(statement, [wanted, *allowed, depth]))


def _doors(spaces: frozenset[int] | None, owner_id: int | None) -> list[str]:
    """The words of which a document must have one; none when everything may be seen."""
    if spaces is None:
        return []
    doors = [space_door(None), *map(space_door, sorted(spaces))]
    return doors if owner_id is None else [*doors, owner_door(owner_id)]


def _rights(spaces: frozenset[int] | None, owner_id: int | None) -> tuple[str, list[int]]:
    """The same by the columns, which are the truth; the doors only make it quick."""
    if spaces is None:
        return "", []
    ways = ["d.space_id IS NULL"]
    if spaces:
        ways.append(f"d.space_id IN ({', '.join(['%s'] * len(spaces))})")
    if owner_id is not None:
        ways.append("d.owner_id = %s")
    owners = [] if owner_id is None else [owner_id]
    return f" AND ({' OR '.join(ways)})", [*sorted(spaces), *owners]


def _expression(terms: Sequence[stems.Term], doors: Sequence[str], signs: str) -> str:
    """The query in the database's own language; its words hold no sign but underscores."""
    every, either, beginning = signs.split()

    def alternative(one: stems.Alternative) -> str:
        marks = [""] * (len(one.stems) - 1) + [beginning if one.prefix else ""]
        words = [_quoted(stem, either) + mark for stem, mark in zip(one.stems, marks, strict=True)]
        return f"({f' {every} '.join(words)})"

    clauses = [f" {either} ".join(map(alternative, term)) for term in terms]
    if doors:
        clauses.append(f" {either} ".join(_quoted(door, either) for door in doors))
    return f" {every} ".join(f"({clause})" for clause in clauses)


def _quoted(stem: str, either: str) -> str:
    quote = "'" if either == "|" else '"'
    return f"{quote}{stem}{quote}"
