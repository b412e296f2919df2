"""What the customer does on his signed page: agree to close, say "not yet", write."""

from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.enums import ClosedBy, ProposalAnswer, State
from zabota.domains.desk.errors import Conflict, Incomplete
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import closings, common, threads
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM


def agree(token: str, *, at: datetime) -> Conversation:
    """The customer's yes by the button on his signed page. Agreeing twice is one closing.

    Raises NotFound (no such link, or it has run out), Conflict (`not_proposed`).
    """
    with tx.write():
        conversation = access.by_link(token, at=at).conversation
        if closings.closure_of(conversation) is None:
            proposal = closings.waiting(conversation)
            if proposal is None:
                raise Conflict("not_proposed")
            closings.close(conversation, ClosedBy.BUTTON, proposal=proposal, actor=SYSTEM, at=at)
    return conversation


def decline(token: str, *, words: str, at: datetime, client_id: str = "") -> Conversation:
    """The customer's "not yet", with what is missing in his own words; the matter waits for us.

    The same `client_id` again changes nothing. Raises NotFound.
    """
    with tx.write():
        link = access.by_link(token, at=at)
        conversation = link.conversation
        proposal = closings.waiting(conversation)
        if proposal is not None:
            closings.answer(proposal, ProposalAnswer.DECLINED, at)
            fact = events.ClosingDeclined(conversation_id=conversation.pk, proposal_id=proposal.pk)
            common.tell(fact, conversation, actor=SYSTEM, at=at)
        _write(link, words, client_id=client_id, at=at)
    return conversation


def write(token: str, *, words: str, client_id: str, at: datetime) -> Message | None:
    """The customer writes on his signed page. The same `client_id` again changes nothing.

    Raises NotFound, Incomplete (`text_empty`).
    """
    with tx.write():
        link = access.by_link(token, at=at)
        if not words.strip():
            raise Incomplete("text_empty")
        return _write(link, words, client_id=client_id, at=at)


def _write(link: access.Link, words: str, *, at: datetime, client_id: str = "") -> Message | None:
    """What the customer typed becomes a message of his matter; a closed one opens again."""
    conversation = link.conversation
    if client_id and (sent := Message.objects.filter(client_id=client_id).first()):
        return sent
    closure = closings.closure_of(conversation)
    if closure is not None and words.strip():
        closure.reopened_at = at
        closure.save(update_fields=["reopened_at"])
        fact = events.ConversationReopened(conversation_id=conversation.pk)
        common.tell(fact, conversation, actor=SYSTEM, at=at)
    message = None
    if words.strip():
        message = threads.add_from_customer(
            conversation, link.row.identity_id, words.strip(), client_id=client_id, at=at
        )
    common.move(conversation, State.WAITING_US, at=at)
    return message
