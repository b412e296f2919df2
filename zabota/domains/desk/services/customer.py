"""What the customer does on his page, by a signed link or in his cabinet: agree to close, say
"not yet", write.
"""

from collections.abc import Sequence
from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.enums import ClosedBy, ProposalAnswer, State
from zabota.domains.desk.errors import Conflict, Incomplete
from zabota.domains.desk.models import Attachment, Conversation, Message
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import closings, common, threads
from zabota.domains.desk.services.standards import portal_address
from zabota.domains.people.enums import NOT_THEIRS, Origin
from zabota.domains.people.services import dossier, optouts
from zabota.domains.people.services.consents import Proof
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM
from zabota.kernel.files.models import StoredFile


def agree(key: access.Key, *, at: datetime) -> Conversation:
    """The customer's yes by the button on his signed page. Agreeing twice is one closing.

    Raises NotFound (no such link, or it has run out), Conflict (`not_proposed`).
    """
    with tx.write():
        _link, conversation = _his(key, at)
        if closings.closure_of(conversation) is None:
            proposal = closings.waiting(conversation)
            if proposal is None:
                raise Conflict("not_proposed")
            closings.close(conversation, ClosedBy.BUTTON, proposal=proposal, actor=SYSTEM, at=at)
    return conversation


def decline(key: access.Key, *, words: str, at: datetime, client_id: str = "") -> Conversation:
    """The customer's "not yet", with what is missing in his own words; the matter waits for us.

    One that was closed meanwhile opens again: he has just said that it is not done. The same
    `client_id` again changes nothing. Raises NotFound.
    """
    with tx.write():
        link, conversation = _his(key, at)
        proposal = closings.waiting(conversation)
        if proposal is not None:
            closings.answer(proposal, ProposalAnswer.DECLINED, at)
            fact = events.ClosingDeclined(conversation_id=conversation.pk, proposal_id=proposal.pk)
            common.tell(fact, conversation, actor=SYSTEM, at=at)
        _write(conversation, link, words, client_id=client_id, at=at)
    return conversation


def write(
    key: access.Key,
    *,
    words: str,
    client_id: str,
    file_ids: Sequence[int] = (),
    at: datetime,
) -> Message | None:
    """The customer writes on his page. The same `client_id` again changes nothing.

    While we wait for his consent it may mean yes: an agent decides. Raises NotFound, Incomplete
    (`text_empty`).
    """
    with tx.write():
        link, conversation = _his(key, at)
        if not words.strip() and not file_ids:
            raise Incomplete("text_empty")
        message = _write(conversation, link, words, client_id=client_id, file_ids=file_ids, at=at)
        if message is not None:
            closings.hear(conversation, message)
        return message


def wish(token: str, changes: dossier.Changes, *, at: datetime) -> None:
    """How the customer wants to be addressed and reached (S-046). Raises NotFound."""
    with tx.write():
        link, _conversation = _his(token, at)
        whose = link.row.identity.customer
        dossier.wish((whose.merged_into or whose).pk, changes, at=at)


def disown(token: str, *, ip: str, at: datetime) -> None:
    """Whoever got the link says that the letter is not for him: nothing more is written to that
    address, and its links open nothing any more (S-717). Its matters hear of it by a reaction.

    Raises NotFound.
    """
    with tx.write():
        link, conversation = _his(token, at)
        proof = Proof(
            wording=NOT_THEIRS,
            wording_version="",
            language=conversation.language[:2],
            origin=Origin.MATTER_LINK,
            origin_page=portal_address(""),
            ip=ip,
        )
        optouts.disown(link.row.identity.value, proof, at=at)


def _his(key: access.Key, at: datetime) -> tuple[access.Link, Conversation]:
    """Who comes, and his matter, locked."""
    link = access.by_key(key, at=at)
    return link, common.locked(link.conversation.pk)


def _write(
    conversation: Conversation,
    link: access.Link,
    words: str,
    *,
    client_id: str = "",
    file_ids: Sequence[int] = (),
    at: datetime,
) -> Message | None:
    """What the customer typed becomes a message of his matter; a closed one opens again."""
    speaks = link.row.identity_id
    his = conversation.messages.filter(identity_id=speaks)
    if client_id and (sent := his.filter(client_id=client_id).first()):
        return sent
    closure = closings.closure_of(conversation)
    if closure is not None:
        closure.reopened_at = at
        closure.save(update_fields=["reopened_at"])
        fact = events.ConversationReopened(conversation_id=conversation.pk)
        common.tell(fact, conversation, actor=SYSTEM, at=at)
    message = None
    if words.strip() or file_ids:
        message = threads.add_from_customer(
            conversation, speaks, words.strip(), client_id=client_id, at=at
        )
        files = StoredFile.objects.in_bulk(file_ids)
        Attachment.objects.bulk_create(
            Attachment(message=message, file=files[number], name=files[number].name)
            for number in file_ids
        )
    common.move(conversation, State.WAITING_US, at=at)
    return message
