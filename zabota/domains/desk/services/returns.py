"""Mail that came back: the message it belongs to says so, its conversation waits for us again."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from zabota.domains.channels.envelopes import Bounce
from zabota.domains.desk import events
from zabota.domains.desk.enums import Delivery, Direction, State
from zabota.domains.desk.models import Message
from zabota.domains.desk.services import common
from zabota.domains.people import services as people
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import NotAnAddress
from zabota.kernel.accounts.roles import SYSTEM


def mark(bounces: Sequence[Bounce], *, at: datetime) -> None:
    """Mark our messages of which these bounces tell; bounces of mail that is not ours do
    nothing.
    """
    for bounce in bounces:
        message = Message.objects.filter(
            external_id=bounce.external_id[:255], direction=Direction.OUT
        ).first()
        if message is None or not bounce.external_id:
            continue
        if bounce.permanent:
            _came_back(message, bounce, at)
        else:
            message.delivery = Delivery.DELAYED
            message.delivery_error = "delayed_there"
            message.delivery_detail = bounce.diagnostic[:500]
            message.save(update_fields=["delivery", "delivery_error", "delivery_detail"])


def _came_back(message: Message, bounce: Bounce, at: datetime) -> None:
    message.delivery = Delivery.FAILED
    message.delivery_error = "returned"
    message.delivery_detail = f"{bounce.address} {bounce.status} {bounce.diagnostic}".strip()[:500]
    message.save(update_fields=["delivery", "delivery_error", "delivery_detail"])
    with suppress(NotAnAddress):  # a report may name nobody we could write to
        people.mark_unusable(IdentityKind.EMAIL, bounce.address, reason="returned", at=at)
    conversation = message.conversation
    if conversation.state != State.CLOSED:
        common.move(conversation, State.WAITING_US, at=at)
    fact = events.ReplyFailed(
        conversation_id=conversation.pk, message_id=message.pk, code="returned"
    )
    common.tell(fact, conversation, actor=SYSTEM, at=at)
