"""What a customer needs, likes and wants; days and people dear to him; what is to be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from zabota.domains.people.enums import CareKind, DayKind, NeedState, ProposalState
from zabota.domains.people.models import (
    CareTask,
    Dear,
    ImportantDay,
    Interest,
    Need,
    Observation,
    VipGrant,
)
from zabota.domains.people.queries import access
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor

MOST = 50


@dataclass(frozen=True, kw_only=True)
class NeedEntry:
    id: int
    text: str
    state: NeedState
    owner_name: str
    at: datetime
    conversation_id: int | None
    message_ref: str


@dataclass(frozen=True, kw_only=True)
class InterestEntry:
    """`wanted_until` when he wants it right now; `is_expired` when that is over."""

    id: int
    text: str
    item: str
    at: datetime
    wanted_until: date | None
    is_expired: bool
    message_ref: str


@dataclass(frozen=True, kw_only=True)
class DayEntry:
    id: int
    kind: DayKind
    name: str
    day: int
    month: int
    year: int | None
    consent_at: datetime


@dataclass(frozen=True, kw_only=True)
class DearEntry:
    id: int
    name: str
    relation: str
    needs: str
    consent_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskEntry:
    """Something to do for a customer by ourselves; `draft` is what could be written."""

    id: int
    kind: CareKind
    customer_id: int
    customer_ref: str
    customer_name: str
    what: str
    due_on: date
    owner_id: int | None
    owner_name: str
    draft: str
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, kw_only=True)
class ObservationEntry:
    id: int
    text: str
    proposal: str
    state: ProposalState
    author_name: str
    at: datetime
    answer: str


@dataclass(frozen=True, kw_only=True)
class GrantEntry:
    """A VIP level granted: by whom and why, from when to when (S-029)."""

    level: str
    reason: str
    grantor_name: str
    by_rule: bool
    since: date
    until: date | None
    is_ended: bool


@dataclass(frozen=True, kw_only=True)
class Care:
    """See the module."""

    needs: Sequence[NeedEntry]
    interests: Sequence[InterestEntry]
    wanted: Sequence[InterestEntry]
    days: Sequence[DayEntry]
    dears: Sequence[DearEntry]
    tasks: Sequence[TaskEntry]
    observations: Sequence[ObservationEntry]
    grants: Sequence[GrantEntry]


def care_for(actor: Actor, ref: str, *, at: datetime) -> Care:
    """Of a customer and those merged into him. Raises NotFound. A fixed number of queries."""
    numbers = access.ids_of(access.customer_for(actor, ref))
    needs = list(Need.objects.filter(customer_id__in=numbers).order_by("-pk")[:MOST])
    observations = list(Observation.objects.filter(customer_id__in=numbers).order_by("-pk")[:MOST])
    grants = list(VipGrant.objects.filter(customer_id__in=numbers).order_by("-pk")[:MOST])
    tasks = list(_tasks(Q(customer_id__in=numbers)).order_by("done_at", "due_on", "pk")[:MOST])
    names = accounts.names(
        {row.owner_id for row in needs if row.owner_id}
        | {row.author_id for row in observations if row.author_id}
        | {row.grantor_id for row in grants if row.grantor_id}
        | _people(tasks)
    )
    interests = [
        _interest(row, at.date())
        for row in Interest.objects.filter(
            customer_id__in=numbers, removed_at__isnull=True
        ).order_by("-pk")[:MOST]
    ]
    return Care(
        needs=[_need(row, names) for row in needs],
        interests=[one for one in interests if one.wanted_until is None],
        wanted=[one for one in interests if one.wanted_until is not None],
        days=_days(numbers),
        dears=_dears(numbers),
        tasks=[_task(row, names) for row in tasks],
        observations=[_observation(row, names) for row in observations],
        grants=[_grant(row, names, at.date()) for row in grants],
    )


def to_do(actor: Actor, *, limit: int = 200) -> Sequence[TaskEntry]:
    """What this person is to do for customers: his own, and those that nobody's customers wait
    for, as far as he sees them; the next due first.
    """
    mine = Q(owner_id=actor.person_id) | Q(owner_id__isnull=True)
    rows = list(_tasks(mine, done_at__isnull=True).order_by("due_on", "pk")[:limit])
    seen = [
        row for row in rows if row.owner_id is not None or access.sees(actor, [row.customer_id])
    ]
    names = accounts.names(_people(seen))
    return [_task(row, names) for row in seen]


def _tasks(which: Q, **more: object) -> QuerySet[CareTask]:
    rows = CareTask.objects.filter(which, **more)
    return rows.select_related("customer__merged_into", "day", "interest")


def _people(tasks: Sequence[CareTask]) -> set[int]:
    asked = {row.owner_id for row in tasks} | {row.done_by_id for row in tasks}
    return {one for one in asked if one is not None}


def _need(row: Need, names: Mapping[int, str]) -> NeedEntry:
    return NeedEntry(
        id=row.pk,
        text=row.text,
        state=NeedState(row.state),
        owner_name=names.get(row.owner_id or 0, ""),
        at=row.at,
        conversation_id=row.conversation_id,
        message_ref=row.message_ref,
    )


def _interest(row: Interest, today: date) -> InterestEntry:
    return InterestEntry(
        id=row.pk,
        text=row.text,
        item=row.item,
        at=row.at,
        wanted_until=row.wanted_until,
        is_expired=row.wanted_until is not None and row.wanted_until < today,
        message_ref=row.message_ref,
    )


def _days(numbers: Sequence[int]) -> Sequence[DayEntry]:
    rows = ImportantDay.objects.filter(customer_id__in=numbers).select_related("consent")
    return [
        DayEntry(
            id=row.pk,
            kind=DayKind(row.kind),
            name=row.name,
            day=row.day,
            month=row.month,
            year=row.year,
            consent_at=row.consent.at,
        )
        for row in rows.order_by("month", "day", "pk")
    ]


def _dears(numbers: Sequence[int]) -> Sequence[DearEntry]:
    rows = Dear.objects.filter(customer_id__in=numbers).select_related("consent")
    return [
        DearEntry(
            id=row.pk,
            name=row.name,
            relation=row.relation,
            needs=row.needs,
            consent_at=row.consent.at,
        )
        for row in rows.order_by("pk")
    ]


def _task(row: CareTask, names: Mapping[int, str]) -> TaskEntry:
    customer = row.customer.merged_into or row.customer
    what = row.day.name if row.day else row.interest.text if row.interest else ""
    return TaskEntry(
        id=row.pk,
        kind=CareKind(row.kind),
        customer_id=customer.pk,
        customer_ref=customer.ref,
        customer_name=customer.name,
        what=what,
        due_on=row.due_on,
        owner_id=row.owner_id,
        owner_name=names.get(row.owner_id or 0, ""),
        draft=row.draft,
        done_at=row.done_at,
        done_by=names.get(row.done_by_id or 0, ""),
    )


def _observation(row: Observation, names: Mapping[int, str]) -> ObservationEntry:
    return ObservationEntry(
        id=row.pk,
        text=row.text,
        proposal=row.proposal,
        state=ProposalState(row.state),
        author_name=names.get(row.author_id or 0, ""),
        at=row.at,
        answer=row.answer,
    )


def _grant(row: VipGrant, names: Mapping[int, str], today: date) -> GrantEntry:
    return GrantEntry(
        level=row.level,
        reason=row.reason,
        grantor_name=names.get(row.grantor_id or 0, ""),
        by_rule=row.grantor_id is None,
        since=row.since,
        until=row.until,
        is_ended=row.ended_at is not None or (row.until is not None and row.until < today),
    )
