"""Our people as routing sees them: who is there, what each can and what he has to do (S-106)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import get_timezone
from django.db.models import Count, Q

from zabota.domains.channels.queries import addresses
from zabota.domains.channels.rules.chats import KIND as CHAT
from zabota.domains.charter import queries as charter
from zabota.domains.desk.enums import Direction, Presence, State
from zabota.domains.desk.models import Competence, Conversation, HardContact, Message
from zabota.domains.desk.models import Presence as PresenceRow
from zabota.domains.desk.rules import routing as rules
from zabota.domains.desk.rules.sections import Routing
from zabota.domains.people.queries import attention as people
from zabota.domains.promises import queries as promises
from zabota.kernel import once
from zabota.kernel.accounts.models import Membership, Team, User
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.brands.models import Brand

DUE_WITHIN = timedelta(hours=1)
OPEN = (State.WAITING_US, State.WAITING_CUSTOMER, State.AWAITING_CONSENT)


@dataclass(frozen=True, kw_only=True)
class Staff:
    """All who answer, with the teams in which each does: one look, a fixed number of queries."""

    people: Mapping[int, rules.Person]
    names: Mapping[int, str]
    teams: Mapping[int, frozenset[int]]  # team → its people

    def of(self, team_id: int | None) -> list[rules.Person]:
        """Those of a team; of no team: all who are in one."""
        numbers = self.teams.get(team_id, frozenset()) if team_id else self.everybody
        return [self.people[number] for number in sorted(numbers) if number in self.people]

    @property
    def everybody(self) -> frozenset[int]:
        return frozenset().union(*self.teams.values())


def staff(*, at: datetime) -> Staff:
    """Everybody of ours who answers in a team, as of now."""
    section = charter.in_force(at=at).section(Routing)
    teams = _teams()
    users = User.objects.filter(is_active=True, pk__in=frozenset().union(*teams.values()))
    found = {user.pk: user for user in users.exclude(role=Role.COLLEAGUE)}
    leaders = set(Team.objects.filter(ended_at__isnull=True).values_list("leader_id", flat=True))
    states = presences(found, at=at)
    loads = loads_of(found, at=at)
    hard = hard_today(found, at=at)
    can = {row.user_id: row for row in Competence.objects.filter(user_id__in=found)}
    return Staff(
        people={
            number: _person(
                user,
                can.get(number),
                section,
                presence=states.get(number, Presence.OFFLINE),
                load=loads[number],
                hard=hard.get(number, 0),
                leads=number in leaders or user.role != Role.AGENT,
            )
            for number, user in found.items()
        },
        names={number: user.name for number, user in found.items()},
        teams=teams,
    )


def _person(
    user: User,
    can: Competence | None,
    section: Routing,
    *,
    presence: Presence,
    load: rules.Load,
    hard: int,
    leads: bool,
) -> rules.Person:
    return rules.Person(
        id=user.pk,
        presence=presence,
        load=load,
        languages=(can.languages if can else None) or [user.language],
        skills=can.skills if can else (),
        serves_vip=bool(can and can.serves_vip),
        is_leader=leads,
        hard_today=hard,
        most_chats=(can.most_chats if can else None) or section.most_chats,
    )


def presences(user_ids: Collection[int], *, at: datetime) -> dict[int, Presence]:
    """What holds of each of these; who was never there is left out."""
    silence = charter.in_force(at=at).section(Routing).offline_after_seconds
    rows = PresenceRow.objects.filter(user_id__in=user_ids)
    return {row.user_id: _holds(row, silence, at) for row in rows}


def presence_of(user_id: int, *, at: datetime) -> tuple[Presence, datetime | None]:
    """What holds of one person, and until when his pause lasts."""
    row = presence_row(user_id)
    if row is None:
        return Presence.OFFLINE, None
    holds = _holds(row, charter.in_force(at=at).section(Routing).offline_after_seconds, at)
    return holds, row.paused_until if holds is Presence.PAUSED else None


def presence_row(user_id: int) -> PresenceRow | None:
    """What was noted of one person, read once a page."""
    rows = PresenceRow.objects.filter(user_id=user_id)
    return once.once(("presence", user_id), rows.first)


def _holds(row: PresenceRow, silence: int, at: datetime) -> Presence:
    return rules.presence_of(
        chosen=row.chosen,
        silent_seconds=(at - row.seen_at).total_seconds(),
        has_left=row.left_at is not None,
        is_paused=row.paused_until is not None and row.paused_until > at,
        silence=silence,
    )


def waiting_for(actor: Actor) -> int:
    """Chats in which a visitor waits for this person, or for anybody of his teams (S-146)."""
    mine = Q(assignee_id=actor.person_id)
    called = Q(called_at__isnull=False) & Q(team_id__in=actor.teams | actor.led)
    waiting = Conversation.objects.filter(state=State.WAITING_US, merged_into__isnull=True)
    return waiting.filter(mine | called, channel__kind=CHAT).count()


def is_anybody_available(team_id: int | None, *, at: datetime) -> bool:
    """Whether somebody of that team (of any, for None) is there for customers: two queries."""
    silence = charter.in_force(at=at).section(Routing).offline_after_seconds
    working = Membership.objects.filter(until__isnull=True, user__is_active=True)
    working = working.exclude(user__role=Role.COLLEAGUE)
    if team_id is not None:
        working = working.filter(team_id=team_id)
    there = PresenceRow.objects.filter(
        chosen=Presence.AVAILABLE,
        left_at__isnull=True,
        seen_at__gt=at - timedelta(seconds=silence),
        user_id__in=working.values("user_id"),
    )
    return there.exists()


def loads_of(user_ids: Collection[int], *, at: datetime) -> dict[int, rules.Load]:
    """What each of these has to do (S-106): five queries however many."""
    held = Conversation.objects.filter(
        assignee_id__in=user_ids, state__in=OPEN, merged_into__isnull=True
    )
    chats = addresses.chats()
    counts: dict[tuple[int, str, bool], int] = {}
    for number, state, channel, count in (
        held.values_list("assignee_id", "state", "channel_id").annotate(n=Count("pk")).order_by()
    ):
        key = (number or 0, state, channel in chats)
        counts[key] = counts.get(key, 0) + count
    due = promises.due_by_owner(user_ids, until=at + DUE_WITHIN)
    own = people.portfolios()
    said = _contacts_today(user_ids, at)
    worked = _minutes_today(user_ids, at)
    return {
        number: rules.Load(
            waiting_us=counts.get((number, State.WAITING_US, False), 0),
            waiting_customer=counts.get((number, State.WAITING_CUSTOMER, False), 0),
            chats=counts.get((number, State.WAITING_US, True), 0)
            + counts.get((number, State.WAITING_CUSTOMER, True), 0),
            promises_due=due.get(number, 0),
            portfolio=own.get(number, 0),
            contacts_today=said.get(number, 0),
            minutes=worked.get(number, 0),
        )
        for number in user_ids
    }


def hard_today(user_ids: Collection[int], *, at: datetime) -> dict[int, int]:
    """Hard contacts of each since midnight (S-132)."""
    rows = HardContact.objects.filter(user_id__in=user_ids, at__gte=midnight(at))
    return dict(rows.values_list("user_id").annotate(n=Count("pk")).order_by())


def midnight(at: datetime) -> datetime:
    """When the day began where the house is."""
    zone = Brand.objects.order_by("pk").values_list("time_zone", flat=True).first()
    local = at.astimezone(get_timezone(zone or "UTC"))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _teams() -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    rows = Membership.objects.filter(until__isnull=True, team__ended_at__isnull=True)
    for team_id, user_id in rows.values_list("team_id", "user_id"):
        found.setdefault(team_id, set()).add(user_id)
    return {team_id: frozenset(users) for team_id, users in found.items()}


def _contacts_today(user_ids: Collection[int], at: datetime) -> dict[int, int]:
    rows = Message.objects.filter(
        direction=Direction.OUT,
        author__isnull=False,
        at__gte=midnight(at),
        author_id__in=user_ids,
    )
    counted = rows.values_list("author_id").annotate(n=Count("conversation", distinct=True))
    return {number: n for number, n in counted.order_by() if number is not None}


def _minutes_today(user_ids: Collection[int], at: datetime) -> dict[int, int]:
    rows = PresenceRow.objects.filter(user_id__in=user_ids, worked_on=at.date())
    return {number: n // 60 for number, n in rows.values_list("user_id", "worked_seconds")}
