"""Reads about promises, as plain data."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from zabota.domains.promises.enums import STANDING, PromiseKind, PromiseState
from zabota.domains.promises.models import Promise


@dataclass(frozen=True, kw_only=True)
class Word:
    """A promise as it is shown: kind, owner, when given and due, and where it stands."""

    promise_id: int
    kind: PromiseKind
    state: PromiseState
    given_at: datetime
    due_at: datetime
    ended_at: datetime | None
    owner_id: int | None
    subject_id: int

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None and self.state in STANDING


def words_about(kind: str, number: int) -> Sequence[Word]:
    """All promises about one matter: standing ones first, by due time, then the ended, newest
    first.
    """
    rows = Promise.objects.filter(subject_kind=kind, subject_id=number)
    words = [_word(row) for row in rows]
    standing = sorted((w for w in words if w.is_standing), key=lambda w: w.due_at)
    ended = sorted((w for w in words if not w.is_standing), key=lambda w: w.given_at, reverse=True)
    return [*standing, *ended]


def words_about_all(kind: str, numbers: Sequence[int], *, limit: int) -> Sequence[Word]:
    """Promises about several matters, for one who is served in all of them: what stands first, by
    due time, then what has ended, the newest first. Two queries.
    """
    rows = Promise.objects.filter(subject_kind=kind, subject_id__in=numbers)
    standing = rows.filter(ended_at__isnull=True, state__in=STANDING).order_by("due_at", "pk")
    rest = rows.exclude(pk__in=standing.values("pk")).order_by("-given_at", "-pk")
    found = list(standing[:limit])
    return [_word(row) for row in [*found, *rest[: limit - len(found)]]]


def broken(kind: str, *, since: datetime, limit: int) -> Sequence[Word]:
    """Promises that were broken, or kept too late, of those due since then: the latest first
    (S-145). One query.
    """
    rows = Promise.objects.filter(
        subject_kind=kind, state=PromiseState.BROKEN, due_at__gte=since
    ).order_by("-due_at", "-pk")
    return [_word(row) for row in rows[:limit]]


def due_by_owner(owner_ids: Collection[int], *, until: datetime) -> dict[int, int]:
    """owner → how many standing promises of his are due by then: one query."""
    rows = Promise.objects.filter(
        owner_id__in=owner_ids, ended_at__isnull=True, state__in=STANDING, due_at__lte=until
    )
    counted = rows.values_list("owner_id").annotate(n=Count("pk")).order_by()
    return {owner: n for owner, n in counted if owner is not None}


def next_due(kind: str, number: int) -> datetime | None:
    """When the next standing promise about this matter is due."""
    words = words_about(kind, number)
    return words[0].due_at if words and words[0].is_standing else None


def states(kind: str, numbers: Sequence[int]) -> dict[int, Word]:
    """subject id → its next standing promise, for lists: one query."""
    rows = Promise.objects.filter(
        subject_kind=kind, subject_id__in=numbers, ended_at__isnull=True, state__in=STANDING
    ).order_by("-due_at")
    return {row.subject_id: _word(row) for row in rows}


def _word(row: Promise) -> Word:
    return Word(
        promise_id=row.pk,
        kind=PromiseKind(row.kind),
        state=PromiseState(row.state),
        given_at=row.given_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        owner_id=row.owner_id,
        subject_id=row.subject_id,
    )
