"""What a visitor of a site's chat does: write, agree to close, say "not yet".

Each is taken in within the visitor's own request, not behind a backlog, and once (`client_id`).
His signed token says who he is; what he may see is `queries.talk`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.channels.envelopes import Inbound, InboundFile, Party, ThreadClue
from zabota.domains.channels.rules.sections import Chat
from zabota.domains.channels.services import visits
from zabota.domains.channels.services.visits import Visitor
from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk import events
from zabota.domains.desk.enums import ClosedBy, ProposalAnswer, State
from zabota.domains.desk.errors import Conflict, Incomplete, NotFound
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.queries import talk
from zabota.domains.desk.services import closings, common
from zabota.domains.desk.services.take_in import messages_of
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM
from zabota.kernel.files.models import StoredFile
from zabota.pure.mailtext import gist

PREVIEW = 200


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a visitor sends. `client_id` is his browser's own name for it; `page` is where he is."""

    text: str
    client_id: str
    file_ids: Sequence[int] = ()
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A message that is safe, and whether it is news: the same `client_id` came before."""

    message: Message
    is_new: bool


def write(visitor: Visitor, words: Words, *, at: datetime) -> Heard:
    """Take in what the visitor wrote: into his matter, or a new one. Raises Incomplete
    (`text_empty`, `text_long`).
    """
    limits = section(visitor, at=at)
    text = words.text.strip()
    if not text and not words.file_ids:
        raise Incomplete("text_empty")
    if len(text) > limits.text_characters:
        raise Incomplete("text_long")
    name = external_id(visitor.ref, words.client_id)
    with tx.write():
        visits.begin(visitor, page=words.page, at=at)
        if said := Message.objects.filter(external_id=name).first():
            return Heard(message=said, is_new=False)
        joins = _matter_to_join(visitor, within=timedelta(hours=limits.reopen_hours), at=at)
        (message,) = messages_of([_inbound(visitor, text, words, name, joins, at)], at=at)
        return Heard(message=message, is_new=True)


def agree(visitor: Visitor, *, at: datetime) -> Conversation:
    """The visitor's yes. Agreeing twice is one closing. Raises NotFound, Conflict."""
    with tx.write():
        conversation = _his(visitor)
        if closings.closure_of(conversation) is None:
            proposal = closings.waiting(conversation)
            if proposal is None:
                raise Conflict("not_proposed")
            closings.close(conversation, ClosedBy.BUTTON, proposal=proposal, actor=SYSTEM, at=at)
    return conversation


def decline(visitor: Visitor, *, at: datetime) -> Conversation:
    """The visitor's "not yet": the matter waits for us. Raises NotFound."""
    with tx.write():
        conversation = _his(visitor)
        proposal = closings.waiting(conversation)
        if proposal is not None:
            closings.answer(proposal, ProposalAnswer.DECLINED, at)
            common.move(conversation, State.WAITING_US, at=at)
            fact = events.ClosingDeclined(conversation_id=conversation.pk, proposal_id=proposal.pk)
            common.tell(fact, conversation, actor=SYSTEM, at=at)
    return conversation


def section(visitor: Visitor, *, at: datetime) -> Chat:
    """What the charter says of this chat."""
    scope = Scope(brand=visitor.chat.brand_id, channel=visitor.chat.channel_id)
    return charter.in_force(at=at).section(Chat, scope=scope)


def external_id(visitor_ref: str, client_id: str) -> str:
    """Our name for a visitor's message: his browser's word for it, within his own."""
    return f"chat:{visitor_ref}:{client_id}"[:255]


def _his(visitor: Visitor) -> Conversation:
    number = talk.matter_of(visitor.ref)
    if number is None:
        raise NotFound
    return common.locked(number)


def _matter_to_join(visitor: Visitor, *, within: timedelta, at: datetime) -> int | None:
    """His newest matter, unless it was closed long ago."""
    number = talk.matter_of(visitor.ref)
    if number is None:
        return None
    closure = closings.closure_of(Conversation(pk=number))
    return number if closure is None or closure.at > at - within else None


def _inbound(
    visitor: Visitor,
    text: str,
    words: Words,
    name: str,
    joins: int | None,
    at: datetime,
) -> Inbound:
    files = StoredFile.objects.in_bulk(words.file_ids)
    return Inbound(
        envelope_id=None,
        channel_id=visitor.chat.channel_id,
        brand_id=visitor.chat.brand_id,
        team_id=visitor.chat.team_id,
        received_at=at,
        sent_at=None,
        sender=Party(address=visitor.ref, kind="chat"),
        sender_verified=True,
        text=text,
        preview=_preview(text, [files[number].name for number in words.file_ids]),
        thanks_only=gist.thanks_only(text),
        language=visitor.language,
        files=tuple(
            InboundFile(file_id=file.pk, name=file.name, media_type=file.media_type, size=file.size)
            for file in (files[number] for number in words.file_ids)
        ),
        external_id=name,
        clue=ThreadClue(conversation_id=joins, message_id=0, from_recipient=True)
        if joins is not None
        else None,
    )


def _preview(text: str, names: Sequence[str]) -> str:
    return " ".join(text.split())[:PREVIEW] or ", ".join(names)[:PREVIEW]
