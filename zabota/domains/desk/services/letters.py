"""A letter of the house in a person's name: a text of the charter to the customer alone."""

from collections.abc import Sequence
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
    send_at = at + standards.undo(conversation)
    message = queue(conversation, text, standards=standards, actor=actor, at=at, send_at=send_at)
    fact = events.ReplyQueued(
        conversation_id=conversation.pk, message_id=message.pk, send_at=send_at
    )
    common.tell(fact, conversation, actor=actor, at=at)
    return message


def queue(
    conversation: Conversation,
    text: str,
    *,
    standards: Standards,
    actor: Actor,
    at: datetime,
    send_at: datetime,
    by_system: bool = False,
    buttons: Sequence[tuple[str, str]] = (),
) -> Message:
    """The letter itself, which leaves at `send_at`; `buttons` are what he may press, with their
    addresses. Raises Incomplete (`nobody_to_write_to`).
    """
    name, address = receiver(conversation)
    message = Message.objects.create(
        conversation=conversation,
        direction=Direction.OUT,
        author_id=actor.id,
        channel_id=conversation.channel_id,
        at=at,
        subject=rules.reply_subject(conversation.subject),
        text=text,
        language=conversation.language,
        to=[[name, address]],
        delivery=Delivery.QUEUED,
        send_at=send_at,
        by_system=by_system,
    )
    outbound = Outbound(
        key=f"message:{message.pk}",
        channel_id=conversation.channel_id,
        group=f"conversation:{conversation.pk}",
        thread=(conversation.pk, message.pk),
        to=(Party(name=name, address=address),),
        from_name=standards.sender_name(conversation, actor),
        subject=message.subject,
        text=text,
        signature=standards.signature(conversation, actor),
        in_reply_to=threads.last_external_id(conversation),
        references=threads.references(conversation),
        automatic=actor.is_system,
        language=conversation.language or "en",
        links=tuple(buttons),
    )
    message.external_id = channels.queue_outbound(outbound, at=at, not_before=send_at)
    message.save(update_fields=["external_id"])
    threads.count_in(conversation, message, at=at)
    return message


def receiver(conversation: Conversation) -> tuple[str, str]:
    """(name, address) of the customer alone. Raises Incomplete (`nobody_to_write_to`)."""
    person = threads.main_person(conversation)
    if person is None:
        raise Incomplete("nobody_to_write_to")
    return person[0], person[1]
