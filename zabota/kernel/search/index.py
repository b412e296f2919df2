"""Putting documents into the index, moving and removing them.

Who may find a document stands among its stems, as words that no text can contain: so the index
itself leaves out what a person may not see, however common the searched word. `lookup.py` reads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from zabota.kernel.search import stems
from zabota.kernel.search.models import Document

# A document's number is its second since 2000, then its kind and object: numbers grow with time.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
LAST_SECOND = 2**31 - 1  # in 2068
KINDS = ("message", "note", "article", "customer")
OBJECT_BITS = 28


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One document to be found, by the words of `text`, or by `stems` that were found in it before
    the transaction began.
    """

    kind: str
    object_id: int
    group_id: int
    text: str
    at: datetime
    space_id: int | None
    owner_id: int | None
    stems: Sequence[str] = ()


def put(
    *,
    kind: str,
    object_id: int,
    group_id: int,
    text: str,
    at: datetime,
    space_id: int | None,
    owner_id: int | None,
) -> None:
    """Have one document found by its words, in place of what was there of the same object."""
    put_many(
        [
            Entry(
                kind=kind,
                object_id=object_id,
                group_id=group_id,
                text=text,
                at=at,
                space_id=space_id,
                owner_id=owner_id,
            )
        ]
    )


def put_many(entries: Sequence[Entry]) -> None:
    """Many at once, in the caller's transaction. Raises ValueError for a kind not in KINDS."""
    latest = {(entry.kind, entry.object_id): entry for entry in entries}
    with transaction.atomic():
        for kind in {entry.kind for entry in latest.values()}:
            remove(kind, [number for its, number in latest if its == kind])
        add_many(list(latest.values()))


def add_many(entries: Sequence[Entry]) -> None:
    """Objects that were made in the caller's transaction: nothing of them can be there yet."""
    rows = [_row(entry) for entry in entries]
    Document.objects.bulk_create(rows, batch_size=500)
    _enter(rows)


def _row(entry: Entry) -> Document:
    words = [*(entry.stems or stems.of(entry.text)), *_doors(entry.space_id, entry.owner_id)]
    return Document(
        id=_number(entry),
        kind=entry.kind,
        object_id=entry.object_id,
        group_id=entry.group_id,
        space_id=entry.space_id,
        owner_id=entry.owner_id,
        at=entry.at,
        stems=" ".join(words),
    )


def _number(entry: Entry) -> int:
    seconds = int((entry.at - EPOCH).total_seconds())
    seconds = min(max(seconds, 0), LAST_SECOND)  # a mail may claim any date
    low = KINDS.index(entry.kind) << OBJECT_BITS | entry.object_id % (1 << OBJECT_BITS)
    return seconds << 32 | low


def _doors(space_id: int | None, owner_id: int | None) -> list[str]:
    """Who may find it, as words: they begin with an underscore, which no stem does."""
    doors = [space_door(space_id)]
    return doors if owner_id is None else [*doors, owner_door(owner_id)]


def space_door(space_id: int | None) -> str:
    return "_all" if space_id is None else f"_s{space_id}"


def owner_door(owner_id: int) -> str:
    return f"_o{owner_id}"


def remove(kind: str, object_ids: Iterable[int]) -> int:
    """Forget documents; those that are not there don't matter. Returns how many were.

    Their words are gone from every answer at once, and from the files after `scrub`.
    """
    removed = 0
    with transaction.atomic():
        for batch in _batches(list(object_ids)):
            rows = list(Document.objects.filter(kind=kind, object_id__in=batch))
            removed += len(rows)
            if rows:
                _take_out(rows)
                Document.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return removed


def _batches(numbers: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def move_group(old: int, new: int) -> None:
    """The documents of one matter now belong to another (two conversations were merged)."""
    Document.objects.filter(group_id=old).update(group_id=new)


def set_space(group_id: int, *, space_id: int | None, owner_id: int | None) -> None:
    """From now on another team and owner may find the matter's documents."""
    doors = _doors(space_id, owner_id)
    with transaction.atomic():
        rows = list(Document.objects.filter(group_id=group_id))
        _take_out(rows)
        for row in rows:
            words = [word for word in row.stems.split(" ") if word and not word.startswith("_")]
            row.stems = " ".join([*words, *doors])
            row.space_id, row.owner_id = space_id, owner_id
        Document.objects.bulk_update(rows, ["stems", "space_id", "owner_id"], batch_size=100)
        _enter(rows)


def _enter(rows: Sequence[Document]) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_fts (rowid, stems) VALUES (%s, %s)",
                [(row.pk, row.stems) for row in rows],
            )


def _take_out(rows: Sequence[Document]) -> None:
    """FTS5 wants the very words back that it was given."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_fts (search_fts, rowid, stems) VALUES ('delete', %s, %s)",
                [(row.pk, row.stems) for row in rows],
            )


def scrub(*, first: bool, pages: int = 500) -> bool:
    """After erasure: one short step of merging away what SQLite's index keeps of removed words.

    `first` begins anew. Returns whether more is to be done; `tasks.scrub` does all steps, and
    leaves no byte of them in the database file (freed pages are overwritten: `secure_delete`).
    PostgreSQL's own vacuum does this.
    """
    if connection.vendor != "sqlite":
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        before = _changes(cursor)
        cursor.execute(
            "INSERT INTO search_fts (search_fts, rank) VALUES ('merge', %s)",
            [-pages if first else pages],
        )
        return _changes(cursor) - before >= 2


def _changes(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT total_changes()")
    row: tuple[int] = cursor.fetchone()
    return row[0]
