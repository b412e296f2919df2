"""One conversation as it is read: its head, its messages, its status card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from zabota.domains.channels.rules.chats import KIND as CHAT
from zabota.domains.desk.enums import Delivery, Direction, ParticipantRole, State, Trust
from zabota.domains.desk.errors import NotFound
from zabota.domains.desk.models import (
    Attachment,
    ClosingProposal,
    Closure,
    Conversation,
    Message,
    Participant,
)
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries.beside import beside, may_have
from zabota.domains.desk.rules import cards
from zabota.domains.people.enums import IdentityKind
from zabota.domains.promises import queries as promises
from zabota.kernel import once
from zabota.kernel.accounts.roles import Actor

PAGE = 30


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a message's text. Folded kinds ("quote", "signature") are shown on demand."""

    text: str
    kind: str  # "own" | "quote" | "signature"

    @property
    def lines(self) -> int:
        return self.text.strip().count("\n") + 1


@dataclass(frozen=True, kw_only=True)
class File:
    ref: str
    name: str
    media_type: str
    size: int
    content_id: str
    inline: bool


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One message or note. `address` is always shown beside the name of who wrote from outside
    (T07).
    """

    id: int
    ref: str
    direction: Direction
    author_id: int | None
    author_name: str
    address: str
    at: datetime
    dated: datetime | None
    subject: str
    pieces: Sequence[Piece]
    files: Sequence[File]
    to: Sequence[tuple[str, str]]
    cc: Sequence[tuple[str, str]]
    more_recipients: int
    trust: Trust | None
    automatic: str
    id_reused: bool
    thanks_only: bool
    has_original: bool
    delivery: Delivery | None
    send_at: datetime | None
    sent_at: datetime | None
    next_try_at: datetime | None
    perhaps_twice: bool
    delivery_error: str
    delivery_detail: str
    by_system: bool
    language: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who takes part: shown with his address."""

    identity_id: int
    customer_id: int
    name: str
    address: str
    role: ParticipantRole
    is_verified: bool
    is_usable: bool
    is_dropped: bool
    is_visitor: bool  # by a browser alone: his address is for machines


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A conversation with its newest messages, oldest of them first; `earlier` tells of more
    before.
    """

    ref: str
    number: int
    id: int
    subject: str
    state: State
    version: int
    language: str
    brand_id: int
    brand_name: str
    channel_id: int
    channel_address: str
    is_chat: bool  # what is sent is read at once
    is_demo: bool  # what leaves reaches nobody
    customer_id: int | None
    customer_name: str
    for_whom: tuple[str, str] | None  # ref, name of whom he orders for (S-052)
    team_id: int | None
    team_name: str
    assignee_id: int | None
    assignee_name: str
    opened_at: datetime
    is_imported: bool
    is_private: bool
    comes_from: tuple[str, int, str] | None  # ref, number, subject
    led_to: Sequence[tuple[str, int, str]]
    people: Sequence[Person]
    entries: Sequence[Entry]
    earlier: bool
    last_id: int
    read_up_to: int
    card: cards.Card
    words: Sequence[promises.Word]
    proposal: "Proposal | None"
    closure: "Closed | None"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """We asked whether the matter may be closed."""

    at: datetime
    reminders: int
    may_confirm: bool  # a verified reply is there that may mean yes


@dataclass(frozen=True, kw_only=True)
class Closed:
    at: datetime
    how: str
    by_name: str
    reason: str


def thread(
    actor: Actor, ref: str, *, at: datetime, before: int | None = None, limit: int = PAGE
) -> Thread:
    """The conversation of that ref with a page of messages. Raises NotFound. A fixed number of
    queries, and one more for each kind of thing that this conversation has beside them.
    """
    with once.reading():
        return _thread(actor, access.conversation_for(actor, ref), at, before, limit)


def _thread(
    actor: Actor, conversation: Conversation, at: datetime, before: int | None, limit: int
) -> Thread:
    entries, earlier = _page(conversation, before, limit)
    words = promises.words_about("conversation", conversation.pk)
    origin, other = conversation.comes_from, conversation.for_customer
    return Thread(
        ref=conversation.ref,
        number=conversation.number,
        id=conversation.pk,
        subject=conversation.subject,
        state=State(conversation.state),
        version=conversation.version,
        language=conversation.language,
        brand_id=conversation.brand_id,
        brand_name=conversation.brand.name,
        channel_id=conversation.channel_id,
        channel_address=conversation.channel.address,
        is_chat=conversation.channel.kind == CHAT,
        is_demo=conversation.channel.is_demo,
        customer_id=conversation.customer_id,
        customer_name=access.customer_name(conversation),
        for_whom=(other.ref, other.name) if other else None,
        team_id=conversation.team_id,
        team_name=conversation.team.name if conversation.team else "",
        assignee_id=conversation.assignee_id,
        assignee_name=conversation.assignee.name if conversation.assignee else "",
        opened_at=conversation.opened_at,
        is_imported=conversation.history,
        is_private=conversation.private_to_id is not None,
        comes_from=(origin.ref, origin.number, origin.subject) if origin else None,
        led_to=_led_to(actor, conversation),
        people=people(conversation),
        entries=entries,
        earlier=earlier,
        last_id=entries[-1].id if entries else 0,
        read_up_to=beside(actor, conversation.pk).read_up_to,
        card=_card(conversation, entries if before is None else (), words, at),
        words=words,
        proposal=_proposal(actor, conversation),
        closure=_closure(actor, conversation),
    )


def participants(conversation: Conversation) -> Sequence[Participant]:
    """Whoever takes or took part: one query, and one a page."""
    rows = Participant.objects.filter(conversation=conversation).select_related("identity")
    return once.once(("people", conversation.pk), lambda: list(rows.order_by("pk")))


def people(conversation: Conversation) -> Sequence[Person]:
    return [
        Person(
            identity_id=row.identity_id,
            customer_id=row.identity.customer_id,
            name=row.name,
            address=row.identity.shown,
            role=ParticipantRole(row.role),
            is_verified=row.identity.verified_at is not None,
            is_usable=row.identity.unusable_since is None,
            is_dropped=row.dropped_at is not None,
            is_visitor=row.identity.kind == IdentityKind.CHAT,
        )
        for row in participants(conversation)
    ]


def card(conversation: Conversation, *, words: Sequence[promises.Word], at: datetime) -> cards.Card:
    """The status card of a conversation: one query."""
    last = (
        conversation.messages.filter(direction=Direction.OUT)
        .exclude(delivery=Delivery.UNDONE)
        .order_by("-pk")
        .values_list("delivery", flat=True)
        .first()
    )
    return card_of(conversation, last=last, words=words, at=at)


def card_of(
    conversation: Conversation,
    *,
    last: str | None,
    words: Sequence[promises.Word],
    at: datetime,
) -> cards.Card:
    """The same where it is known how far our last message got; None: there is none."""
    return cards.card(
        state=State(conversation.state),
        agent_id=conversation.assignee_id,
        answered_before=last is not None,
        reply_leaving=last in {Delivery.QUEUED, Delivery.DELAYED},
        reply_failed=last == Delivery.FAILED,
        due_at=next((word.due_at for word in words if word.is_standing), None),
        at=at,
    )


def _card(
    conversation: Conversation,
    entries: Sequence[Entry],
    words: Sequence[promises.Word],
    at: datetime,
) -> cards.Card:
    """The same where the newest messages are at hand: one query if none of them is ours."""
    ours = [entry.delivery or "" for entry in entries if entry.direction is Direction.OUT]
    if not ours:
        return card(conversation, words=words, at=at)
    return card_of(conversation, last=ours[-1], words=words, at=at)


def entry_for(actor: Actor, message_ref: str) -> Entry:
    """One message, as it stands in its thread. Raises NotFound."""
    message = access.message_for(actor, message_ref)
    author = message.author.name if message.author else ""
    return _entry(message, author, _files([message.pk]).get(message.pk, ()))


def _page(
    conversation: Conversation, before: int | None, limit: int
) -> tuple[Sequence[Entry], bool]:
    rows = (
        conversation.messages.exclude(delivery=Delivery.UNDONE)
        .select_related("identity")
        .annotate(author_name=F("author__name"))
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: limit + 1])
    files = _files([row.pk for row in found[:limit]])
    entries = [
        _entry(row, row.author_name or "", files.get(row.pk, ())) for row in reversed(found[:limit])
    ]
    return entries, len(found) > limit


def _files(message_ids: Sequence[int]) -> Mapping[int, Sequence[File]]:
    """Of each of these messages that has any: one query."""
    found: dict[int, list[File]] = {}
    rows = Attachment.objects.filter(message_id__in=message_ids).select_related("file")
    for one in rows.order_by("pk"):
        found.setdefault(one.message_id, []).append(
            File(
                ref=one.file.ref,
                name=one.name,
                media_type=one.file.media_type,
                size=one.file.size,
                content_id=one.content_id,
                inline=one.inline,
            )
        )
    return found


def _entry(row: Message, author: str, files: Sequence[File]) -> Entry:
    identity = row.identity
    return Entry(
        id=row.pk,
        ref=row.ref,
        direction=Direction(row.direction),
        author_id=row.author_id,
        author_name=author or (identity.name or identity.shown if identity else ""),
        address=identity.shown if identity else "",
        at=row.at,
        dated=row.dated,
        subject=row.subject,
        pieces=pieces(row.text, row.folds),
        files=files,
        to=[(name, address) for name, address in row.to],
        cc=[(name, address) for name, address in row.cc],
        more_recipients=row.more_recipients,
        trust=Trust(row.trust) if row.trust else None,
        automatic=row.automatic,
        id_reused=row.id_reused,
        thanks_only=row.thanks_only,
        has_original=row.has_original,
        delivery=Delivery(row.delivery) if row.delivery else None,
        send_at=row.send_at,
        sent_at=row.sent_at,
        next_try_at=row.next_try_at,
        perhaps_twice=row.perhaps_twice,
        delivery_error=row.delivery_error,
        delivery_detail=row.delivery_detail,
        by_system=row.by_system,
        language=row.language,
    )


def pieces(text: str, folds: Sequence[Sequence[object]]) -> Sequence[Piece]:
    """The text cut at its folds, in order; nothing is left out."""
    found: list[Piece] = []
    at = 0
    for start, end, kind in sorted((int(str(f[0])), int(str(f[1])), str(f[2])) for f in folds):
        if text[at:start].strip():
            found.append(Piece(text=text[at:start], kind="own"))
        found.append(Piece(text=text[start:end], kind=kind))
        at = end
    if text[at:].strip() or not found:
        found.append(Piece(text=text[at:], kind="own"))
    return found


def _led_to(actor: Actor, conversation: Conversation) -> Sequence[tuple[str, int, str]]:
    if not may_have(Conversation, actor, conversation.pk):
        return []
    return [(row.ref, row.number, row.subject) for row in conversation.led_to.all()[:5]]


def _proposal(actor: Actor, conversation: Conversation) -> Proposal | None:
    if not may_have(ClosingProposal, actor, conversation.pk):
        return None
    row = ClosingProposal.objects.filter(
        conversation=conversation, answered_at__isnull=True
    ).first()
    if row is None:
        return None
    return Proposal(
        at=row.at, reminders=row.reminders, may_confirm=row.maybe_agreed_in_id is not None
    )


def _closure(actor: Actor, conversation: Conversation) -> Closed | None:
    if not may_have(Closure, actor, conversation.pk):
        return None
    row = (
        Closure.objects.filter(conversation=conversation, reopened_at__isnull=True)
        .select_related("by")
        .first()
    )
    if row is None:
        return None
    return Closed(at=row.at, how=row.how, by_name=row.by.name if row.by else "", reason=row.reason)


def conversation_of(actor: Actor, message_ref: str) -> str:
    """The ref of the conversation that a message stands in. Raises NotFound."""
    message = access.message_for(actor, message_ref)
    return access.conversation_for(actor, message.conversation.ref).ref


def original_envelope(actor: Actor, message_ref: str) -> int:
    """The envelope of a message whose original can be shown. Raises NotFound."""
    message = access.message_for(actor, message_ref)
    if message.envelope_id is None or not message.has_original:
        raise NotFound
    return message.envelope_id


def id_of(actor: Actor, ref: str) -> int:
    """The id of a conversation that the person may see. Raises NotFound."""
    return access.conversation_for(actor, ref).pk


def visible(actor: Actor, numbers: Sequence[int]) -> frozenset[int]:
    """Those of these conversations' ids that the person may see."""
    rows = access.conversations_for(actor).filter(pk__in=numbers)
    return frozenset(rows.values_list("pk", flat=True))
