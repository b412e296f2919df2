"""Taking mail in: who wrote, which conversation it joins, whose move it is then, what is promised.

Works on a batch within the caller's transaction (the one that marks the envelopes as done), with
one
insert a table however many mails there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.channels.envelopes import Inbound, TakenIn
from zabota.domains.channels.rules.sections import Mail
from zabota.domains.charter import queries as charter
from zabota.domains.desk import events, rules
from zabota.domains.desk.enums import (
    Delivery,
    Direction,
    ParticipantRole,
    ProposalAnswer,
    State,
    Trust,
)
from zabota.domains.desk.models import (
    Attachment,
    Awaited,
    ClosingProposal,
    Closure,
    Conversation,
    Message,
    Participant,
)
from zabota.domains.desk.rules import situations
from zabota.domains.desk.services import closings, common, first_answers, returns, wishes
from zabota.domains.desk.services.acquaintance import Acquaintance, is_letter, meet
from zabota.domains.desk.services.standards import FirstAnswer, Standards
from zabota.domains.people import services as people
from zabota.domains.people.services import Known
from zabota.domains.promises import services as promises
from zabota.kernel import tx
from zabota.kernel.facts import log as facts
from zabota.kernel.facts.base import Fact
from zabota.kernel.search import index

PREVIEW = 200
# What a further message changes of its conversation.
DERIVED = (
    "state",
    "message_count",
    "last_message_at",
    "last_direction",
    "preview",
    "language",
    "version",
    "waiting_since",
    "due_at",
    "order_at",
    "is_urgent",
    "called_at",
)


@dataclass
class _Arrived:
    """One mail on its way to become a message."""

    envelope: Inbound
    identity: Known | None
    conversation: Conversation
    message: Message
    opened: bool
    trust: Trust
    copied: Sequence[Known] = ()
    reopens: bool = False
    maybe_agrees: bool = False
    awaits: Sequence[str] = ()


def take_in(envelopes: Sequence[Inbound], *, at: datetime) -> TakenIn:
    """Make one message of each envelope, in order. Nothing is refused: what is odd is flagged.

    Facts: ConversationOpened, MessageReceived, ConversationReopened, PromiseGiven; a bounce marks
    the message that did not arrive (ReplyFailed).
    """
    arrived = _take_in(envelopes, at)
    opened = sum(1 for one in arrived if one.opened)
    return TakenIn(messages=len(arrived), conversations=opened)


def messages_of(envelopes: Sequence[Inbound], *, at: datetime) -> Sequence[Message]:
    """The same; gives the messages, each with its conversation."""
    return [one.message for one in _take_in(envelopes, at)]


def _take_in(envelopes: Sequence[Inbound], at: datetime) -> Sequence[_Arrived]:
    with tx.within():
        known = meet(envelopes, at=at)
        arrived = [_place(envelope, known) for envelope in envelopes]
        _store(arrived, at)
        _follow(arrived, at)
    return arrived


# --- where each mail goes ------------------------------------------------------------------------


def _place(envelope: Inbound, known: Acquaintance) -> _Arrived:
    identity = known.sender(envelope)
    thread = _thread(envelope, known)
    conversation = known.conversation(thread.joins) if thread.joins is not None else None
    opened = conversation is None
    if conversation is None:
        conversation = _open(envelope, identity, thread, known)
    message = _message(envelope, identity, conversation, thread.trust, known)
    arrived = _Arrived(
        envelope, identity, conversation, message, opened, thread.trust, known.copied(envelope)
    )
    _make_move(arrived, known)
    arrived.awaits = known.awaits(envelope) if opened else ()
    known.remember(conversation, message, arrived.awaits)
    return arrived


def _thread(envelope: Inbound, known: Acquaintance) -> rules.Thread:
    returned = known.returned_from(envelope)
    if returned is not None:
        return rules.Thread(joins=returned, comes_from=None, trust=Trust.UNVERIFIED)
    clue = envelope.clue
    return rules.thread_for(
        sender="" if known.is_ours(envelope) else known.address(envelope),
        sender_verified=envelope.sender_verified,
        signed=known.signed(envelope),
        signed_to_sender=bool(clue and clue.from_recipient),
        referenced=known.referenced(envelope),
        history=envelope.history,
    )


def _open(
    envelope: Inbound, identity: Known | None, thread: rules.Thread, known: Acquaintance
) -> Conversation:
    ours = known.is_ours(envelope)
    other = known.first_recipient(envelope) if ours else identity
    subject = rules.bare_subject(envelope.subject) or envelope.preview[:PREVIEW]
    conversation = Conversation(
        brand_id=envelope.brand_id,
        channel_id=envelope.channel_id,
        customer_id=other.customer_id if other else None,
        subject=subject,
        team_id=envelope.team_id,
        private_to_id=known.private_to(envelope),
        state=State.WAITING_CUSTOMER if ours else State.WAITING_US,
        history=envelope.history,
        comes_from_id=thread.comes_from if (thread.comes_from or 0) > 0 else None,
        opened_at=envelope.received_at,
        language=envelope.language,
        last_message_at=envelope.received_at,
        order_at=envelope.received_at,
    )
    known.add(conversation, other)
    return conversation


def _message(
    envelope: Inbound,
    identity: Known | None,
    conversation: Conversation,
    trust: Trust,
    known: Acquaintance,
) -> Message:
    ours = known.is_ours(envelope)
    return Message(
        conversation=conversation,
        direction=Direction.OUT if ours else Direction.IN,
        identity_id=identity.identity_id if identity else None,
        channel_id=envelope.channel_id,
        at=envelope.received_at,
        dated=envelope.sent_at,
        subject=envelope.subject[: rules.SUBJECT_LENGTH],
        text=envelope.text,
        folds=[list(fold) for fold in envelope.folds],
        language=envelope.language,
        to=[[party.name, party.address] for party in envelope.to],
        cc=[[party.name, party.address] for party in envelope.cc],
        more_recipients=envelope.more_recipients,
        envelope_id=envelope.envelope_id,
        has_original=envelope.has_original,
        trust="" if ours else trust,
        automatic=envelope.automatic,
        thanks_only=envelope.thanks_only,
        external_id=envelope.external_id[:255],
        id_reused=known.is_reused(envelope.external_id),
        delivery=Delivery.SENT if ours else "",
        sent_at=envelope.received_at if ours else None,
    )


def _make_move(arrived: _Arrived, known: Acquaintance) -> None:
    envelope, conversation = arrived.envelope, arrived.conversation
    ours = arrived.message.direction == Direction.OUT
    conversation.message_count += 1
    if _is_old_news(arrived):
        conversation.version += 1
        return
    conversation.last_message_at = envelope.received_at
    conversation.last_direction = arrived.message.direction
    conversation.preview = envelope.preview[:PREVIEW]
    conversation.language = conversation.language or envelope.language
    conversation.version += 1
    if ours:
        conversation.state = State.WAITING_CUSTOMER
    elif not arrived.opened:
        move = rules.after_arrival(
            State(conversation.state),
            automatic=bool(envelope.automatic),
            thanks_only=envelope.thanks_only,
            trust=arrived.trust,
            asked_to_close=known.is_asked_to_close(conversation),
        )
        conversation.state = move.state
        arrived.reopens, arrived.maybe_agrees = move.reopens, move.maybe_agrees
    waits = conversation.state == State.WAITING_US
    conversation.waiting_since = (
        (conversation.waiting_since or envelope.received_at) if waits else None
    )
    common.place(conversation)


def _is_old_news(arrived: _Arrived) -> bool:
    """An archive that is imported later tells what was before: it moves nothing of what is now."""
    conversation, envelope = arrived.conversation, arrived.envelope
    if arrived.opened or not envelope.history:
        return False
    older = envelope.received_at < conversation.last_message_at
    return older or conversation.state == State.CLOSED


# --- storing the batch ---------------------------------------------------------------------------


def _store(arrived: Sequence[_Arrived], at: datetime) -> None:
    standards = _set_clocks(arrived, at)
    Conversation.objects.bulk_create([one.conversation for one in arrived if one.opened])
    Message.objects.bulk_create([one.message for one in arrived])
    _store_awaited(arrived, at)
    _store_files(arrived)
    _store_participants(arrived, at)
    vows = [
        first_answers.vow(one.conversation, standard, given_at=one.envelope.received_at)
        for one, standard in standards
    ]
    if vows:
        promises.promise(vows)
    _update_joined(arrived)
    index.add_many([_document(one) for one in arrived])


def _set_clocks(arrived: Sequence[_Arrived], at: datetime) -> list[tuple[_Arrived, FirstAnswer]]:
    """The first person's letter of each conversation that is owed an answer, with its clock; set
    before the conversation is stored.
    """
    standards = Standards(at=at)
    asking = [one for one in arrived if _asks(one)]
    _mark_urgent(asking, standards)
    owed = first_answers.owed({one.conversation.pk for one in asking if one.conversation.pk})
    settled = _answered_within(arrived)
    found = []
    for one in asking:
        conversation = one.conversation
        if id(conversation) in settled or conversation.pk not in {None, *owed}:
            continue
        settled.add(id(conversation))
        standard = standards.first_answer(conversation, given_at=one.envelope.received_at)
        conversation.due_at = standard.clock.due_at
        common.place(conversation)
        found.append((one, standard))
    return found


def _mark_urgent(asking: Sequence[_Arrived], standards: Standards) -> None:
    """Words of hurry lift the matter in the list (S-123); an agent can put it down again."""
    words = standards.urgent_words
    for one in asking:
        conversation, envelope = one.conversation, one.envelope
        told = f"{envelope.subject}\n{envelope.text}"
        today = envelope.received_at.date()
        if not conversation.is_urgent and situations.is_urgent(told, words, today=today):
            conversation.is_urgent = True
            common.place(conversation)


def _asks(one: _Arrived) -> bool:
    """A person has just written, to whom it is our move; one that may read nothing is owed
    nothing.
    """
    envelope = one.envelope
    return (
        one.message.direction == Direction.IN
        and rules.owes_answer(automatic=envelope.automatic, history=envelope.history)
        and one.trust is not Trust.SOMEONE_ELSE
        and one.conversation.state == State.WAITING_US
    )


def _answered_within(arrived: Sequence[_Arrived]) -> set[int]:
    """Conversations that our own letter of an archive answers in the same batch."""
    return {id(one.conversation) for one in arrived if one.message.direction == Direction.OUT}


def _update_joined(arrived: Sequence[_Arrived]) -> None:
    """Conversations that were there before: one small update each is cheaper than a bulk one."""
    opened = {one.conversation.pk for one in arrived if one.opened}
    joined = {one.conversation.pk: one.conversation for one in arrived}
    for number, conversation in joined.items():
        if number not in opened:
            conversation.save(update_fields=DERIVED)


def _store_awaited(arrived: Sequence[_Arrived], at: datetime) -> None:
    Awaited.objects.bulk_create(
        Awaited(external_id=name, conversation=one.conversation, since=at)
        for one in arrived
        for name in one.awaits
    )
    come = {one.message.external_id for one in arrived if is_letter(one.envelope)} - {""}
    if come:
        Awaited.objects.filter(external_id__in=come).delete()


def forget_awaited(*, at: datetime) -> int:
    """Letters that were answered and did not come in time (charter, `awaited_days`) come no more.
    Returns how many.
    """
    days = timedelta(days=charter.in_force(at=at).section(Mail).awaited_days)
    return Awaited.objects.filter(since__lt=at - days).delete()[0]


def _store_files(arrived: Sequence[_Arrived]) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message=one.message,
            file_id=file.file_id,
            name=file.name,
            content_id=file.content_id,
            inline=file.inline,
        )
        for one in arrived
        for file in one.envelope.files
    )


def _store_participants(arrived: Sequence[_Arrived], at: datetime) -> None:
    Participant.objects.bulk_create(
        (
            Participant(
                conversation=one.conversation,
                identity_id=person.identity_id,
                role=role,
                name=person.name[:200],
                since=at,
            )
            for one in arrived
            for person, role in _takes_part(one)
        ),
        ignore_conflicts=True,
    )


def _takes_part(one: _Arrived) -> list[tuple[Known, ParticipantRole]]:
    """The sender; those he copied in only if he is who he says (T10: a spoofed Cc adds no
    reader). In our own letter of an archive: to whom we wrote.
    """
    if one.envelope.automatic in {"bounce", "delayed"}:
        return []
    copied = [(person, ParticipantRole.COPY) for person in one.copied]
    if one.message.direction == Direction.OUT:
        return [(person, ParticipantRole.CUSTOMER) for person in one.copied[:1]] + copied[1:]
    if one.identity is None:
        return []
    stranger = one.trust is Trust.SOMEONE_ELSE
    role = ParticipantRole.SOMEONE_ELSE if stranger else ParticipantRole.CUSTOMER
    proved = one.trust is Trust.VERIFIED or one.envelope.history
    return [(one.identity, role), *(copied if proved else [])]


def _document(one: _Arrived) -> index.Entry:
    envelope, conversation = one.envelope, one.conversation
    return index.Entry(
        kind="message",
        object_id=one.message.pk,
        group_id=conversation.pk,
        text=envelope.searchable,
        stems=envelope.stems,
        at=envelope.received_at,
        space_id=conversation.team_id,
        owner_id=conversation.private_to_id or conversation.assignee_id,
    )


# --- what follows --------------------------------------------------------------------------------


def _follow(arrived: Sequence[_Arrived], at: datetime) -> None:
    people.verify(
        [
            one.identity.identity_id
            for one in arrived
            if one.identity and one.trust is Trust.VERIFIED and not one.identity.is_verified
        ],
        at=at,
    )
    people.mark_usable(
        [one.identity.identity_id for one in arrived if one.identity and not one.identity.is_usable]
    )
    for one in arrived:
        _reopen(one, at)
        _hear_answer(one)
        returns.mark(one.envelope.bounced, at=at)
    wishes.hear([one.message for one in arrived if _was_just_written(one)], at=at)
    facts.publish_many([news for one in arrived for news in _news(one, at)])


def _was_just_written(one: _Arrived) -> bool:
    envelope = one.envelope
    incoming = one.message.direction == Direction.IN
    return incoming and not envelope.automatic and not envelope.history


def _reopen(one: _Arrived, at: datetime) -> None:
    if one.reopens:
        Closure.objects.filter(conversation=one.conversation, reopened_at__isnull=True).update(
            reopened_at=at
        )


def _hear_answer(one: _Arrived) -> None:
    """A reply while we wait for consent may mean yes: an agent confirms it with one key."""
    if not one.maybe_agrees and not one.reopens:
        return
    waiting = ClosingProposal.objects.filter(
        conversation=one.conversation, answered_at__isnull=True
    )
    if one.maybe_agrees:
        closings.hear(one.conversation, one.message)
    else:
        waiting.update(answer=ProposalAnswer.OVERTAKEN, answered_at=one.envelope.received_at)


def _news(one: _Arrived, at: datetime) -> list[facts.News]:
    number = one.conversation.pk
    happened: list[Fact] = []
    if one.opened:
        happened.append(
            events.ConversationOpened(
                conversation_id=number,
                customer_id=one.conversation.customer_id,
                history=one.envelope.history,
            )
        )
    happened.append(
        events.MessageReceived(
            conversation_id=number,
            message_id=one.message.pk,
            trust=one.trust,
            automatic=one.envelope.automatic,
            history=one.envelope.history,
        )
    )
    if one.reopens:
        happened.append(events.ConversationReopened(conversation_id=number))
    context = common.context_of(one.conversation)
    return [facts.News(fact=fact, at=at, context=context) for fact in happened]
