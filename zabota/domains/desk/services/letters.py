"""A letter of the house in a person's name: a text of the charter to the customer alone."""

from datetime import datetime

from zabota.domains.channels.envelopes import Outbound, Party
from zabota.domains.channels.services import outbound as channels
from zabota.domains.desk import events, rules
from zabota.domains.desk.enums import Delivery, Direction
from zabota.domains.desk.errors import Incomplete
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import common, threads
from zabota.domains.desk.services.standards import Standards
from zabota.kernel.accounts.roles import Actor


def write(
    conversation: Conversation, text: str, *, standards: Standards, actor: Actor, at: datetime
) -> Message:
    """Queue it within the caller's transaction, with the usual time to take it back.

    Raises Incomplete (`nobody_to_write_to`).
    """
    person = threads.main_person(conversation)
    if person is None:
        raise Incomplete("nobody_to_write_to")
    message = Message.objects.create(
        conversation=conversation,
        direction=Direction.OUT,
        author_id=actor.id,
        channel_id=conversation.channel_id,
        at=at,
        subject=rules.reply_subject(conversation.subject),
        text=text,
        language=conversation.language,
        to=[list(person)],
        delivery=Delivery.QUEUED,
        send_at=at + standards.undo(conversation),
    )
    outbound = Outbound(
        key=f"message:{message.pk}",
        channel_id=conversation.channel_id,
        group=f"conversation:{conversation.pk}",
        thread=(conversation.pk, message.pk),
        to=(Party(name=person[0], address=person[1]),),
        from_name=standards.sender_name(conversation, actor),
        subject=message.subject,
        text=text,
        signature=standards.signature(conversation, actor),
        in_reply_to=threads.last_external_id(conversation),
        references=threads.references(conversation),
        language=conversation.language or "en",
    )
    message.external_id = channels.queue_outbound(outbound, at=at, not_before=message.send_at or at)
    message.save(update_fields=["external_id"])
    threads.count_in(conversation, message, at=at)
    fact = events.ReplyQueued(
        conversation_id=conversation.pk, message_id=message.pk, send_at=message.send_at or at
    )
    common.tell(fact, conversation, actor=actor, at=at)
    return message
