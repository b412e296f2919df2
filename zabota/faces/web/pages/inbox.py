"""The list of conversations: views, groups by the word that is due next, what an empty one says."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zabota.domains.channels.queries import inbound
from zabota.domains.channels.rules.chats import KIND as CHAT
from zabota.domains.desk.enums import State
from zabota.domains.desk.queries import inbox, work
from zabota.domains.desk.queries.inbox import View
from zabota.domains.promises.enums import PromiseState
from zabota.faces.web import words
from zabota.kernel.accounts.roles import Actor, Role

Cursor = tuple[datetime, int]
UNREADABLE = "unreadable"
QUESTIONS = "questions"
LATE = "late"
CARE = "care"
# What must not be overlooked while one looks at another list.
CALLING = (View.CALLED, View.UNASSIGNED, View.MENTIONS, UNREADABLE, QUESTIONS)
LEADING = {Role.LEADER, Role.MANAGER, Role.OWNER}
# A word that is due within this time stands on top, whatever its state.
SOON = timedelta(hours=1)

NAMES: Mapping[View, str | Promise] = {
    View.MINE: pgettext_lazy("conversations", "Mine"),
    View.CALLED: gettext_lazy("Needs somebody now"),
    View.MY_TEAM: gettext_lazy("My team's"),
    View.UNASSIGNED: gettext_lazy("Nobody's"),
    View.WAITING_US: gettext_lazy("Waiting for us"),
    View.WAITING_CUSTOMER: gettext_lazy("Waiting for the customer"),
    View.AWAITING_CONSENT: gettext_lazy("Waiting for consent"),
    View.MENTIONS: gettext_lazy("I am mentioned"),
    View.CLOSED: pgettext_lazy("conversations", "Closed"),
}
EMPTY: Mapping[View, tuple[str | Promise, str | Promise]] = {
    View.MINE: (
        gettext_lazy("Nothing of yours is open"),
        gettext_lazy("Conversations that you answer or take appear here."),
    ),
    View.CALLED: (
        gettext_lazy("No visitor waits in vain"),
        gettext_lazy("Chats whose first answer is almost late appear here."),
    ),
    View.MY_TEAM: (
        gettext_lazy("Your team has nothing open"),
        gettext_lazy("Letters to your team's mailboxes appear here."),
    ),
    View.UNASSIGNED: (
        gettext_lazy("Everything is taken"),
        gettext_lazy("New letters that nobody has taken yet appear here."),
    ),
    View.WAITING_US: (
        gettext_lazy("Nobody is waiting for us"),
        gettext_lazy("Conversations in which it is our move appear here."),
    ),
    View.WAITING_CUSTOMER: (
        gettext_lazy("We wait for nobody"),
        gettext_lazy("Conversations that we have answered appear here."),
    ),
    View.AWAITING_CONSENT: (
        gettext_lazy("No customer is being asked"),
        gettext_lazy("Conversations that we proposed to close appear here."),
    ),
    View.MENTIONS: (
        gettext_lazy("Nobody has mentioned you"),
        gettext_lazy("Notes with your name appear here until you read them."),
    ),
    View.CLOSED: (
        gettext_lazy("Nothing is closed yet"),
        gettext_lazy("Conversations closed with the customer's consent appear here."),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A view to choose, with how many conversations it has."""

    key: str
    name: str
    url: str
    count: int | None
    is_here: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One conversation as a line of the list."""

    ref: str
    url: str
    who: str
    what: str
    by: str
    at: datetime
    given: datetime | None
    due: datetime | None
    promise: str
    state: str
    is_urgent: bool
    is_hurried: bool  # the customer's words tell of hurry
    is_called: bool
    is_new: bool
    is_here: bool
    has_draft: bool
    is_mentioned: bool
    is_imported: bool
    is_private: bool


@dataclass(frozen=True, kw_only=True)
class Group:
    name: str
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What will appear here, and one act."""

    title: str
    text: str
    action: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """`mark` changes when anything in the shown part of the list does; `live_url` asks for it.

    `also` are the other views in which somebody waits to be noticed.
    """

    view: str
    name: str
    tabs: Sequence[Tab]
    also: Sequence[Tab]
    groups: Sequence[Group]
    empty: Empty | None
    more_url: str
    first_url: str
    live_url: str
    mark: str
    nearest: Row | None


def inbox_page(
    actor: Actor, view: View, *, now: datetime, after: Cursor | None = None, here: str = ""
) -> Inbox:
    """A page of a view, `here` the open conversation's ref. A fixed number of queries."""
    page = inbox.page(actor, view, after=after)
    rows = [_row(row, view, now=now, here=here) for row in page.rows]
    counts = inbox.counts(actor)
    address = reverse("web:view", args=[view])
    shown = _tabs(actor, counts, view)
    return Inbox(
        view=view,
        name=str(NAMES[view]),
        tabs=shown,
        also=[tab for tab in shown if tab.key in CALLING and tab.count and not tab.is_here],
        groups=_groups(page.rows, rows),
        empty=None if rows else _empty(view, after, counts),
        more_url=f"{address}?after={written(page.next)}" if page.next else "",
        first_url=address if after else "",
        live_url=_live_url(address, after, here),
        mark=mark(page.rows, counts),
        nearest=next((row for row in rows if row.due), None),
    )


def view_of(actor: Actor, name: str) -> View:
    """The view of that name; for all else where this person begins."""
    if name in set(View):
        return View(name)
    return View.MINE if actor.may_answer else View.WAITING_US


def changed(actor: Actor, view: View, *, after: Cursor | None, seen: str) -> bool:
    """Whether the shown part of the list is not what a page with the mark `seen` shows."""
    rows = inbox.page(actor, view, after=after).rows
    return mark(rows, inbox.counts(actor)) != seen


def mark(rows: Sequence[inbox.Row], counts: Mapping[View, int]) -> str:
    """A short name of exactly these rows as they are, and of what calls in other views."""
    shown = [
        (
            *(row.ref, row.state, row.order, row.last_message_at, row.word and row.word.state),
            *(row.is_unread, row.has_draft, row.is_mentioned, row.assignee_id),
            *(row.is_urgent, row.is_called),
        )
        for row in rows
    ]
    calling = [counts.get(view) for view in View if view in CALLING]
    return hashlib.blake2s(repr((shown, calling)).encode(), digest_size=6).hexdigest()


def tabs(actor: Actor, here: str) -> Sequence[Tab]:
    """The views to choose from, for a page that is none of them."""
    return _tabs(actor, inbox.counts(actor), here)


def written(place: Cursor) -> str:
    """A place in a list as part of an address."""
    moment, number = place
    since = moment - datetime.fromtimestamp(0, UTC)
    return f"{since // timedelta(microseconds=1)}.{number}"


def read(text: str) -> Cursor | None:
    """The place again; None for anything else."""
    moment, _dot, number = text.partition(".")
    if not all(part.isascii() and part.isdigit() for part in (moment, number)):
        return None
    if len(moment) > 17 or len(number) > 18:
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(moment)), int(number)


def _tabs(actor: Actor, counts: Mapping[View, int], here: str) -> Sequence[Tab]:
    found = [
        Tab(
            key=view,
            name=str(name),
            url=reverse("web:view", args=[view]),
            count=counts.get(view),
            is_here=view == here,
        )
        for view, name in NAMES.items()
    ]
    found.append(
        Tab(
            key=LATE,
            name=_("Late answers"),
            url=reverse("web:late"),
            count=None,
            is_here=here == LATE,
        )
    )
    found.append(
        Tab(
            key=CARE,
            name=_("To do for customers"),
            url=reverse("web:to-do"),
            count=None,
            is_here=here == CARE,
        )
    )
    if actor.may_answer:
        found.append(
            Tab(
                key=UNREADABLE,
                name=_("Unreadable"),
                url=reverse("web:unreadable"),
                count=inbound.unreadable_count(actor=actor),
                is_here=here == UNREADABLE,
            )
        )
    if actor.role in LEADING:
        found.append(
            Tab(
                key=QUESTIONS,
                name=_("Questions to the leader"),
                url=reverse("web:questions"),
                count=len(work.open_questions(actor)),
                is_here=here == QUESTIONS,
            )
        )
    return found


def _row(row: inbox.Row, view: View, *, now: datetime, here: str) -> Row:
    word = row.word
    urgent = word is not None and (word.state != PromiseState.OPEN or word.due_at - now <= SOON)
    return Row(
        ref=row.ref,
        url=f"{reverse('web:conversation', args=[row.ref])}?view={view}",
        who=words.sender(row.customer_name, in_chat=row.channel_kind == CHAT),
        what=row.subject or row.preview or _("No subject"),
        by="" if view is View.MINE else _by(row),
        at=row.waiting_since or row.last_message_at,
        given=word.given_at if word else None,
        due=word.due_at if word else None,
        promise=words.promise(word.kind) if word else "",
        state=word.state.value if word else "open",
        is_urgent=urgent,
        is_hurried=row.is_urgent,
        is_called=row.is_called,
        is_new=row.is_unread,
        is_here=row.ref == here,
        has_draft=row.has_draft,
        is_mentioned=row.is_mentioned,
        is_imported=row.is_imported,
        is_private=row.is_private,
    )


def _by(row: inbox.Row) -> str:
    """How it came; whose it is says more, once it is somebody's."""
    return row.assignee_name.split(" ")[0] if row.assignee_name else words.channel(row.channel_kind)


def _groups(found: Sequence[inbox.Row], rows: Sequence[Row]) -> Sequence[Group]:
    """What is due stands first; else whose move it is."""
    names: Mapping[str, str] = {
        "called": _("Needs somebody now"),
        "late": _("Overdue"),
        "soon": _("Due soon"),
        State.WAITING_US: _("Waiting for us"),
        State.WAITING_CUSTOMER: _("Waiting for the customer"),
        State.AWAITING_CONSENT: _("Waiting for consent"),
        State.CLOSED: _("Closed"),
    }
    chosen: dict[str, list[Row]] = {key: [] for key in names}
    for row, shown in zip(found, rows, strict=True):
        chosen[_group_of(row, shown)].append(shown)
    return [Group(name=names[key], rows=group) for key, group in chosen.items() if group]


def _group_of(row: inbox.Row, shown: Row) -> str:
    if row.is_called:
        return "called"
    if row.state is State.CLOSED or not (shown.is_urgent or shown.is_hurried):
        return row.state
    return "late" if row.word and row.word.state is PromiseState.BROKEN else "soon"


def _empty(view: View, after: Cursor | None, counts: Mapping[View, int]) -> Empty:
    if after is not None:
        first = reverse("web:view", args=[view])
        return Empty(
            title=_("The list ends here"), text="", action=_("To its beginning"), url=first
        )
    title, text = (str(part) for part in EMPTY[view])
    order = (View.UNASSIGNED, View.WAITING_US, View.MINE, View.AWAITING_CONSENT)
    other = next((one for one in order if one is not view and counts.get(one)), None)
    if other is None:
        return Empty(title=title, text=text, action="", url="")
    action = f"{NAMES[other]}: {counts[other]}"
    return Empty(title=title, text=text, action=action, url=reverse("web:view", args=[other]))


def _live_url(address: str, after: Cursor | None, here: str) -> str:
    parts = [f"after={written(after)}"] if after else []
    parts += [f"here={here}"] if here else []
    return f"{address}?{'&'.join(parts)}" if parts else address
