"""The leader's page: what needs him now on top, then each group with its people (S-110, S-140)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from zabota.domains.channels.rules.chats import KIND as CHAT
from zabota.domains.charter import queries as charter
from zabota.domains.desk.enums import ClosedBy, Phase, State
from zabota.domains.desk.queries import board, kinds
from zabota.domains.desk.rules.sections import Situations
from zabota.faces.web import staff_words, words
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Call:
    """One thing that needs the leader now."""

    tone: str
    icon: str
    what: str
    who: str
    url: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Figure:
    name: str
    number: int
    is_bad: bool


@dataclass(frozen=True, kw_only=True)
class Person:
    """A row of a group. `share` is his load beside the fullest one's, in percent, for the bar."""

    name: str
    presence: str
    word: str
    until: datetime | None
    chats: int
    waiting: int
    overdue: int
    customers: int
    index: int
    share: int
    hard: int
    had_enough: bool
    hours: str
    was_here: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class Group:
    name: str
    leader: str
    figures: Sequence[Figure]
    people: Sequence[Person]


@dataclass(frozen=True, kw_only=True)
class Row:
    url: str
    subject: str
    who: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Missed:
    name: str
    kind: str
    count: int
    more: int
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One line of what customers come with."""

    name: str
    count: int
    share: int


@dataclass(frozen=True, kw_only=True)
class Talk:
    url: str
    subject: str
    who: str
    length: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class BoardPage:
    calls: Sequence[Call]
    groups: Sequence[Group]
    missed: Sequence[Missed]
    overrides: Sequence[board.Override]
    situations: Sequence[Bar]
    phases: Sequence[Bar]
    talks: int
    long: Sequence[Talk]


def board_page(actor: Actor, *, now: datetime) -> BoardPage:
    """The board of those whom this person leads."""
    found = board.board(actor, at=now)
    month = kinds.kinds(actor, at=now)
    return BoardPage(
        calls=_calls(found),
        groups=[_group(each) for each in found.groups],
        missed=[_missed(each) for each in found.missed],
        overrides=found.overrides,
        situations=_situations(month, now),
        phases=_phases(month),
        talks=month.talks,
        long=[_talk(each) for each in month.long],
    )


def _calls(found: board.Board) -> Sequence[Call]:
    """Most urgent first: visitors who wait now, missed contacts, nobody's overdue, questions."""
    told = [
        Call(
            tone="is-broken",
            icon="alert",
            what=_("A visitor needs somebody now"),
            who=each.customer_name or each.subject,
            url=reverse("web:conversation", args=[each.ref]),
            since=each.since,
        )
        for each in found.called
    ]
    told += [_missed_call(each) for each in found.missed]
    if found.questions:
        told.append(
            Call(
                tone="",
                icon="leader",
                what=ngettext("%(n)s question to you", "%(n)s questions to you", found.questions)
                % {"n": found.questions},
                who="",
                url=reverse("web:questions"),
                since=None,
            )
        )
    told += [
        Call(
            tone="",
            icon="person",
            what=_("%(who)s had enough hard contacts today") % {"who": member.name},
            who=group.name,
            url="#people",
            since=None,
        )
        for group in found.groups
        for member in group.members
        if member.had_enough
    ]
    return told


def _missed_call(each: board.Missed) -> Call:
    first = each.rows[0]
    return Call(
        tone="is-broken",
        icon="clock",
        what=ngettext("%(n)s missed: %(channel)s", "%(n)s missed: %(channel)s", each.count)
        % {"n": each.count, "channel": each.name},
        who=_("longest: %(who)s")
        % {"who": words.sender(first.customer_name, in_chat=each.kind == CHAT)},
        url=reverse("web:conversation", args=[first.ref]),
        since=first.since,
    )


def _group(each: board.Group) -> Group:
    fullest = max((member.index for member in each.members), default=0)
    return Group(
        name=each.name or _("Without a team"),
        leader=each.leader_name,
        figures=[
            Figure(name=_("waiting"), number=each.waiting, is_bad=False),
            Figure(name=_("overdue"), number=each.overdue, is_bad=bool(each.overdue)),
            Figure(
                name=pgettext("figure of the board", "nobody's"),
                number=each.unassigned,
                is_bad=False,
            ),
            Figure(name=_("called"), number=each.called, is_bad=bool(each.called)),
            Figure(name=_("late today"), number=each.late_today, is_bad=bool(each.late_today)),
        ],
        people=[_person(member, fullest) for member in each.members],
    )


def _person(member: board.Member, fullest: int) -> Person:
    person, load = member.person, member.person.load
    return Person(
        name=member.name,
        presence=person.presence,
        word=str(staff_words.PRESENCE[person.presence]),
        until=member.paused_until,
        chats=load.chats,
        waiting=load.waiting_us,
        overdue=member.overdue,
        customers=load.portfolio,
        index=member.index,
        share=round(100 * member.index / fullest) if fullest else 0,
        hard=person.hard_today,
        had_enough=member.had_enough,
        hours=_span(timedelta(minutes=load.minutes)),
        was_here=load.minutes > 0,
        url=reverse("web:board-person", args=[person.id]),
    )


def _missed(each: board.Missed) -> Missed:
    return Missed(
        name=each.name,
        kind=words.channel(each.kind),
        count=each.count,
        more=each.count - len(each.rows),
        rows=[
            Row(
                url=reverse("web:conversation", args=[row.ref]),
                subject=row.subject or _("No subject"),
                who=" · ".join(
                    [
                        words.sender(row.customer_name, in_chat=each.kind == CHAT),
                        row.assignee_name or _("nobody's"),
                    ]
                ),
                since=row.since,
            )
            for row in each.rows
        ],
    )


def _situations(month: kinds.Kinds, now: datetime) -> Sequence[Bar]:
    known = charter.in_force(at=now).section(Situations).known
    language = (get_language() or "en").split("-")[0]
    names = {code: each.name.in_language(language) for code, each in known.items()}
    return _bars({names.get(code, code): n for code, n in month.situations.items() if code})


def _phases(month: kinds.Kinds) -> Sequence[Bar]:
    return _bars(
        {str(staff_words.PHASES[Phase(code)]): n for code, n in month.phases.items() if code}
    )


def _bars(counts: dict[str, int]) -> Sequence[Bar]:
    most = max(counts.values(), default=0)
    return [Bar(name=name, count=n, share=round(100 * n / most)) for name, n in counts.items()]


def _talk(each: kinds.LongTalk) -> Talk:
    ended = str(words.CLOSED_BY[ClosedBy(each.closed_by)]) if each.closed_by else ""
    return Talk(
        url=reverse("web:conversation", args=[each.ref]),
        subject=each.subject or _("No subject"),
        who=" · ".join(part for part in (each.customer_name, each.agent_name) if part),
        length=_span(each.length),
        outcome=ended or str(words.STATES[State(each.state)]),
    )


def _span(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s min") % {"minutes": minutes}
