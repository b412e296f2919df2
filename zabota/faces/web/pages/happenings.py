"""What happened to a conversation, read from the facts, as lines between its messages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zabota.domains.desk import events
from zabota.domains.desk.enums import ClosedBy
from zabota.domains.promises import events as promises
from zabota.faces.web import staff_words, words
from zabota.kernel import once
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.facts import log as facts
from zabota.kernel.facts.base import Fact
from zabota.kernel.facts.models import FactRow

MOST = 200
_PEOPLE = ("assignee_id", "to_id", "user_id")
_TEAMS = ("team_id", "to_team_id")


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line: what happened, who did it, when. `id` is the fact's place in the log."""

    id: int
    icon: str
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class _Told:
    who: str
    names: Mapping[int, str]
    teams: Mapping[int, str]
    data: Mapping[str, Any]

    def person(self, key: str) -> str:
        return self.names.get(self.data.get(key) or 0, "")

    def team(self, key: str) -> str:
        return self.teams.get(self.data.get(key) or 0, "")


def happenings(conversation_id: int) -> Sequence[Happening]:
    """What happened, oldest first: three queries at most, and those once a page."""
    return once.once(("happenings", conversation_id), lambda: _happenings(conversation_id))


def _happenings(conversation_id: int) -> Sequence[Happening]:
    rows = facts.history("conversation", conversation_id).filter(
        name__in=[kind.name() for kind in _LINES]
    )
    found = list(rows.order_by("-pk")[:MOST])[::-1]
    people = {row.actor_id for row in found if row.actor_id}
    people |= {row.data.get(key) for row in found for key in _PEOPLE} - {None}
    names = accounts.names(people)
    teams = _team_names() if any(row.data.get(key) for row in found for key in _TEAMS) else {}
    lines = {kind.name(): line for kind, line in _LINES.items()}
    told = []
    for row in _telling(found):
        who = names.get(row.actor_id or 0, "")
        icon, text = lines[row.name](_Told(who=who, names=names, teams=teams, data=row.data))
        if text:
            told.append(Happening(id=row.pk, icon=icon, text=text, at=row.at))
    return told


def _team_names() -> Mapping[int, str]:
    return dict(accounts.teams().values_list("pk", "name"))


def _telling(rows: Sequence[FactRow]) -> Sequence[FactRow]:
    """A handover says already to whom the conversation went."""
    handed = {row.at for row in rows if row.name == events.HandoverOffered.name()}
    given = events.ConversationAssigned.name()
    return [row for row in rows if row.name != given or row.at not in handed]


def _assigned(told: _Told) -> tuple[str, str]:
    whom, team = told.person("assignee_id"), told.team("team_id")
    if whom and whom == told.who:
        return "person", _("%(who)s took the conversation") % {"who": told.who}
    why = staff_words.because(told.data.get("because", ()))
    if whom and why:
        return "person", _("The conversation came to %(whom)s: %(why)s") % {
            "whom": whom,
            "why": why,
        }
    if whom:
        return "person", _("%(who)s gave the conversation to %(whom)s") % {
            "who": told.who or _("Zabota"),
            "whom": whom,
        }
    if not told.who:
        return "people", _("The conversation waits for whoever is free")
    return "people", _("The conversation is with the team %(team)s now") % {"team": team or "?"}


def _handed(told: _Told) -> tuple[str, str]:
    return "hand-over", _("%(who)s handed over to %(whom)s") % {
        "who": told.who,
        "whom": told.person("to_id") or told.team("to_team_id"),
    }


def _given_back(told: _Told) -> tuple[str, str]:
    return "undo", _("%(who)s is not here: the chat goes to somebody else") % {
        "who": told.person("user_id") or "?"
    }


def _closed(told: _Told) -> tuple[str, str]:
    return "check", str(words.CLOSED_BY[ClosedBy(told.data["by"])])


def _by(icon: str, sentence: Callable[[], str], alone: Callable[[], str]) -> "_Line":
    """A line that names who did it, and one for when nobody of ours did."""

    def line(told: _Told) -> tuple[str, str]:
        return icon, sentence() % {"who": told.who} if told.who else alone()

    return line


_Line = Callable[[_Told], tuple[str, str]]
_LINES: Mapping[type[Fact], _Line] = {
    events.ConversationAssigned: _assigned,
    events.HandoverOffered: _handed,
    events.ChatGivenBack: _given_back,
    events.HelpCalled: _by(
        "alert", lambda: "", lambda: _("The visitor waits: everybody on duty is called")
    ),
    events.HardContactNoted: _by("alert", lambda: _("A hard contact, for %(who)s"), lambda: ""),
    events.HandoverRead: _by(
        "check", lambda: _("%(who)s confirmed having read the handover"), lambda: ""
    ),
    events.ClosingDeclined: _by(
        "undo",
        lambda: _("%(who)s took the question about closing back"),
        lambda: _("The customer said: not yet"),
    ),
    events.ConversationClosed: _closed,
    events.ConversationReopened: _by(
        "undo", lambda: _("%(who)s opened the conversation again"), lambda: _("Opened again")
    ),
    events.LeaderAsked: _by("leader", lambda: _("%(who)s asked the leader"), lambda: ""),
    events.LeaderDecided: _by("leader", lambda: _("%(who)s decided as leader"), lambda: ""),
    events.ConversationsMerged: _by(
        "merge", lambda: _("%(who)s merged another conversation into this one"), lambda: ""
    ),
    events.ConversationSplit: _by(
        "split", lambda: _("%(who)s split off a new conversation"), lambda: ""
    ),
    promises.PromiseReopened: _by(
        "alert", lambda: "", lambda: _("The answer came back: what was promised is owed again")
    ),
    events.ProblemOpened: _by("alert", lambda: _("%(who)s reported a problem"), lambda: ""),
    events.ProblemLinked: _by(
        "link", lambda: _("%(who)s linked the conversation to a known problem"), lambda: ""
    ),
    events.ProblemUnlinked: _by(
        "close", lambda: _("%(who)s took the link to a problem away"), lambda: ""
    ),
    events.ReplyUndone: _by("undo", lambda: _("%(who)s took a reply back"), lambda: ""),
}
