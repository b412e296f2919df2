"""Replies: queued with time to undo, then handed to the channel; what became of them is recorded.

A reply is a promise kept only when it has really left: `DeliveryConfirmed` decides, as of pressing
send.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from zabota.domains.channels.envelopes import Outbound, Party
from zabota.domains.channels.services import outbound as channels
from zabota.domains.channels.services import sending
from zabota.domains.desk import events, rules
from zabota.domains.desk.enums import Delivery, Direction, State
from zabota.domains.desk.errors import Conflict, FilesGone, Incomplete
from zabota.domains.desk.models import (
    Attachment,
    Conversation,
    Draft,
    Handover,
    Message,
    Task,
)
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import (
    away,
    closings,
    common,
    links,
    reading,
    refusals,
    returns,
    threads,
)
from zabota.domains.desk.services.standards import Standards
from zabota.domains.promises import services as promises
from zabota.domains.promises.enums import PromiseKind
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM, Actor
from zabota.kernel.files.models import StoredFile
from zabota.kernel.search import index


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What an agent sends. `seen_message_id` is the last message he had before his eyes.

    `client_id` makes a double click harmless. `drop` names participants' addresses who do not get
    it,
    confirmed by hand (S-093). `reports` are tasks that this reply reports as done (S-121).
    """

    text: str
    client_id: str
    seen_message_id: int
    drop: Collection[str] = ()
    drop_confirmed: bool = False
    file_ids: Sequence[int] = ()
    reports: Sequence[int] = ()
    answered_meanwhile_confirmed: bool = False
    with_link: bool = True


def send(reply: Reply, *, to: str, actor: Actor, at: datetime, undo: timedelta) -> Message:
    """Queue a reply in the conversation `to` (a ref); it leaves when the time to undo is over.

    The author's same `client_id` again in this conversation returns the first message.
    Raises NotFound, NotAllowed, Incomplete (`text_empty`, `nobody_to_write_to`,
    `drop_unconfirmed`, `handover_unread`, `files_gone`), Conflict
    (`answered_meanwhile` with the colleague's id).
    """
    with tx.write():
        conversation = access.answerable(actor, to)
        if sent := _sent_before(conversation, actor, reply.client_id):
            return sent
        _check(reply, conversation, actor)
        standards = Standards(at=at)
        in_chat = standards.is_chat(conversation)
        if in_chat:
            undo = timedelta(0)  # it is read at once
        first = not conversation.messages.filter(direction=Direction.OUT, by_system=False).exists()
        send_at = standards.leaves_at(conversation, at=at + undo)
        message = _write(reply, conversation, actor, at, send_at)
        if in_chat:
            _say(message, reply, conversation, actor, at)
            away.mail(message, conversation, standards=standards, at=at)
        else:
            _hand_over_to_channel(message, reply, conversation, actor, standards, at)
        _settle(message, reply, conversation, actor, at)
        fact = events.ReplyQueued(
            conversation_id=conversation.pk, message_id=message.pk, send_at=send_at, first=first
        )
        common.tell(fact, conversation, actor=actor, at=at)
        if message.delivery == Delivery.SENT:
            _tell_sent(message, conversation, at)
    return message


def undo(message_ref: str, *, actor: Actor, at: datetime) -> bool:
    """Take a queued reply back into the author's draft. False when it has left already."""
    with tx.write():
        message = common.locked_with(access.message_for(actor, message_ref).pk)
        if message.delivery != Delivery.QUEUED or message.author_id != actor.id:
            return message.delivery == Delivery.UNDONE
        if not channels.cancel_outbound(key_of(message), at=at):
            return False
        message.delivery = Delivery.UNDONE
        message.save(update_fields=["delivery"])
        conversation = message.conversation
        _give_back(message, conversation, actor, at)
        refusals.take_back(message, actor=actor, at=at)
        Task.objects.filter(reported_in=message).update(reported_in=None)
        index.remove("message", [message.pk])
        threads.count_out(conversation)
        conversation.waiting_since = threads.waits_since(conversation)
        common.move(conversation, _state_without(conversation, message), at=at)
        common.tell(
            events.ReplyUndone(conversation_id=conversation.pk, message_id=message.pk),
            conversation,
            actor=actor,
            at=at,
        )
    return True


def _give_back(message: Message, conversation: Conversation, actor: Actor, at: datetime) -> None:
    """The words become the draft again, before what was typed since; the files come along."""
    draft, _new = Draft.objects.get_or_create(
        conversation=conversation,
        user_id=actor.person_id,
        kind="reply",
        defaults={"text": "", "changed_at": at},
    )
    draft.text, draft.changed_at = f"{message.text}\n\n{draft.text}".strip(), at
    draft.brings = message if message.attachments.exists() else draft.brings
    draft.save()


def confirm_delivery(
    message_id: int, *, sent_at: datetime, perhaps_twice: bool, at: datetime
) -> None:
    """The channel took it: the promise of an answer is kept, as of pressing send."""
    with tx.write():
        message = common.locked_with(message_id)
        if message.delivery in {Delivery.SENT, Delivery.FAILED}:
            return
        message.delivery, message.sent_at = Delivery.SENT, sent_at
        message.perhaps_twice = perhaps_twice
        message.delivery_error, message.delivery_detail, message.next_try_at = "", "", None
        message.save()
        conversation = message.conversation
        _keep_promise(message, conversation)
        common.refresh(conversation)
        _tell_sent(message, conversation, at)


def _keep_promise(message: Message, conversation: Conversation) -> None:
    if not message.by_system:
        promises.keep(
            PromiseKind.FIRST_ANSWER,
            common.subject_of(conversation),
            kept_at=message.at,
            actor_id=message.author_id,
        )


def _tell_sent(message: Message, conversation: Conversation, at: datetime) -> None:
    """The message has left: only now the customer knows of the tasks that it reports (S-121)."""
    fact = events.ReplySent(
        conversation_id=conversation.pk,
        message_id=message.pk,
        perhaps_twice=message.perhaps_twice,
    )
    common.tell(fact, conversation, actor=SYSTEM, at=at)
    for number in Task.objects.filter(reported_in=message).values_list("pk", flat=True):
        reported = events.TaskReported(
            conversation_id=conversation.pk, task_id=number, message_id=message.pk
        )
        common.tell(reported, conversation, actor=SYSTEM, at=at)


def record_delay(
    message_id: int, *, code: str, envelope_id: int, next_try_at: datetime, at: datetime
) -> None:
    """It waits for another try; people see why and when."""
    with tx.write():
        message = common.locked_with(message_id)
        if message.delivery not in {Delivery.QUEUED, Delivery.DELAYED}:
            return  # the next try was quicker than this news
        message.delivery, message.next_try_at = Delivery.DELAYED, next_try_at
        message.delivery_error, message.delivery_detail = code, channels.detail_of(envelope_id)
        message.save()
        fact = events.ReplyDelayed(
            conversation_id=message.conversation_id, message_id=message.pk, code=code
        )
        common.tell(fact, message.conversation, actor=SYSTEM, at=at)


def record_failure(message_id: int, *, code: str, envelope_id: int, at: datetime) -> None:
    """It will not arrive: the promise stays open and the conversation waits for us again; whom it
    should have refused is not refused.
    """
    with tx.write():
        message = common.locked_with(message_id)
        if message.delivery == Delivery.FAILED:
            return
        message.next_try_at = None
        returns.fail(message, code=code, detail=channels.detail_of(envelope_id), at=at)
        refusals.take_back(message, actor=SYSTEM, at=at)


def key_of(message: Message) -> str:
    """Our name for a message towards its channel."""
    return f"message:{message.pk}"


def _sent_before(conversation: Conversation, actor: Actor, client_id: str) -> Message | None:
    ours = conversation.messages.filter(direction=Direction.OUT, author_id=actor.id)
    return ours.filter(client_id=client_id).first()


# --- the checks ----------------------------------------------------------------------------------


def _check(reply: Reply, conversation: Conversation, actor: Actor) -> None:
    if not reply.text.strip():
        raise Incomplete("text_empty")
    if reply.drop and not reply.drop_confirmed:
        raise Incomplete("drop_unconfirmed", names=sorted(reply.drop))
    handed = Handover.objects.filter(conversation=conversation, read_at__isnull=True)
    if handed.filter(Q(receiver_id=actor.id) | Q(receiver__isnull=True)).exists():
        raise Incomplete("handover_unread")
    if not reply.answered_meanwhile_confirmed:
        _refuse_second_answer(reply, conversation, actor)


def _refuse_second_answer(reply: Reply, conversation: Conversation, actor: Actor) -> None:
    other = (
        conversation.messages.filter(
            direction=Direction.OUT, pk__gt=reply.seen_message_id, by_system=False
        )
        .exclude(author_id=actor.id)
        .exclude(delivery=Delivery.UNDONE)
        .first()
    )
    if other is not None:
        raise Conflict("answered_meanwhile", author_id=other.author_id, message_id=other.pk)


# --- writing -------------------------------------------------------------------------------------


def _write(
    reply: Reply, conversation: Conversation, actor: Actor, at: datetime, send_at: datetime
) -> Message:
    people = threads.recipients(conversation, reply.drop)
    if not people:
        raise Incomplete("nobody_to_write_to")
    message = Message.objects.create(
        conversation=conversation,
        direction=Direction.OUT,
        author_id=actor.id,
        channel_id=conversation.channel_id,
        at=at,
        subject=rules.reply_subject(conversation.subject),
        text=reply.text.strip(),
        language=conversation.language,
        to=[[name, address] for name, address in people],
        client_id=reply.client_id,
        delivery=Delivery.QUEUED,
        send_at=send_at,
    )
    Attachment.objects.bulk_create(
        Attachment(message=message, file=file, name=file.name) for file in _files(reply)
    )
    return message


def _files(reply: Reply) -> Sequence[StoredFile]:
    """Those that go with it, locked: what was kept too long for a reply is removed by a tick."""
    rows = StoredFile.objects.select_for_update().filter(pk__in=reply.file_ids)
    found = {row.pk: row for row in rows.order_by("pk")}
    if missing := [number for number in reply.file_ids if number not in found]:
        raise FilesGone(missing)
    return list(found.values())


def _say(
    message: Message, reply: Reply, conversation: Conversation, actor: Actor, at: datetime
) -> None:
    """In a chat it is there at once, as soon as what was said before it is; the outbox has it
    otherwise, and tells when it has arrived.
    """
    people = [Party(name=name, address=address) for name, address in message.to]
    there = [one for one in people if "@" not in one.address]  # the others' mail goes apart: `away`
    words = Outbound(
        key=key_of(message),
        channel_id=conversation.channel_id,
        group=f"conversation:{conversation.pk}",
        thread=(conversation.pk, message.pk),
        to=tuple(there or people),
        from_name=actor.name,
        subject=message.subject,
        text=message.text,
        file_ids=tuple(reply.file_ids),
        language=conversation.language or "en",
    )
    message.external_id, is_there = sending.say(words, at=at)
    if is_there:
        message.delivery, message.sent_at = Delivery.SENT, at
        _keep_promise(message, conversation)
    message.save(update_fields=["external_id", "delivery", "sent_at"])


def _hand_over_to_channel(
    message: Message,
    reply: Reply,
    conversation: Conversation,
    actor: Actor,
    standards: Standards,
    at: datetime,
) -> None:
    answered = threads.last_from_customer(conversation)
    known = answered is not None and threads.was_read_by(answered, message.to)
    buttons: tuple[tuple[str, str], ...] = ()
    if reply.with_link and len(message.to) == 1:
        buttons = links.matter_link(conversation, message.to[0][1], standards=standards, at=at)
    outbound = Outbound(
        key=key_of(message),
        channel_id=conversation.channel_id,
        group=f"conversation:{conversation.pk}",
        thread=(conversation.pk, message.pk),
        to=tuple(Party(name=name, address=address) for name, address in message.to),
        from_name=standards.sender_name(conversation, actor),
        subject=message.subject,
        text=message.text,
        signature=standards.signature(conversation, actor),
        quote=standards.quoted(conversation, answered if known else None),
        in_reply_to=answered.external_id if answered else "",
        references=threads.references(conversation),
        file_ids=tuple(reply.file_ids),
        language=conversation.language or "en",
        links=buttons,
    )
    message.external_id = channels.queue_outbound(outbound, at=at, not_before=message.send_at or at)
    message.save(update_fields=["external_id"])


def _settle(
    message: Message, reply: Reply, conversation: Conversation, actor: Actor, at: datetime
) -> None:
    Draft.objects.filter(conversation=conversation, user_id=actor.person_id, kind="reply").delete()
    Task.objects.filter(
        conversation=conversation, pk__in=reply.reports, done_at__isnull=False
    ).update(reported_in=message)
    reading.note(conversation, message.pk, actor=actor, at=at)
    conversation.assignee_id = conversation.assignee_id or actor.id
    threads.count_in(conversation, message, at=at)
    closings.overtake(conversation, at=at)
    closed = conversation.state == State.CLOSED
    common.move(conversation, State.CLOSED if closed else State.WAITING_CUSTOMER, at=at)


def _state_without(conversation: Conversation, undone: Message) -> State:
    if conversation.state == State.CLOSED:
        return State.CLOSED
    last = (
        conversation.messages.exclude(pk=undone.pk)
        .exclude(direction=Direction.NOTE)
        .exclude(delivery__in=(Delivery.UNDONE, Delivery.FAILED))
        .order_by("-pk")
        .first()
    )
    ours = last is not None and last.direction == Direction.OUT
    return State.WAITING_CUSTOMER if ours else State.WAITING_US
