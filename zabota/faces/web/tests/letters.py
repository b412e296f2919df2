"""Conversations as the pages' tests need them, made as they are made in life."""

from datetime import timedelta
from typing import Any

from tests.cast import Cast
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import replies
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter
from zabota.kernel import clock
from zabota.kernel.accounts.models import User


def arrive(cast: Cast, **what: Any) -> Conversation:
    """A letter of this moment becomes a conversation."""
    now = clock.now()
    envelope = letter(cast, at=now, **what)
    take_in([envelope], at=now)
    return Message.objects.get(envelope_id=envelope.envelope_id).conversation


def answer(cast: Cast, conversation: Conversation, by: User, **what: Any) -> Message:
    """Somebody answers; the reply waits for its undo."""
    values: dict[str, Any] = {
        "text": "Galds būs rīt.",
        "client_id": f"c-{Message.objects.count()}",
        "seen_message_id": 10**9,
    }
    return replies.send(
        replies.Reply(**(values | what)),
        to=conversation.ref,
        actor=cast.actor(by),
        at=clock.now(),
        undo=timedelta(seconds=10),
    )
