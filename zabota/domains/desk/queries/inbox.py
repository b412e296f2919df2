"""The lists of the desk: by the word that is due next. A page costs the same number of queries
always.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import (
    BooleanField,
    Count,
    DateTimeField,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)

from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Conversation, Mention
from zabota.domains.desk.queries import access
from zabota.domains.promises import queries as promises
from zabota.kernel import once
from zabota.kernel.accounts.roles import Actor

PAGE = 25
MOST_MENTIONS = 500
OPEN = (State.WAITING_US, State.WAITING_CUSTOMER, State.AWAITING_CONSENT)


# What a row tells of other tables; of a merged customer the one who stays.
SHOWN = ("customer__merged_into", "channel", "assignee")


class View(StrEnum):
    """The views of the inbox. Unreadable mail is a list of the channels, shown beside them."""

    MINE = "mine"
    CALLED = "called"
    MY_TEAM = "my_team"
    UNASSIGNED = "unassigned"
    WAITING_US = "waiting_us"
    WAITING_CUSTOMER = "waiting_customer"
    AWAITING_CONSENT = "awaiting_consent"
    MENTIONS = "mentions"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One conversation in a list."""

    ref: str
    number: int
    subject: str
    customer_name: str
    preview: str
    state: State
    channel_kind: str
    assignee_id: int | None
    assignee_name: str
    last_message_at: datetime
    last_direction: str
    waiting_since: datetime | None
    word: promises.Word | None
    is_unread: bool
    has_draft: bool
    is_mentioned: bool
    is_imported: bool
    is_urgent: bool  # by its words
    is_called: bool  # its visitor waits, and its time runs short
    is_private: bool  # by the direct line, for the director alone
    order: tuple[datetime, int]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of a list; `next` is where the following one begins, None at the end."""

    rows: Sequence[Row]
    next: tuple[datetime, int] | None


def page(
    actor: Actor, view: View, *, after: tuple[datetime, int] | None = None, limit: int = PAGE
) -> Page:
    """One page of a view: the word due next first; closed ones newest first. Three queries."""
    newest_first = view is View.CLOSED
    rows = in_view(actor, view)
    if after is not None:
        rows = rows.filter(_behind(after, newest_first=newest_first))
    order = ("-order_at", "-pk") if newest_first else ("order_at", "pk")
    found = list(_shown(rows, actor).order_by(*order)[: limit + 1])
    more = len(found) > limit
    listed = _rows(actor, found[:limit])
    return Page(rows=listed, next=listed[-1].order if more else None)


def counts(actor: Actor) -> Mapping[View, int]:
    """How many conversations each view of open ones has: two queries."""
    views = [view for view in View if view not in {View.CLOSED, View.MENTIONS}]
    numbers = (
        access.conversations_for(actor)
        .filter(state__in=OPEN)
        .aggregate(**{view.value: Count("pk", filter=_filter(actor, view)) for view in views})
    )
    numbers[View.MENTIONS.value] = len(_mentioned_in(actor))
    return {View(name): number for name, number in numbers.items()}


def one(actor: Actor, ref: str) -> Row | None:
    """The row of one conversation, for a list that is kept live; None when it is not to be seen."""
    found = _shown(access.conversations_for(actor).filter(ref=ref), actor)
    return next(iter(_rows(actor, list(found))), None)


def listed(actor: Actor, numbers: Sequence[int]) -> Sequence[Row]:
    """The rows of these conversations in their order, without those the person may not see."""
    rows = _shown(access.conversations_for(actor).filter(pk__in=numbers), actor)
    found = {row.pk: row for row in rows}
    return _rows(actor, [found[number] for number in numbers if number in found])


def numbered(actor: Actor, number: int) -> Row | None:
    """The row of the conversation with that number."""
    return next(iter(listed(actor, [number])), None)


def in_view(actor: Actor, view: View) -> QuerySet[Conversation]:
    """All conversations of a view that the person may see."""
    return access.conversations_for(actor).filter(_filter(actor, view))


def neighbours(actor: Actor, view: View, ref: str) -> tuple[str, str]:
    """(previous, next) refs around a conversation in a view; "" where there is none."""
    here = access.conversations_for(actor).filter(ref=ref).first()
    if here is None:
        return "", ""
    rows = in_view(actor, view)
    place = (here.order_at, here.pk)
    after = rows.filter(_behind(place, newest_first=False)).order_by("order_at", "pk")
    before = rows.filter(_behind(place, newest_first=True)).order_by("-order_at", "-pk")
    refs = [found.values_list("ref", flat=True).first() or "" for found in (before, after)]
    return (refs[1], refs[0]) if view is View.CLOSED else (refs[0], refs[1])


def _filter(actor: Actor, view: View) -> Q:
    teams = actor.teams | actor.led
    waits = Q(state=State.WAITING_US)
    return {
        View.MINE: Q(state__in=OPEN, assignee_id=actor.id),
        View.CALLED: waits & Q(called_at__isnull=False),
        View.MY_TEAM: Q(state__in=OPEN, team_id__in=teams),
        View.UNASSIGNED: waits & Q(assignee__isnull=True),
        View.WAITING_US: waits,
        View.WAITING_CUSTOMER: Q(state=State.WAITING_CUSTOMER),
        View.AWAITING_CONSENT: Q(state=State.AWAITING_CONSENT),
        View.MENTIONS: Q(
            pk__in=sorted(_mentioned_in(actor), reverse=True)[:MOST_MENTIONS]
            if view is View.MENTIONS
            else ()
        ),
        View.CLOSED: Q(state=State.CLOSED),
    }[view]


def _mentioned_in(actor: Actor) -> frozenset[int]:
    """Where the person is mentioned and has not read it: one query, and one a page."""
    # As numbers: with a subquery SQLite walks all conversations of the team first.
    unread = Mention.objects.filter(user_id=actor.person_id, read_at__isnull=True)
    rows = unread.values_list("message__conversation_id", flat=True)
    return once.once(("mentioned", actor.id), lambda: frozenset(rows))


def _shown(rows: QuerySet[Conversation], actor: Actor) -> QuerySet[Conversation]:
    """With what a row tells of other tables, and of the person's own reading and writing there."""
    place = (F("pk"), Value(actor.person_id))
    return rows.select_related(*SHOWN).annotate(
        own_read_at=_ReadAt(*place), own_draft=_HasDraft(*place)
    )


class _ReadAt(Func):
    """When a person read a conversation last: (conversation, user)."""

    template = "(SELECT at FROM desk_readmark WHERE (conversation_id, user_id) = (%(expressions)s))"
    output_field = DateTimeField()


class _HasDraft(Func):
    """Whether a person has a draft in a conversation: (conversation, user)."""

    template = (
        "EXISTS (SELECT 1 FROM desk_draft WHERE (conversation_id, user_id) = (%(expressions)s))"
    )
    output_field = BooleanField()


def _behind(place: tuple[datetime, int], *, newest_first: bool) -> Q:
    moment, number = place
    if newest_first:
        return Q(order_at__lt=moment) | Q(order_at=moment, pk__lt=number)
    return Q(order_at__gt=moment) | Q(order_at=moment, pk__gt=number)


def _rows(actor: Actor, found: Sequence[Conversation]) -> list[Row]:
    numbers = [row.pk for row in found]
    words = promises.states("conversation", numbers)
    mentioned = _mentioned_in(actor) if found else frozenset()
    return [_row(row, word=words.get(row.pk), is_mentioned=row.pk in mentioned) for row in found]


def _row(row: Conversation, *, word: promises.Word | None, is_mentioned: bool) -> Row:
    read_at: datetime | None = row.own_read_at  # type: ignore[attr-defined]  # by `_shown`
    has_draft: bool = row.own_draft  # type: ignore[attr-defined]  # by `_shown`
    unread = row.last_direction == "in" and (read_at is None or read_at < row.last_message_at)
    return Row(
        ref=row.ref,
        number=row.number,
        subject=row.subject,
        customer_name=access.customer_name(row),
        preview=row.preview,
        state=State(row.state),
        channel_kind=row.channel.kind,
        assignee_id=row.assignee_id,
        assignee_name=row.assignee.name if row.assignee else "",
        last_message_at=row.last_message_at,
        last_direction=row.last_direction,
        waiting_since=row.waiting_since,
        word=word,
        is_unread=unread and not row.history,
        has_draft=has_draft,
        is_mentioned=is_mentioned,
        is_imported=row.history,
        is_urgent=row.is_urgent and row.state == State.WAITING_US,
        is_called=row.called_at is not None and row.state == State.WAITING_US,
        is_private=row.private_to_id is not None,
        order=(row.order_at, row.pk),
    )
