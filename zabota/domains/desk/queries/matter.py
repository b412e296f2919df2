"""A matter as its customer sees it by his signed link: never more than he was told himself.

Notes, colleagues' names other than those under our letters, letters between others and strangers'
words stay with us (T23): what is not plainly his is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zabota.domains.desk.enums import Delivery, Direction, State, Trust
from zabota.domains.desk.errors import NotFound
from zabota.domains.desk.models import (
    ClosingProposal,
    Conversation,
    Message,
    Participant,
    PortalLink,
)
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries import thread as threads
from zabota.domains.desk.rules import cards
from zabota.domains.people.enums import NOT_THEIRS
from zabota.domains.promises import queries as promises
from zabota.kernel.accounts import queries as accounts

MOST_MESSAGES = 200
LANGUAGES = ("ru", "lv", "en")


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of a message, by the name it came with and its ref."""

    ref: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """One message. `is_proved` is false when it came in the customer's name and nothing proves
    that he sent it.
    """

    at: datetime
    is_mine: bool
    is_ours: bool
    author: str
    pieces: Sequence[threads.Piece]
    files: Sequence[File]
    is_proved: bool


@dataclass(frozen=True, kw_only=True)
class Matter:
    """The status card (S-150), the standing promises, the talk, and what may be decided."""

    subject: str
    opened_at: datetime
    language: str
    brand_name: str
    time_zone: str
    link_until: datetime | None  # of a signed link
    agent_name: str
    card: cards.Card
    words: Sequence[promises.Word]
    talk: Sequence[Said]
    asks_to_close: bool
    is_closed: bool


def matter(key: access.Key, *, at: datetime) -> Matter:
    """The matter of that link or cabinet, in a fixed number of queries. Raises NotFound."""
    link = access.by_key(key, at=at)
    conversation = link.conversation
    words = promises.words_about("conversation", conversation.pk)
    card = threads.card(conversation, words=words, at=at)
    talk = [row for row in _rows(conversation)[:MOST_MESSAGES] if _is_his(row, link)]
    agents = {row.author_id for row in talk if row.author_id} | {conversation.assignee_id or 0}
    names = accounts.names(agents)
    return Matter(
        # The subject of his own matter, also when it was merged into somebody else's.
        subject=link.opened.subject,
        opened_at=conversation.opened_at,
        language=_language(link.row, conversation),
        brand_name=conversation.brand.name,
        time_zone=conversation.brand.time_zone,
        link_until=link.until,
        agent_name=names.get(conversation.assignee_id or 0, ""),
        card=card,
        words=[word for word in words if word.is_standing],
        talk=[_said(row, link, names) for row in reversed(talk)],
        asks_to_close=ClosingProposal.objects.filter(
            conversation=conversation, answered_at__isnull=True
        ).exists(),
        is_closed=conversation.state == State.CLOSED,
    )


@dataclass(frozen=True, kw_only=True)
class Sender:
    """All that a page says to somebody for whom a letter may not have been."""

    brand_name: str
    language: str


def sender(token: str, *, at: datetime) -> Sender:
    """Whose letters brought that link. Raises NotFound."""
    link = access.by_link(token, at=at)
    return _sender(link.row, link.opened)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How the customer is addressed and reached, as he may read and change it himself (S-046)."""

    brand_name: str
    page_language: str
    say: str
    language: str
    preferred_channel: str
    preferred_time: str


def wishes(token: str, *, at: datetime) -> Wishes:
    """Of the customer whose link it is. Raises NotFound."""
    link = access.by_link(token, at=at)
    whose = link.row.identity.customer
    customer = whose.merged_into or whose
    return Wishes(
        brand_name=link.opened.brand.name,
        page_language=_language(link.row, link.opened),
        say=customer.say,
        language=customer.language,
        preferred_channel=customer.preferred_channel,
        preferred_time=customer.preferred_time,
    )


def disowned(token: str, *, at: datetime) -> Sender:
    """That a link was said to be in wrong hands. Raises NotFound when nobody said so."""
    row = access.links(token, at=at).filter(identity__unusable_reason=NOT_THEIRS).first()
    if row is None:
        raise NotFound
    return _sender(row, row.conversation)


def _sender(row: PortalLink | Participant, conversation: Conversation) -> Sender:
    return Sender(brand_name=conversation.brand.name, language=_language(row, conversation))


def _rows(conversation: Conversation) -> QuerySet[Message]:
    """What may be shown to somebody at all: no notes, no machines' mail, nothing that can still
    be taken back. What the house wrote by itself the page says anew, as it stands now.
    """
    came = Q(direction=Direction.IN, automatic="") & ~Q(trust=Trust.SOMEONE_ELSE)
    left = Q(
        direction=Direction.OUT,
        delivery__in=(Delivery.SENT, Delivery.DELAYED),
        by_system=False,
    )
    return (
        conversation.messages.filter(came | left)
        .select_related("identity")
        .prefetch_related("attachments__file")
        .order_by("-pk")
    )


def file_of(key: access.Key, file_ref: str, *, at: datetime) -> bool:
    """Whether that file hangs on a message that he may see. Raises NotFound."""
    link = access.by_key(key, at=at)
    rows = _rows(link.conversation).filter(
        attachments__file__ref=file_ref, attachments__inline=False
    )
    return any(_is_his(row, link) for row in rows)


def _is_his(row: Message, link: access.Link) -> bool:
    """Whether he wrote it, or it was openly addressed to him."""
    if row.identity_id in link.identity_ids:
        return True
    seen = {str(address).lower() for _name, address in [*row.to, *row.cc]}
    return not seen.isdisjoint(link.values)


def _said(row: Message, link: access.Link, names: dict[int, str]) -> Said:
    is_ours = row.direction == Direction.OUT
    other = row.identity.name or row.identity.shown if row.identity else ""
    return Said(
        at=row.sent_at or row.at,
        is_mine=row.identity_id in link.identity_ids and not is_ours,
        is_ours=is_ours,
        author=names.get(row.author_id or 0, "") if is_ours else other,
        pieces=threads.pieces(row.text, row.folds),
        files=[
            File(ref=one.file.ref, name=one.name) for one in row.attachments.all() if not one.inline
        ],
        is_proved=is_ours or row.trust == Trust.VERIFIED,
    )


def _language(row: PortalLink | Participant, conversation: Conversation) -> str:
    """His language, the last message's, the brand's, English."""
    customer = row.identity.customer
    wishes = (customer.language, conversation.language, conversation.brand.language)
    return next((wish for wish in wishes if wish in LANGUAGES), "en")
