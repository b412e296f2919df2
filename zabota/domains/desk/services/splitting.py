"""Another topic gets a conversation of its own, with a telling subject, linked to the old one
(S-117).

Messages take their signed ids along: a reply to a moved one joins the new conversation.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from zabota.domains.desk import events, rules
from zabota.domains.desk.enums import Delivery, Direction, ParticipantRole, State
from zabota.domains.desk.errors import Incomplete, NotFound
from zabota.domains.desk.models import (
    Attachment,
    ClosingProposal,
    Conversation,
    Message,
    Participant,
    ProblemLink,
    Task,
)
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries.thread import pieces
from zabota.domains.desk.rules import subjects, topics
from zabota.domains.desk.rules.sections import Replies
from zabota.domains.desk.services import closings, common, first_answers
from zabota.domains.desk.services.standards import Standards, scope_of
from zabota.domains.promises import services as promises
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.search import index

# So many earlier messages tell what a conversation is about.
COMPARED = 20


def propose_subject(ref: str, *, message_refs: Collection[str], actor: Actor, at: datetime) -> str:
    """A telling subject for these messages, or "" when a person must find it. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    messages = _chosen(conversation, message_refs)
    asked = [one for one in messages if one.direction == Direction.IN] or messages
    files = Attachment.objects.filter(message__in=messages).values_list("name", flat=True)
    return subjects.propose(
        customer=access.customer_name(conversation),
        texts=[_own_words(one) for one in asked],
        files=list(files[:1]),
        empty_words=_empty_words(conversation, at),
    )


def other_topic(ref: str, *, message_ref: str, actor: Actor, at: datetime) -> str:
    """The subject of a new conversation to be proposed for this message, or "": it fits here.

    It is proposed when the customer gave his reply another telling subject, or his words share
    nothing with what was said before. Raises NotFound.
    """
    conversation = access.conversation_for(actor, ref)
    message = _chosen(conversation, [message_ref])[0]
    earlier = conversation.messages.filter(pk__lt=message.pk).exclude(direction=Direction.NOTE)
    if message.direction != Direction.IN or message.automatic or not earlier.exists():
        return ""
    subject = rules.bare_subject(message.subject)
    same = rules.bare_subject(conversation.subject)
    if subject.lower() != same.lower() and rules.is_telling(
        subject, _empty_words(conversation, at)
    ):
        return subject
    before = [same, *(_own_words(one) for one in earlier.order_by("-pk")[:COMPARED])]
    if not topics.is_other(_own_words(message), before=before):
        return ""
    return propose_subject(ref, message_refs=[message_ref], actor=actor, at=at)


def split(
    ref: str, *, message_refs: Collection[str], subject: str, actor: Actor, at: datetime
) -> Conversation:
    """Move these messages into a new conversation of the same customer, team and agent.

    Who takes part in a moved letter takes part there. Raises NotFound (a message is not of this
    conversation), NotAllowed, Incomplete (`messages_needed`, `leave_a_message`,
    `subject_not_telling`).
    """
    with tx.write():
        old = access.answerable(actor, ref)
        subject = rules.bare_subject(subject)
        if not rules.is_telling(subject, _empty_words(old, at)):
            raise Incomplete("subject_not_telling")
        messages = _chosen(old, message_refs)
        letters = old.messages.exclude(direction=Direction.NOTE)
        if not letters.exclude(pk__in=[one.pk for one in messages]).exists():
            raise Incomplete("leave_a_message")
        new = _open(old, messages, subject)
        _move(old, new, messages)
        _take_participants(old, new, messages, at)
        _index(new, messages)
        _vow(new, messages, at)
        _settle(old, new, messages)
        _tell(old, new, actor, at)
    return new


def _chosen(conversation: Conversation, refs: Collection[str]) -> Sequence[Message]:
    wanted = set(refs)
    if not wanted:
        raise Incomplete("messages_needed")
    found = list(
        conversation.messages.filter(ref__in=wanted)
        .exclude(delivery=Delivery.UNDONE)
        .select_related("identity")
        .order_by("pk")
    )
    if len(found) != len(wanted):
        raise NotFound
    return found


def _empty_words(conversation: Conversation, at: datetime) -> tuple[str, ...]:
    standards = Standards(at=at)
    return standards.charter.section(Replies, scope=scope_of(conversation)).empty_subjects


def _own_words(message: Message) -> str:
    return "\n".join(one.text for one in pieces(message.text, message.folds) if one.kind == "own")


def _letters(messages: Sequence[Message]) -> Sequence[Message]:
    return [one for one in messages if one.direction != Direction.NOTE]


def _open(old: Conversation, messages: Sequence[Message], subject: str) -> Conversation:
    letters = _letters(messages)
    if not letters:
        raise Incomplete("messages_needed")  # notes alone are no matter of a customer
    last = letters[-1]
    waits = last.direction == Direction.IN and not last.automatic
    return Conversation.objects.create(
        brand_id=old.brand_id,
        channel_id=old.channel_id,
        customer_id=old.customer_id,
        subject=subject,
        team_id=old.team_id,
        assignee_id=old.assignee_id,
        private_to_id=old.private_to_id,
        state=State.WAITING_US if waits else State.WAITING_CUSTOMER,
        history=old.history,
        comes_from=old,
        opened_at=letters[0].at,
        language=last.language or old.language,
        waiting_since=last.at if waits else None,
        order_at=last.at,
        last_message_at=last.at,
        last_direction=last.direction,
        preview=" ".join(_own_words(last).split())[:200],
        message_count=len(letters),
    )


def _move(old: Conversation, new: Conversation, messages: Sequence[Message]) -> None:
    moved = [one.pk for one in messages]
    Message.objects.filter(pk__in=moved).update(conversation=new)
    for row in (Task, ProblemLink):
        field = "asked_in_id__in" if row is Task else "message_id__in"
        row._default_manager.filter(conversation=old, **{field: moved}).update(conversation=new)
    ClosingProposal.objects.filter(conversation=old, maybe_agreed_in_id__in=moved).update(
        maybe_agreed_in=None
    )


def _take_participants(
    old: Conversation, new: Conversation, messages: Sequence[Message], at: datetime
) -> None:
    named = {address.strip().lower() for one in messages for _, address in (*one.to, *one.cc)}
    wrote = {one.identity_id for one in messages}
    rows = Participant.objects.filter(conversation=old).select_related("identity").order_by("pk")
    taken = [row for row in rows if row.identity_id in wrote or row.identity.value in named]
    # Somebody must be there to answer to: the customer himself.
    if not any(row.role != ParticipantRole.SOMEONE_ELSE for row in taken):
        taken += [row for row in rows if row.role == ParticipantRole.CUSTOMER][:1]
    Participant.objects.bulk_create(
        Participant(
            conversation=new,
            identity_id=row.identity_id,
            role=row.role,
            name=row.name,
            since=at,
            dropped_at=row.dropped_at,
            dropped_by_id=row.dropped_by_id,
        )
        for row in taken
    )


def _index(new: Conversation, messages: Sequence[Message]) -> None:
    files: dict[int, list[str]] = {}
    for one in Attachment.objects.filter(message__in=messages):
        files.setdefault(one.message_id, []).append(one.name)
    index.put_many(
        [
            index.Entry(
                kind="note" if one.direction == Direction.NOTE else "message",
                object_id=one.pk,
                group_id=new.pk,
                text=_found_by(one, files.get(one.pk, [])),
                at=one.at,
                space_id=new.team_id,
                owner_id=new.private_to_id or new.assignee_id,
            )
            for one in messages
        ]
    )


def _found_by(message: Message, files: Sequence[str]) -> str:
    if message.direction == Direction.NOTE:
        return message.text
    who = f"{message.identity.name} {message.identity.shown}" if message.identity else ""
    return f"{message.subject}\n{who}\n{' '.join(files)}\n{message.text}"


def _vow(new: Conversation, messages: Sequence[Message], at: datetime) -> None:
    """A new matter that waits for us is owed an answer, from when the customer wrote."""
    asked = [one for one in messages if one.direction == Direction.IN]
    if new.state != State.WAITING_US or not rules.owes_answer(
        automatic=asked[-1].automatic, history=new.history
    ):
        return
    standard = Standards(at=at).first_answer(new, given_at=asked[-1].at)
    promises.promise([first_answers.vow(new, standard, given_at=asked[-1].at)])


def _settle(old: Conversation, new: Conversation, messages: Sequence[Message]) -> None:
    """What is left of the old one decides whose move it is there."""
    letters = old.messages.exclude(direction=Direction.NOTE).exclude(delivery=Delivery.UNDONE)
    last = letters.order_by("-pk").first()
    assert last is not None  # a letter was left, or the split was refused
    old.message_count = max(old.message_count - len(_letters(messages)), 1)
    old.last_message_at, old.last_direction = last.at, last.direction
    old.preview = " ".join(_own_words(last).split())[:200]
    if old.state == State.WAITING_US and last.direction == Direction.OUT:
        asked = closings.waiting(old) is not None
        old.state = State.AWAITING_CONSENT if asked else State.WAITING_CUSTOMER
        old.waiting_since = None
    common.refresh(old)
    common.refresh(new)


def _tell(old: Conversation, new: Conversation, actor: Actor, at: datetime) -> None:
    fact = events.ConversationSplit(conversation_id=old.pk, new_id=new.pk)
    common.tell(fact, old, actor=actor, at=at)
    opened = events.ConversationOpened(
        conversation_id=new.pk, customer_id=new.customer_id, history=new.history
    )
    common.tell(opened, new, actor=actor, at=at)
