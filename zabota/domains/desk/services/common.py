"""What the desk's writes share: the context of a fact, and the derived columns of a
conversation.
"""

from datetime import datetime

from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Conversation
from zabota.domains.promises import queries as promises
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts
from zabota.kernel.facts.base import Context, Fact

SUBJECT = "conversation"


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


def tell(fact: Fact, conversation: Conversation, *, actor: Actor, at: datetime) -> None:
    """Publish a fact of this conversation."""
    facts.publish(fact, at=at, actor_id=actor.id, context=context_of(conversation))


def move(conversation: Conversation, state: State, *, at: datetime) -> None:
    """Give the conversation its state and refresh the columns that lists are ordered by; saves."""
    if state is State.WAITING_US:
        conversation.waiting_since = conversation.waiting_since or at
    else:
        conversation.waiting_since = None
    conversation.state = state
    refresh(conversation)


def refresh(conversation: Conversation) -> None:
    """Set the derived order from the promise that is due next; saves. Every change counts a
    version.
    """
    conversation.due_at = promises.next_due(SUBJECT, conversation.pk)
    conversation.order_at = (
        conversation.due_at or conversation.waiting_since or conversation.last_message_at
    )
    conversation.version += 1
    conversation.save()
