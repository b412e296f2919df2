"""Mail that came back: the message it belongs to says so, its conversation waits for us again."""

from collections.abc import Sequence
from datetime import datetime

from zabota.domains.channels.envelopes import Bounce
from zabota.domains.desk import events
from zabota.domains.desk.enums import ClosedBy, Delivery, Direction, State
from zabota.domains.desk.models import Conversation, Message, Task
from zabota.domains.desk.services import closings, common, first_answers, threads
from zabota.domains.people import rules as people_rules
from zabota.domains.people import services as people
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import NotAnAddress
from zabota.kernel.accounts.roles import SYSTEM


def mark(bounces: Sequence[Bounce], *, at: datetime) -> None:
    """Mark our messages of which these bounces tell; bounces of mail that is not ours do
    nothing.
    """
    for bounce in bounces:
        found = Message.objects.filter(
            external_id=bounce.external_id[:255], direction=Direction.OUT
        ).first()
        if found is None or not bounce.external_id:
            continue
        message = common.locked_with(found.pk)
        if bounce.permanent:
            _came_back(message, bounce, at)
        elif message.delivery != Delivery.FAILED:
            message.delivery = Delivery.DELAYED
            message.delivery_error = "delayed_there"
            message.delivery_detail = bounce.diagnostic[:500]
            message.save(update_fields=["delivery", "delivery_error", "delivery_detail"])


def fail(
    message: Message, *, code: str, detail: str, at: datetime, to_customer: bool = True
) -> None:
    """A letter does not arrive: within the caller's transaction, which has its conversation locked.

    The customer still waits, since he wrote: what was promised to him is owed again. What the
    letter should have reported is not reported, and a question that nobody got is not asked: what
    was closed on the silence after it opens again. `to_customer` is False when only somebody else
    did not get it.
    """
    message.delivery, message.delivery_error, message.delivery_detail = (
        Delivery.FAILED,
        code,
        detail[:500],
    )
    message.save()
    Task.objects.filter(reported_in=message).update(reported_in=None)
    conversation = message.conversation
    if message.by_system:
        closings.overtake(conversation, at=at)
    if conversation.state == State.CLOSED:
        _reopen_silent(conversation, at)
    if conversation.state != State.CLOSED:
        if to_customer:
            first_answers.take_back(message, at=at)
        conversation.waiting_since = threads.waits_since(conversation)
        common.move(conversation, State.WAITING_US, at=at)
    fact = events.ReplyFailed(conversation_id=conversation.pk, message_id=message.pk, code=code)
    common.tell(fact, conversation, actor=SYSTEM, at=at)


def _reopen_silent(conversation: Conversation, at: datetime) -> None:
    """Who did not get our letter was not silent: consent is one thing, silence another."""
    closure = closings.closure_of(conversation)
    if closure is None or closure.how != ClosedBy.SILENCE:
        return
    closure.reopened_at = at
    closure.save(update_fields=["reopened_at"])
    conversation.state = State.WAITING_US
    fact = events.ConversationReopened(conversation_id=conversation.pk)
    common.tell(fact, conversation, actor=SYSTEM, at=at)


def _came_back(message: Message, bounce: Bounce, at: datetime) -> None:
    if _wrote_to(message, bounce.address):
        people.mark_unusable(IdentityKind.EMAIL, bounce.address, reason="returned", at=at)
    detail = f"{bounce.address} {bounce.status} {bounce.diagnostic}".strip()
    to_customer = _is_for_customer(message, bounce.address)
    fail(message, code="returned", detail=detail, at=at, to_customer=to_customer)


def _is_for_customer(message: Message, address: str) -> bool:
    """Whether the customer himself is without the letter: not when a copy came back."""
    customer = threads.main_person(message.conversation)
    copies = {str(to).strip().lower() for _name, to in (*message.to, *message.cc)}
    copies -= {customer[1].strip().lower()} if customer else set()
    return address.strip().lower() not in copies


def _wrote_to(message: Message, address: str) -> bool:
    """Anybody can write a report: it says nothing of people to whom that letter did not go."""
    try:
        value = people_rules.normalised(IdentityKind.EMAIL, address)
    except NotAnAddress:  # a report may name nobody we could write to
        return False
    return value in {str(to).strip().lower() for _name, to in (*message.to, *message.cc)}
