"""The page of one conversation: status, promises, thread, what can be done, composer, dossier."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zabota.domains.desk.enums import Direction, State
from zabota.domains.desk.queries import about, access, work
from zabota.domains.desk.queries import thread as desk
from zabota.domains.desk.queries.inbox import View
from zabota.domains.desk.queries.thread import Thread
from zabota.faces.web import acts, words
from zabota.faces.web.acts import Offer
from zabota.faces.web.pages import happenings as history
from zabota.faces.web.pages import inbox, timeline
from zabota.faces.web.pages.composer import Composer, Written, composer
from zabota.faces.web.pages.dossier import Dossier, dossier
from zabota.faces.web.pages.moment import Moment, moment
from zabota.faces.web.pages.notices import Notice, notices
from zabota.faces.web.pages.talk import Tab, Visitor, tabs, visitor
from zabota.faces.web.requests import AgentRequest
from zabota.kernel.live import hub

STRIP = 3


@dataclass(frozen=True, kw_only=True)
class Status:
    """The status card in words (S-150)."""

    agent: str
    now: str
    next: str
    by_when: datetime | None
    is_overdue: bool
    from_customer: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A promise of the strip; `is_running` while it still waits to be kept."""

    what: str
    given: datetime
    due: datetime
    state: str
    is_running: bool


@dataclass(frozen=True, kw_only=True)
class Link:
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """`seen` names the newest message and happening shown: a live answer begins behind them. Then
    how much had been told of the conversation: while that is the same, there is nothing to answer.
    """

    ref: str
    number: int
    id: int
    url: str
    here_url: str
    me: int
    subject: str
    customer_name: str
    status: Status
    strip: Sequence[Promise]
    more_promises: Sequence[Promise]
    earlier_url: str
    same_day: str  # the day that an earlier stretch shares with what is shown: one line says it
    seen: str
    related: Sequence[Link]
    marks: Sequence[str]
    notices: Sequence[Notice]
    acts: Sequence[Offer]
    more_acts: Sequence[Offer]
    dossier: Dossier
    visitor: Visitor | None  # of a chat
    moment: Moment
    view: str
    back_url: str
    back_name: str
    last_id: int
    has_news: bool  # something here is not read by this person yet
    thread: Thread  # what all this was made of: one read
    told: Sequence[history.Happening]  # those within the messages shown


def items(request: AgentRequest, page: Conversation, *, now: datetime) -> Sequence[timeline.Item]:
    """The thread of a page as it is first shown."""
    reader = _reader(request, page.thread)
    return timeline.timeline(page.thread.entries, page.told, reader=reader, now=now)


def writing(
    request: AgentRequest, page: Conversation, written: Written | None, *, now: datetime
) -> Composer:
    """The composer of a page; `written` is what comes back into it."""
    found, customer = page.thread, page.dossier.customer
    tasks = work.tasks(request.actor, found.ref)
    say = customer.say if customer else ""
    return composer(request.actor, found, written, tasks=tasks, say=say, now=now)


def chats(request: AgentRequest, page: Conversation) -> Sequence[Tab]:
    """The chats that the reader leads."""
    return tabs(request.actor, here=page.ref)


def conversation_page(
    request: AgentRequest,
    ref: str,
    *,
    now: datetime,
    before: int | None = None,
    view: str = "",
) -> Conversation:
    """What stands around the thread and the composer, for one who may see it. Raises NotFound."""
    found = desk.thread(request.actor, ref, at=now, before=before)
    told = _happenings(found, before)
    offers = acts.offers(request.actor, found)
    tasks = work.tasks(request.actor, found.ref)
    chosen = inbox.view_of(request.actor, view)
    told_of = about.about_for(request.actor, found.ref, at=now)
    return Conversation(
        ref=found.ref,
        number=found.number,
        id=found.id,
        url=reverse("web:conversation", args=[found.ref]),
        here_url=reverse("web:here", args=[found.ref]),
        me=request.actor.person_id,
        subject=found.subject or _("No subject"),
        customer_name=words.sender(found.customer_name, in_chat=found.is_chat),
        status=status(found),
        strip=_promises(found)[:STRIP],
        more_promises=_promises(found)[STRIP:],
        earlier_url=_earlier_url(found, chosen) if found.earlier else "",
        same_day=_same_day(found, request.GET.get("day", "")) if before is not None else "",
        seen=f"{seen(found, told)}.{_told(request, ref)}",
        related=_related(found),
        marks=_marks(found),
        notices=notices(request.actor, found, told_of),
        acts=[offer for offer in offers if offer.is_near],
        more_acts=[offer for offer in offers if not offer.is_near],
        dossier=dossier(request.actor, found, tasks),
        visitor=visitor(request.actor, found, now=now),
        moment=moment(request.actor, found, told_of),
        view=chosen,
        back_url=reverse("web:view", args=[chosen]),
        back_name=str(inbox.NAMES[chosen]),
        last_id=found.last_id,
        has_news=found.last_id > found.read_up_to,
        thread=found,
        told=told,
    )


@dataclass(frozen=True, kw_only=True)
class News:
    """What is behind the place `seen`: new items, ours whose posting changed, those gone."""

    items: Sequence[timeline.Item]
    changed: Sequence[timeline.Message]
    gone: Sequence[str]


def news(
    request: AgentRequest,
    found: Thread,
    *,
    now: datetime,
    seen: tuple[int, int],
    moving: Sequence[str],
    until: tuple[int, int],
    days: Collection[str] = (),
) -> News:
    """What a page that shows the thread up to `seen` (a message and a fact) lacks, as far as
    `until`, which the page remembers as shown: what came since is told next time, and once.
    `moving` are refs of ours that had not settled there, `days` those that it names already.
    """
    seen_message, seen_fact = seen
    all_told = history.happenings(found.id)
    last_message, last_fact = until
    told = [one for one in all_told if seen_fact < one.id <= last_fact]
    before = [one.at for one in all_told if one.id <= seen_fact]
    reader = _reader(request, found)
    fresh = [entry for entry in found.entries if seen_message < entry.id <= last_message]
    shown = {entry.ref: entry for entry in found.entries if entry.id <= seen_message}
    since = max((*before, *(entry.at for entry in shown.values())), default=None)
    items = timeline.timeline(fresh, told, reader=reader, now=now, since=since)
    return News(
        items=[one for one in items if not (isinstance(one, timeline.Day) and one.date in days)],
        changed=[
            timeline.message(shown[ref], reader=reader, is_last=False)
            for ref in moving
            if ref in shown
        ],
        gone=[ref for ref in moving if ref not in shown],
    )


def seen(found: Thread, told: Sequence[history.Happening]) -> str:
    """The newest message and happening of a page, as its address carries them."""
    return f"{found.last_id}.{told[-1].id if told else 0}"


def place(text: str) -> tuple[int, int]:
    """The same as numbers; zeros for anything else."""
    parts = [*text.split(".", 3), "", ""]
    numbers = [
        int(one) if one.isascii() and one.isdigit() and len(one) < 19 else 0 for one in parts[:2]
    ]
    return numbers[0], numbers[1]


def is_as_shown(request: AgentRequest, ref: str, seen: str) -> bool:
    """Whether nothing has been told of the conversation since a page with that mark was made: a
    hint that comes back for one's own act. Raises NotFound.
    """
    shown = seen.split(".", 2)[2:]
    return shown == [_told(request, ref)]


def _told(request: AgentRequest, ref: str) -> str:
    """What has been told of the conversation, and whether its visitor is there: a page that hears
    no passing words asks for both.
    """
    here = hub.is_heard(f"matter-{desk.id_of(request.actor, ref)}")
    return f"{access.told(request.actor, ref)}.{int(here)}"


def status(found: Thread) -> Status:
    """The card in words."""
    card = found.card
    wanted = ""
    if card.from_customer:
        wanted = _("Consent to close") if found.proposal else _("An answer")
    return Status(
        agent=found.assignee_name
        or (found.team_name and _team(found.team_name))
        or _("Nobody yet"),
        now=str(words.NOW[card.now]),
        next=str(words.NEXT[card.next]),
        by_when=card.by_when,
        is_overdue=card.is_overdue,
        from_customer=wanted or _("Nothing"),
        state=str(words.STATES[found.state]),
    )


def _team(name: str) -> str:
    return _("Team %(name)s") % {"name": name}


def _promises(found: Thread) -> Sequence[Promise]:
    return [
        Promise(
            what=words.promise(word.kind),
            given=word.given_at,
            due=word.due_at,
            state=word.state,
            is_running=word.is_standing,
        )
        for word in found.words
    ]


def _happenings(found: Thread, before: int | None) -> Sequence[history.Happening]:
    """Those within the messages shown; the newest page reaches to the present."""
    told = history.happenings(found.id)
    if found.earlier and found.entries:
        told = [one for one in told if one.at >= found.entries[0].at]
    if before is not None and found.entries:
        told = [one for one in told if one.at <= found.entries[-1].at]
    return told


def _reader(request: AgentRequest, found: Thread) -> timeline.Reader:
    return timeline.Reader(
        person_id=request.actor.person_id,
        ref=found.ref,
        language=found.language,
        read_up_to=found.read_up_to,
        may_answer=request.actor.may_answer,
        is_chat=found.is_chat,
        locale=(get_language() or "en").split("-")[0],
        colleagues=_colleagues(request, found),
    )


def _colleagues(request: AgentRequest, found: Thread) -> Sequence[str]:
    """Whom notes may mention."""
    has_notes = any(entry.direction is Direction.NOTE for entry in found.entries)
    return [name for _id, name in work.colleagues(request.actor, found.ref)] if has_notes else []


def _earlier_url(found: Thread, view: View) -> str:
    address = reverse("web:conversation", args=[found.ref])
    if not found.entries:
        return ""
    first = found.entries[0]
    return f"{address}?view={view}&before={first.id}&day={_date(first)}"


def _same_day(found: Thread, shown: str) -> str:
    return shown if found.entries and _date(found.entries[-1]) == shown else ""


def _date(entry: desk.Entry) -> str:
    return timezone.localtime(entry.at).date().isoformat()


def _related(found: Thread) -> Sequence[Link]:
    """The conversation this one came from, and those that came of it."""
    origin = [found.comes_from] if found.comes_from else []
    return [
        Link(
            name=_("No. %(number)s, %(subject)s") % {"number": number, "subject": subject},
            url=reverse("web:conversation", args=[ref]),
        )
        for ref, number, subject in (*origin, *found.led_to)
    ]


def _marks(found: Thread) -> Sequence[str]:
    """What this conversation is besides: closed, the director's alone (S-087), imported."""
    closed = found.state is State.CLOSED
    told = {
        str(words.STATES[found.state]): closed,
        _("To the director alone"): found.is_private,
        _("Imported"): found.is_imported and not closed,
    }
    return [mark for mark, holds in told.items() if holds]
