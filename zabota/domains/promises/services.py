"""Writes about promises: give, keep, withdraw, pass to another owner, and look at those whose time
has come.

Promises know clocks and an opaque subject; they never send anything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db.models import QuerySet

from zabota.domains.promises import events, rules
from zabota.domains.promises.enums import STANDING, PromiseKind, PromiseState
from zabota.domains.promises.models import Promise, PromiseChange
from zabota.kernel import tx
from zabota.kernel.facts import log as facts
from zabota.kernel.facts.base import Context, Fact

LOOK_AT_ONCE = 100


class _Names(TypedDict):
    promise_id: int
    kind: PromiseKind
    subject_kind: str
    subject_id: int
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class Vow:
    """A promise to be given: about what, to whom, by whom, with which clock, in which context."""

    kind: PromiseKind
    subject: tuple[str, int]
    clock: rules.Clock
    given_at: datetime
    customer_id: int | None = None
    owner_id: int | None = None
    context: Context


def promise(vows: Sequence[Vow]) -> Sequence[Promise]:
    """Give promises, within the caller's transaction. Each is open and looked at when its warning
    comes.
    """
    with tx.within():
        rows = Promise.objects.bulk_create(_row(vow) for vow in vows)
        PromiseChange.objects.bulk_create(
            PromiseChange(promise=row, at=row.given_at, state=row.state, due_at=row.due_at)
            for row in rows
        )
        facts.publish_many(
            [
                facts.News(
                    fact=events.PromiseGiven(**_names(row), due_at=row.due_at),
                    at=row.given_at,
                    context=vow.context,
                )
                for row, vow in zip(rows, vows, strict=True)
            ]
        )
    return rows


def _row(vow: Vow) -> Promise:
    return Promise(
        kind=vow.kind,
        subject_kind=vow.subject[0],
        subject_id=vow.subject[1],
        customer_id=vow.customer_id,
        owner_id=vow.owner_id,
        team_id=vow.context.team_id,
        brand_id=vow.context.brand_id,
        channel_id=vow.context.channel_id,
        charter_version=vow.context.charter_version,
        given_at=vow.given_at,
        ideal_at=vow.clock.ideal_at,
        due_at=vow.clock.due_at,
        warnings=[[percent, moment.isoformat()] for percent, moment in vow.clock.warnings],
        next_look_at=vow.clock.warnings[0][1] if vow.clock.warnings else vow.clock.due_at,
    )


def keep(
    kind: PromiseKind, subject: tuple[str, int], *, kept_at: datetime, actor_id: int | None
) -> None:
    """It was kept at that moment (for an answer: when send was pressed, once it has really left).

    Kept after its due time it stays counted as broken: `PromiseKept.late` says so.
    """
    with tx.within():
        for row in _standing(subject).filter(kind=kind).select_for_update():
            late = kept_at > row.due_at
            state = PromiseState.BROKEN if late else PromiseState.KEPT
            _end(row, state, at=kept_at, actor_id=actor_id, reason="kept late" if late else "")
            _tell(row, events.PromiseKept(**_names(row), late=late), kept_at, actor_id)


def reopen(
    kind: PromiseKind, subject: tuple[str, int], *, kept_at: datetime, at: datetime, reason: str
) -> bool:
    """What counted as kept at that moment was not: it stands again, with the clock it had.

    False when it was not kept then, or when another of its kind stands. A due time that has passed
    meanwhile breaks it at the next look.
    """
    with tx.within():
        if _standing(subject).filter(kind=kind).exists():
            return False
        row = (
            Promise.objects.select_for_update()
            .filter(subject_kind=subject[0], subject_id=subject[1], kind=kind, ended_at=kept_at)
            .filter(state__in=(PromiseState.KEPT, PromiseState.BROKEN))
            .order_by("-pk")
            .first()
        )
        if row is None:
            return False
        late = row.state == PromiseState.BROKEN
        state = PromiseState.BROKEN if late else PromiseState.OPEN
        row.state = state
        row.ended_at, row.next_look_at = None, min((m for _, m in _moments(row)), default=None)
        row.save(update_fields=["state", "ended_at", "next_look_at"])
        _record(row, state, at=at, actor_id=None, reason=reason)
        _tell(row, events.PromiseReopened(**_names(row)), at, None)
    return True


def withdraw(subject: tuple[str, int], *, at: datetime, actor_id: int | None, reason: str) -> None:
    """Nothing is owed any more: the matter is closed, or was not one."""
    with tx.within():
        for row in _standing(subject).select_for_update():
            _end(row, PromiseState.WITHDRAWN, at=at, actor_id=actor_id, reason=reason)
            _tell(row, events.PromiseWithdrawn(**_names(row), reason=reason), at, actor_id)


def pass_to(subject: tuple[str, int], *, owner_id: int | None, team_id: int | None) -> None:
    """Its matter has a new owner; so has the promise. Its clock does not change."""
    _standing(subject).update(owner_id=owner_id, team_id=team_id)


def move_subject(old: tuple[str, int], new: tuple[str, int], *, at: datetime) -> None:
    """Two matters became one. A kind that is promised there already is not promised twice."""
    with tx.within():
        there = set(_standing(new).values_list("kind", flat=True))
        for row in _standing(old):
            if row.kind in there:
                _end(row, PromiseState.WITHDRAWN, at=at, actor_id=None, reason="merged")
            else:
                row.subject_kind, row.subject_id = new
                row.save(update_fields=["subject_kind", "subject_id"])


def look_at_due(*, at: datetime, limit: int = LOOK_AT_ONCE) -> int:
    """Look at promises whose moment has come, oldest first. Right under any number of workers.

    Each is claimed by a conditional update whose changed rows count, so each warning is given once.
    Returns how many were looked at.
    """
    due = Promise.objects.filter(next_look_at__lte=at).order_by("next_look_at", "pk")
    done = 0
    for row in due[:limit]:
        done += _look(row, at)
    return done


def _look(row: Promise, at: datetime) -> int:
    look = rules.look(PromiseState(row.state), _moments(row), at=at)
    with tx.within():
        claimed = Promise.objects.filter(
            pk=row.pk, next_look_at=row.next_look_at, ended_at__isnull=True
        ).update(
            state=look.state,
            warnings=[[percent, moment.isoformat()] for percent, moment in look.left],
            next_look_at=look.next_look_at,
        )
        if not claimed:
            return 0
        for percent in look.warn:
            _tell(row, events.PromiseWarned(**_names(row), percent=percent), at, None)
        if look.state != row.state:
            _record(row, look.state, at=at, actor_id=None, reason="time")
        if look.state is PromiseState.BROKEN and row.state != PromiseState.BROKEN:
            _tell(row, events.PromiseBroken(**_names(row), due_at=row.due_at), at, None)
    return 1


def _standing(subject: tuple[str, int]) -> QuerySet[Promise]:
    return Promise.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], ended_at__isnull=True, state__in=STANDING
    )


def _moments(row: Promise) -> list[tuple[int, datetime]]:
    return [(int(percent), datetime.fromisoformat(moment)) for percent, moment in row.warnings]


def _end(
    row: Promise, state: PromiseState, *, at: datetime, actor_id: int | None, reason: str
) -> None:
    row.state, row.ended_at, row.next_look_at = state, at, None
    row.save(update_fields=["state", "ended_at", "next_look_at"])
    _record(row, state, at=at, actor_id=actor_id, reason=reason)


def _record(
    row: Promise, state: PromiseState, *, at: datetime, actor_id: int | None, reason: str
) -> None:
    PromiseChange.objects.create(
        promise=row, at=at, actor_id=actor_id, state=state, due_at=row.due_at, reason=reason
    )


def _tell(row: Promise, fact: Fact, at: datetime, actor_id: int | None) -> None:
    where = Context(
        brand_id=row.brand_id,
        channel_id=row.channel_id,
        team_id=row.team_id,
        charter_version=row.charter_version,
    )
    facts.publish(fact, at=at, actor_id=actor_id, context=where)


def _names(row: Promise) -> _Names:
    return {
        "promise_id": row.pk,
        "kind": PromiseKind(row.kind),
        "subject_kind": row.subject_kind,
        "subject_id": row.subject_id,
        "owner_id": row.owner_id,
    }


def forget(subject_kind: str, subject_ids: Collection[int]) -> None:
    """Reasons written about these subjects are gone; what was promised when, and whether it was
    kept, stays. In the caller's transaction.
    """
    rows = PromiseChange.objects.filter(
        promise__subject_kind=subject_kind, promise__subject_id__in=subject_ids
    )
    rows.exclude(reason="").update(reason="")
