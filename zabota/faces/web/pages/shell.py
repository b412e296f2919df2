"""What stands around each page: whose it is, the sections of the bar, what it listens to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zabota.domains.desk.services import presence
from zabota.faces.web.pages.duty import Duty, duty_of
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock
from zabota.kernel.accounts.roles import Role
from zabota.kernel.live import hub, tickets

LEADING = {Role.LEADER, Role.MANAGER, Role.OWNER}


@dataclass(frozen=True, kw_only=True)
class Section:
    """A link of the bar."""

    name: str
    url: str
    is_here: bool


@dataclass(frozen=True, kw_only=True)
class Shell:
    """`topics` are what the page hears of, from the log's `position` on."""

    name: str
    sections: Sequence[Section]
    topics: str
    position: int
    duty: Duty | None


def shell(
    request: AgentRequest,
    here: str = "inbox",
    *,
    topics: Sequence[str] = ("inbox",),
    now: datetime | None = None,
) -> Shell:
    """The frame of a page of section `here`, for the person who asks; an open page says that he is
    there.
    """
    now = now or clock.now()
    presence.beat(actor=request.actor, at=now)
    return Shell(
        name=request.person.name,
        sections=[
            Section(name=name, url=url, is_here=key == here)
            for key, name, url in _sections(request.actor.role)
        ],
        topics=" ".join(topics),
        position=request.position,
        duty=duty_of(request.actor, now=now),
    )


def ticket(request: AgentRequest, topics: Sequence[str]) -> str:
    """A ticket for topics that were authorised."""
    return tickets.issue(
        who=hub.person(request.actor.person_id),
        topics=topics,
        session_key=request.session.session_key or "",
    )


def _sections(role: Role) -> Sequence[tuple[str, str, str]]:
    found = [("inbox", _("Conversations"), reverse("web:inbox"))]
    if role in LEADING:
        found.append(("board", pgettext("section", "Board"), reverse("web:board")))
    if role in {Role.OWNER, Role.MANAGER}:
        found.append(("house", pgettext("section", "House"), reverse("owner:home")))
    return found
