"""The leader's board (S-110, S-140): each group with its people and what waits there, what was
missed by channel (S-083), and decisions against the rule (S-141).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from zabota.domains.channels.queries import addresses
from zabota.domains.charter import queries as charter
from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Assignment, Conversation, LeaderRequest
from zabota.domains.desk.models import Presence as PresenceRow
from zabota.domains.desk.queries import access, staff
from zabota.domains.desk.rules import routing as rules
from zabota.domains.desk.rules.sections import Routing
from zabota.domains.promises import queries as promises
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.models import Team
from zabota.kernel.accounts.roles import Actor, Role

OPEN = (State.WAITING_US, State.WAITING_CUSTOMER, State.AWAITING_CONSENT)
MOST_SHOWN = 6
MOST_READ = 300
OVERRIDES_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One person of a group: who, whether there, what he has to do. `index` is his load."""

    person: rules.Person
    name: str
    index: int
    overdue: int
    hard_most: int
    paused_until: datetime | None

    @property
    def had_enough(self) -> bool:
        """His share of hard contacts for today is full (S-132)."""
        return 0 < self.hard_most <= self.person.hard_today


@dataclass(frozen=True, kw_only=True)
class Group:
    """A team: what waits there, and its people. `late_today` counts words broken today (S-146)."""

    team_id: int | None
    name: str
    leader_name: str
    waiting: int
    overdue: int
    unassigned: int
    called: int
    late_today: int
    members: Sequence[Member]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A conversation that somebody should look at now, and why: called, missed, overdue."""

    ref: str
    subject: str
    customer_name: str
    channel_kind: str
    team_name: str
    assignee_name: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Missed:
    """Contacts of a channel that nobody has answered yet, the longest wait first (S-083)."""

    channel_id: int
    kind: str
    name: str
    count: int
    rows: Sequence[Waiting]


@dataclass(frozen=True, kw_only=True)
class Override:
    """A person decided against the rule, and why."""

    ref: str
    subject: str
    by_name: str
    to_name: str
    note: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Board:
    groups: Sequence[Group]
    called: Sequence[Waiting]
    missed: Sequence[Missed]
    questions: int
    overrides: Sequence[Override]


def board(actor: Actor, *, at: datetime) -> Board:
    """The board of those groups that the person leads; a manager or owner sees all."""
    teams = _teams(actor)
    matters = _matters(actor, [team.pk for team in teams])
    return Board(
        groups=_groups(teams, matters, at),
        called=[_waiting(row) for row in _called(matters)],
        missed=missed(matters, at=at),
        questions=_questions(actor, matters),
        overrides=_overrides(matters, at),
    )


def missed(matters: QuerySet[Conversation], *, at: datetime) -> Sequence[Missed]:
    """What was missed, by channel: letters whose time is over, chats whose visitor waits longer
    than the charter bears. Each stays until somebody answers.
    """
    chats = addresses.chats()
    after = charter.in_force(at=at).section(Routing).missed_after_minutes
    late = Q(channel_id__in=chats) & Q(waiting_since__lte=at - timedelta(minutes=after))
    late |= ~Q(channel_id__in=chats) & Q(due_at__lt=at)
    rows = matters.filter(late, state=State.WAITING_US, history=False)
    counts = dict(rows.values_list("channel_id").annotate(n=Count("pk")).order_by())
    shown: dict[int, list[Conversation]] = {}
    for row in rows.select_related(*_SHOWN).order_by("waiting_since", "pk")[:MOST_READ]:
        shown.setdefault(row.channel_id, []).append(row)
    return [
        Missed(
            channel_id=line.channel_id,
            kind=line.kind,
            name=line.name or line.address,
            count=counts[line.channel_id],
            rows=[_waiting(row) for row in shown.get(line.channel_id, [])[:MOST_SHOWN]],
        )
        for line in addresses.lines()
        if counts.get(line.channel_id)
    ]


# --- groups --------------------------------------------------------------------------------------

_SHOWN = ("customer__merged_into", "channel", "team", "assignee")


def _teams(actor: Actor) -> Sequence[Team]:
    rows = accounts.teams()
    if actor.role in {Role.OWNER, Role.MANAGER}:
        return list(rows)
    return list(rows.filter(pk__in=actor.led))


def _matters(actor: Actor, teams: Collection[int]) -> QuerySet[Conversation]:
    rows = access.conversations_for(actor)
    if actor.role in {Role.OWNER, Role.MANAGER}:
        return rows
    return rows.filter(Q(team_id__in=teams) | Q(team__isnull=True))


def _groups(
    teams: Sequence[Team], matters: QuerySet[Conversation], at: datetime
) -> Sequence[Group]:
    section = charter.in_force(at=at).section(Routing)
    here = staff.staff(at=at)
    counts = _counts(matters, at)
    late = _late_today(matters, at)
    overdue = _overdue_by_person(matters, at)
    pauses = dict(
        PresenceRow.objects.filter(paused_until__gt=at).values_list("user_id", "paused_until")
    )

    def member(person: rules.Person) -> Member:
        weights = rules.Weights(**section.weights.model_dump())
        return Member(
            person=person,
            name=here.names[person.id],
            index=person.load.index(weights),
            overdue=overdue.get(person.id, 0),
            hard_most=section.hard_a_day,
            paused_until=pauses.get(person.id),
        )

    def group(team: Team | None) -> Group:
        number = team.pk if team else None
        people = here.of(number) if number else []
        return Group(
            team_id=number,
            name=team.name if team else "",
            leader_name=team.leader.name if team and team.leader else "",
            late_today=late.get(number, 0),
            members=[member(person) for person in people],
            **counts.get(number, dict.fromkeys(("waiting", "overdue", "unassigned", "called"), 0)),
        )

    found = [group(team) for team in teams]
    return [*found, group(None)] if None in counts else found


def _counts(matters: QuerySet[Conversation], at: datetime) -> Mapping[int | None, dict[str, int]]:
    waits = Q(state=State.WAITING_US)
    rows = (
        matters.filter(waits)
        .values("team_id")
        .annotate(
            waiting=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lt=at)),
            unassigned=Count("pk", filter=Q(assignee__isnull=True)),
            called=Count("pk", filter=Q(called_at__isnull=False)),
        )
        .order_by()
    )
    return {row.pop("team_id"): row for row in [dict[str, Any](each) for each in rows]}


def _late_today(matters: QuerySet[Conversation], at: datetime) -> Mapping[int | None, int]:
    words = promises.broken("conversation", since=staff.midnight(at), limit=MOST_READ)
    numbers = [word.subject_id for word in words]
    rows = matters.filter(pk__in=numbers).values_list("team_id").annotate(n=Count("pk")).order_by()
    return dict(rows)


def _overdue_by_person(matters: QuerySet[Conversation], at: datetime) -> dict[int, int]:
    rows = matters.filter(state=State.WAITING_US, due_at__lt=at, assignee__isnull=False)
    counted = rows.values_list("assignee_id").annotate(n=Count("pk")).order_by()
    return {number: n for number, n in counted if number is not None}


# --- what needs the leader -----------------------------------------------------------------------


def _called(matters: QuerySet[Conversation]) -> Sequence[Conversation]:
    rows = matters.filter(state=State.WAITING_US, called_at__isnull=False)
    return list(rows.select_related(*_SHOWN).order_by("waiting_since", "pk")[:MOST_SHOWN])


def _questions(actor: Actor, matters: QuerySet[Conversation]) -> int:
    rows = LeaderRequest.objects.filter(decided_at__isnull=True, conversation__in=matters)
    return rows.exclude(asked_by_id=actor.person_id).count()


def _overrides(matters: QuerySet[Conversation], at: datetime) -> Sequence[Override]:
    rows = Assignment.objects.filter(
        is_override=True, at__gte=at - OVERRIDES_FOR, conversation__in=matters
    ).select_related("conversation", "by", "user", "team")
    return [
        Override(
            ref=row.conversation.ref,
            subject=row.conversation.subject,
            by_name=row.by.name if row.by else "",
            to_name=row.user.name if row.user else (row.team.name if row.team else ""),
            note=row.note,
            at=row.at,
        )
        for row in rows.order_by("-at", "-pk")[:10]
    ]


def _waiting(row: Conversation) -> Waiting:
    return Waiting(
        ref=row.ref,
        subject=row.subject,
        customer_name=access.customer_name(row),
        channel_kind=row.channel.kind,
        team_name=row.team.name if row.team else "",
        assignee_name=row.assignee.name if row.assignee else "",
        since=row.waiting_since or row.last_message_at,
    )
