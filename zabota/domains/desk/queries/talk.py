"""What a visitor of a site's chat sees: his own talk with us, and who answers.

The same rule as on his signed page (`matter`): only what he wrote or was openly told himself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Q, QuerySet

from zabota.domains.desk.enums import Delivery, Direction, ParticipantRole, State, Trust
from zabota.domains.desk.models import Conversation, Message, Participant, ReadMark
from zabota.domains.desk.queries import thread as threads
from zabota.domains.desk.rules import cards
from zabota.domains.people.enums import IdentityKind
from zabota.domains.promises import queries as promises
from zabota.kernel import statements

PAGE = 50
MERGES_FOLLOWED = 20
# As many as a stream's ticket can name beside the visit and the chat, by far.
LISTENED = 20


@dataclass(frozen=True, kw_only=True)
class Line:
    """One message. `client_id` is the name that the visitor's browser gave it; `is_seen`: the
    other side has read it.
    """

    id: int
    client_id: str
    is_mine: bool
    author: str
    at: datetime
    text: str
    files: Sequence[threads.File]
    is_seen: bool


@dataclass(frozen=True, kw_only=True)
class Matter:
    """The visitor's matter as it stands (S-150)."""

    id: int
    ref: str
    state: State
    asks_to_close: bool
    card: cards.Card
    agent_id: int | None
    agent_name: str
    has_address: bool  # a proved mail address takes part: the matter can go on by mail


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A stretch of the talk in the order in which we know it; `more`: there are further ones."""

    lines: Sequence[Line]
    more: bool


def matter_of(visitor_ref: str) -> int | None:
    """The newest conversation of this visitor, followed to where it was merged."""
    return next(_matters(visitor_ref), None)


def matters_of(visitor_ref: str) -> list[int]:
    """His newest conversations: what is said in any of them is shown in his one window."""
    return list(dict.fromkeys(islice(_matters(visitor_ref), LISTENED)))


def _matters(visitor_ref: str) -> Iterator[int]:
    rows = _his(visitor_ref).order_by("-conversation_id")
    for number, further in rows.values_list("conversation_id", "conversation__merged_into_id")[
        :LISTENED
    ]:
        yield _followed(number, further)


def _followed(number: int, further: int | None) -> int:
    for _ in range(MERGES_FOLLOWED):
        if further is None:
            break
        number = further
        further = Conversation.objects.values_list("merged_into_id", flat=True).get(pk=number)
    return number


def matter(number: int, *, at: datetime) -> Matter:
    """That conversation's card, for its visitor."""
    return card_of(Conversation.objects.select_related("assignee").get(pk=number), at=at)


def his_matter(visitor_ref: str, *, at: datetime) -> Matter | None:
    """The card of the newest conversation of this visitor, if he has one."""
    rows = _his(visitor_ref).select_related("conversation__assignee").order_by("-conversation_id")
    row = rows.first()
    if row is None:
        return None
    if row.conversation.merged_into_id is not None:
        number = matter_of(visitor_ref)
        return matter(number, at=at) if number is not None else None
    return card_of(row.conversation, at=at)


def card_of(conversation: Conversation, *, at: datetime) -> Matter:
    """The card of a conversation in hand: two queries."""
    words = promises.words_about("conversation", conversation.pk)
    asks_to_close, has_address, last = statements.row(_AROUND, {"id": conversation.pk})
    return Matter(
        id=conversation.pk,
        ref=conversation.ref,
        state=State(conversation.state),
        asks_to_close=bool(asks_to_close),
        card=threads.card_of(conversation, last=last, words=words, at=at),
        agent_id=conversation.assignee_id,
        agent_name=conversation.assignee.name if conversation.assignee else "",
        has_address=bool(has_address),
    )


# Whether we ask to close, whether a proved address takes part, how far our last message got.
_AROUND = """
SELECT
    EXISTS (
        SELECT 1 FROM desk_closingproposal
        WHERE conversation_id = %(id)s AND answered_at IS NULL
    ),
    EXISTS (
        SELECT 1 FROM desk_participant
        JOIN people_identity ON people_identity.id = desk_participant.identity_id
        WHERE conversation_id = %(id)s AND dropped_at IS NULL AND kind = 'email'
            AND verified_at IS NOT NULL AND unusable_since IS NULL
    ),
    (
        SELECT delivery FROM desk_message
        WHERE conversation_id = %(id)s AND direction = 'out' AND delivery <> 'undone'
        ORDER BY id DESC LIMIT 1
    )
"""


def talk(
    visitor_ref: str, *, at: datetime, after: int = 0, before: int = 0, read_up_to: int = 0
) -> Talk:
    """The visitor's messages of all his matters behind `after`, or the last ones before `before`.

    `read_up_to` is what his browser has shown: ours behind it are unseen. Three queries at most.
    """
    rows = _rows(visitor_ref, at)
    if after:
        rows = rows.filter(pk__gt=after).order_by("pk")
    else:
        rows = (rows.filter(pk__lt=before) if before else rows).order_by("-pk")
    told = (row for row in rows.iterator(chunk_size=2 * PAGE) if _is_to(row, visitor_ref))
    found = list(islice(told, PAGE + 1))
    more, found = len(found) > PAGE, found[:PAGE]
    if not after:
        found.reverse()
    seen = _seen_by_us({row.conversation_id for row in found if row.direction == Direction.IN})
    return Talk(lines=[_line(row, seen=seen, read_up_to=read_up_to) for row in found], more=more)


def own_line(message: Message) -> Line:
    """His own words, just taken in: nobody has seen them yet."""
    return _line(message, seen={}, read_up_to=0)


def file_of(visitor_ref: str, file_ref: str, *, at: datetime) -> bool:
    """Whether that file hangs on a message that this visitor may see."""
    rows = _rows(visitor_ref, at).filter(attachments__file__ref=file_ref)
    return any(_is_to(row, visitor_ref) for row in rows)


def _his(visitor_ref: str) -> QuerySet[Participant]:
    return Participant.objects.filter(
        identity__kind=IdentityKind.CHAT, identity__value=visitor_ref, dropped_at__isnull=True
    ).exclude(role=ParticipantRole.SOMEONE_ELSE)


def _rows(visitor_ref: str, at: datetime) -> QuerySet[Message]:
    """His own words, and ours in his matters: as soon as they can no longer be taken back."""
    mine = Q(
        direction=Direction.IN,
        identity__kind=IdentityKind.CHAT,
        identity__value=visitor_ref,
        trust=Trust.VERIFIED,
    )
    left = Q(delivery__in=(Delivery.SENT, Delivery.DELAYED)) | Q(
        delivery=Delivery.QUEUED, send_at__lte=at
    )
    told = Q(direction=Direction.OUT) & left
    return (
        Message.objects.filter(
            mine | told, conversation_id__in=_his(visitor_ref).values("conversation_id")
        )
        .select_related("author")
        .prefetch_related("attachments__file")
    )


def _is_to(row: Message, visitor_ref: str) -> bool:
    """Whether he wrote it, or it was addressed to him: a matter may be shared by merging (T23)."""
    if row.direction == Direction.IN:
        return True
    return any(address == visitor_ref for _name, address in row.to)


def _seen_by_us(conversations: set[int]) -> dict[int, int]:
    """How far any of us has read each conversation."""
    found: dict[int, int] = {}
    rows = ReadMark.objects.filter(conversation_id__in=conversations)
    for number, message in rows.values_list("conversation_id", "message_id"):
        found[number] = max(found.get(number, 0), message)
    return found


def _line(row: Message, *, seen: dict[int, int], read_up_to: int) -> Line:
    mine = row.direction == Direction.IN
    until = seen.get(row.conversation_id, 0) if mine else read_up_to
    return Line(
        id=row.pk,
        client_id=row.external_id.rpartition(":")[2] if mine else "",
        is_mine=mine,
        author=row.author.name if row.author else "",
        at=row.sent_at or row.at,
        text=row.text,
        files=[
            threads.File(
                ref=one.file.ref,
                name=one.name,
                media_type=one.file.media_type,
                size=one.file.size,
                content_id=one.content_id,
                inline=one.inline,
            )
            for one in row.attachments.all()
        ],
        is_seen=row.pk <= until,
    )
