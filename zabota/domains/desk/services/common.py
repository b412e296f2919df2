"""What the desk's writes share: the context of a fact, and the derived columns of a
conversation.
"""

from datetime import datetime

from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.promises import queries as promises
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts
from zabota.kernel.facts.base import Context, Fact

SUBJECT = "conversation"
MERGES_FOLLOWED = 20


def subject_of(conversation: Conversation) -> tuple[str, int]:
    """The conversation as the opaque subject of promises."""
    return (SUBJECT, conversation.pk)


def context_of(conversation: Conversation, *, charter_version: int = 0) -> Context:
    return Context(
        brand_id=conversation.brand_id,
        channel_id=conversation.channel_id,
        team_id=conversation.team_id,
        language=conversation.language,
        charter_version=charter_version,
    )


def locked(number: int) -> Conversation:
    """The conversation as it is now, followed to where it was merged, and nobody else's to change
    until the transaction ends. Whoever saves one must have it from here or from `access`: a row
    that was read before would put back what a colleague has changed since.
    """
    rows = Conversation.objects.select_for_update()
    found = rows.get(pk=number)
    for _ in range(MERGES_FOLLOWED):
        if found.merged_into_id is None:
            break
        found = rows.get(pk=found.merged_into_id)
    return found


def locked_with(message_id: int) -> Message:
    """A message whose conversation is `locked`. Raises Message.DoesNotExist."""
    message = Message.objects.get(pk=message_id)
    while True:
        conversation = locked(message.conversation_id)
        message = Message.objects.select_for_update().get(pk=message_id)
        if message.conversation_id == conversation.pk:
            message.conversation = conversation
            return message
        # It was moved to another matter between the two: that one is locked now.


def tell(fact: Fact, conversation: Conversation, *, actor: Actor, at: datetime) -> None:
    """Publish a fact of this conversation."""
    facts.publish(fact, at=at, actor_id=actor.id, context=context_of(conversation))


def move(conversation: Conversation, state: State, *, at: datetime) -> None:
    """Give the conversation its state and refresh the columns that lists are ordered by; saves."""
    if state is State.WAITING_US:
        conversation.waiting_since = conversation.waiting_since or at
    else:
        conversation.waiting_since = conversation.called_at = None
    conversation.state = state
    refresh(conversation)


def refresh(conversation: Conversation) -> None:
    """Set the derived order from the promise that is due next; saves. Every change counts a
    version.
    """
    conversation.due_at = promises.next_due(SUBJECT, conversation.pk)
    place(conversation)
    conversation.version += 1
    conversation.save()


def place(conversation: Conversation) -> None:
    """Set where it stands in lists: by the word due next; what is urgent jumps up to the moment
    since which it waits (S-123).
    """
    waits = conversation.waiting_since
    order = conversation.due_at or waits or conversation.last_message_at
    conversation.order_at = min(order, waits) if conversation.is_urgent and waits else order
