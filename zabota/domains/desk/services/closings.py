"""Closing: we propose, the customer agrees; a leader alone closes on silence (S-100).

A closure is a row: who, when, how, why. Reopening marks the row, so that history stays.
"""

from datetime import datetime

from zabota.domains.desk import events, rules
from zabota.domains.desk.enums import (
    ClosedBy,
    Delivery,
    Direction,
    ProposalAnswer,
    State,
    Trust,
)
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.desk.models import (
    ClosingProposal,
    Closure,
    Conversation,
    Message,
    ProblemLink,
    Task,
)
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import away, common, first_answers, letters, links, threads
from zabota.domains.desk.services.standards import Standards
from zabota.domains.promises import services as promises
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM, Actor

REMIND_AT_ONCE = 100


# --- we propose ----------------------------------------------------------------------------------


def propose(ref: str, *, actor: Actor, at: datetime) -> ClosingProposal:
    """Ask the customer whether the matter may be closed, by a mail with two buttons.

    Who was never answered is not asked: what needs no answer is closed by `close_unanswered`.
    Raises NotFound, NotAllowed, Conflict (`already_proposed`, `already_closed`), Incomplete with
    what must be done first (`tasks_open`, `tasks_unreported`, `problem_unresolved`,
    `reply_undelivered`, `nobody_to_write_to`, `never_answered`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        _refuse_early_closing(conversation)
        if waiting(conversation) is not None:
            raise Conflict("already_proposed")
        if first_answers.never_answered([conversation.pk]):
            raise Incomplete("never_answered")
        proposal = ClosingProposal.objects.create(
            conversation=conversation,
            by_id=actor.person_id,
            at=at,
            next_reminder_at=Standards(at=at).next_reminder(conversation, number=0, after=at),
        )
        proposal.message = _ask(conversation, "closing_question", actor=actor, at=at)
        proposal.save(update_fields=["message"])
        common.move(conversation, State.AWAITING_CONSENT, at=at)
        fact = events.ClosingProposed(conversation_id=conversation.pk, proposal_id=proposal.pk)
        common.tell(fact, conversation, actor=actor, at=at)
    return proposal


def withdraw(ref: str, *, actor: Actor, at: datetime) -> None:
    """Take the question back: there is more to do. Raises NotFound, NotAllowed, Conflict."""
    with tx.write():
        conversation = access.answerable(actor, ref)
        proposal = waiting(conversation)
        if proposal is None:
            raise Conflict("not_proposed")
        answer(proposal, ProposalAnswer.WITHDRAWN, at)
        common.move(conversation, State.WAITING_US, at=at)
        fact = events.ClosingDeclined(conversation_id=conversation.pk, proposal_id=proposal.pk)
        common.tell(fact, conversation, actor=actor, at=at)


def remind_due(*, at: datetime) -> int:
    """Remind customers who have not answered, oldest first; right under any number of workers."""
    due = ClosingProposal.objects.filter(next_reminder_at__lte=at, answered_at__isnull=True)
    done = 0
    for proposal in due.order_by("next_reminder_at")[:REMIND_AT_ONCE]:
        done += _remind(proposal, at)
    return done


def _remind(proposal: ClosingProposal, at: datetime) -> int:
    """Once, and only who is silent: while it is our move, or nobody is left to write to, not."""
    with tx.write():
        conversation = common.locked(proposal.conversation_id)
        silent = conversation.state == State.AWAITING_CONSENT
        reminds = silent and threads.main_person(conversation) is not None
        number = proposal.reminders + reminds
        following = Standards(at=at).next_reminder(conversation, number=number, after=at)
        claimed = ClosingProposal.objects.filter(
            pk=proposal.pk, next_reminder_at=proposal.next_reminder_at, answered_at__isnull=True
        ).update(reminders=number, next_reminder_at=following if reminds else None)
        if not claimed or not reminds:
            return 0
        _ask(conversation, "closing_reminder", actor=SYSTEM, at=at)
        common.refresh(conversation)
        fact = events.ClosingReminded(
            conversation_id=conversation.pk, proposal_id=proposal.pk, number=number
        )
        common.tell(fact, conversation, actor=SYSTEM, at=at)
    return 1


# --- an agent or leader closes -------------------------------------------------------------------


def confirm_agreement(ref: str, *, actor: Actor, at: datetime) -> Closure:
    """The customer's reply means yes; the agent confirms it with one key.

    Raises NotFound, NotAllowed, Conflict (`not_proposed`), Incomplete (`no_reply_to_confirm`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        proposal = waiting(conversation)
        if proposal is None:
            raise Conflict("not_proposed")
        reply = proposal.maybe_agreed_in
        if reply is None or reply.trust != Trust.VERIFIED or reply.thanks_only:
            raise Incomplete("no_reply_to_confirm")
        return close(
            conversation, ClosedBy.REPLY, proposal=proposal, actor=actor, at=at, message=reply
        )


def close_on_spoken_word(ref: str, *, reason: str, actor: Actor, at: datetime) -> Closure:
    """The customer agreed aloud; `reason` records when and in which words (S-100).

    Raises NotFound, NotAllowed, Conflict (`already_closed`), Incomplete.
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        if not reason.strip():
            raise Incomplete("reason_needed")
        _refuse_early_closing(conversation)
        return close(
            conversation,
            ClosedBy.VERBAL,
            proposal=waiting(conversation),
            actor=actor,
            at=at,
            reason=reason,
        )


def close_on_silence(ref: str, *, reason: str, actor: Actor, at: datetime) -> Closure:
    """The customer does not answer: a leader closes, after the reminders, with a reason.

    Raises NotFound, NotAllowed (`leader_only`), Incomplete (`reminders_first`, `reason_needed`),
    Conflict (`not_proposed`, `customer_wrote`: who has written since is not silent).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        proposal = waiting(conversation)
        if proposal is None:
            raise Conflict("not_proposed")
        refused = rules.may_close_on_silence(
            leads=actor.leads(conversation.team_id),
            reminders=proposal.reminders,
            wanted=Standards(at=at).reminders_before_silence(conversation),
            reason=reason,
        )
        if refused == "leader_only":
            raise NotAllowed(refused)
        if refused:
            raise Incomplete(refused)
        if _has_written_since(proposal):
            raise Conflict("customer_wrote")
        return close(
            conversation,
            ClosedBy.SILENCE,
            proposal=proposal,
            actor=actor,
            at=at,
            reason=reason,
        )


def close_unanswered(ref: str, *, reason: str, actor: Actor, at: datetime) -> Closure:
    """Nobody is there to agree: a machine's mail, a list, an advertisement.

    Anybody who answers may, when no person wrote; otherwise a leader, with a reason. Raises
    NotFound,
    NotAllowed (`leader_only`), Incomplete (`reason_needed`), Conflict (`already_closed`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        person = conversation.messages.filter(direction=Direction.IN, automatic="").exists()
        if person and not actor.leads(conversation.team_id):
            raise NotAllowed("leader_only")
        if person and not reason.strip():
            raise Incomplete("reason_needed")
        if closure_of(conversation) is not None:
            raise Conflict("already_closed")
        return close(
            conversation,
            ClosedBy.NO_ANSWER_NEEDED,
            proposal=waiting(conversation),
            actor=actor,
            at=at,
            reason=reason,
        )


def reopen(ref: str, *, actor: Actor, at: datetime) -> None:
    """Open a closed matter again: there is more to do. Raises NotFound, NotAllowed, Conflict."""
    with tx.write():
        conversation = access.answerable(actor, ref)
        closure = closure_of(conversation)
        if closure is None:
            raise Conflict("not_closed")
        closure.reopened_at = at
        closure.save(update_fields=["reopened_at"])
        common.move(conversation, State.WAITING_US, at=at)
        fact = events.ConversationReopened(conversation_id=conversation.pk)
        common.tell(fact, conversation, actor=actor, at=at)


# --- looks ---------------------------------------------------------------------------------------


def waiting(conversation: Conversation) -> ClosingProposal | None:
    """The question that waits for the customer's answer."""
    return ClosingProposal.objects.filter(
        conversation=conversation, answered_at__isnull=True
    ).first()


def closure_of(conversation: Conversation) -> Closure | None:
    return Closure.objects.filter(conversation=conversation, reopened_at__isnull=True).first()


def hear(conversation: Conversation, reply: Message) -> None:
    """The customer's reply to our question may mean yes: an agent confirms it with one key."""
    ClosingProposal.objects.filter(conversation=conversation, answered_at__isnull=True).update(
        maybe_agreed_in=reply, next_reminder_at=None
    )


def overtake(conversation: Conversation, *, at: datetime) -> None:
    """We wrote something else meanwhile: the question no longer stands."""
    proposal = waiting(conversation)
    if proposal is not None:
        answer(proposal, ProposalAnswer.OVERTAKEN, at)


# --- within --------------------------------------------------------------------------------------


def _refuse_early_closing(conversation: Conversation) -> None:
    if closure_of(conversation) is not None:
        raise Conflict("already_closed")
    tasks = Task.objects.filter(conversation=conversation, dropped_at__isnull=True)
    loose = rules.Loose(
        open_tasks=tasks.filter(done_at__isnull=True).count(),
        unreported_tasks=tasks.filter(done_at__isnull=False, reported_in__isnull=True).count(),
        unresolved_problems=ProblemLink.objects.filter(
            conversation=conversation, problem__resolved_at__isnull=True
        ).count(),
        undelivered=_undelivered(conversation),
    )
    if hindrance := rules.hinders_closing(loose):
        raise Incomplete(hindrance)


def _undelivered(conversation: Conversation) -> int:
    """Replies that did not arrive and were not written anew since."""
    ours = conversation.messages.filter(direction=Direction.OUT)
    leaving = {Delivery.QUEUED, Delivery.DELAYED, Delivery.SENT}
    later = ours.filter(delivery__in=leaving).order_by("-pk").values_list("pk", flat=True).first()
    return ours.filter(delivery=Delivery.FAILED, pk__gt=later or 0).count()


def _has_written_since(proposal: ClosingProposal) -> bool:
    written = proposal.conversation.messages.filter(
        direction=Direction.IN, automatic="", thanks_only=False, pk__gt=proposal.message_id or 0
    )
    return written.exclude(trust=Trust.SOMEONE_ELSE).exists()


def _ask(conversation: Conversation, which: str, *, actor: Actor, at: datetime) -> Message:
    """The question to the customer alone: the link in it is his own."""
    standards = Standards(at=at)
    _name, address = letters.receiver(conversation)
    name = threads.form_of_address(conversation)
    message = letters.queue(
        conversation,
        standards.notice(which, conversation, name=name),
        standards=standards,
        actor=actor,
        at=at,
        send_at=at,
        by_system=True,
        buttons=links.matter_link(conversation, address, standards=standards, at=at),
    )
    away.mail(message, conversation, standards=standards, at=at)
    return message


def answer(proposal: ClosingProposal, said: ProposalAnswer, at: datetime) -> None:
    """The question is answered, or stands no more."""
    proposal.answer, proposal.answered_at, proposal.next_reminder_at = said, at, None
    proposal.save(update_fields=["answer", "answered_at", "next_reminder_at"])


def close(
    conversation: Conversation,
    how: ClosedBy,
    *,
    proposal: ClosingProposal | None,
    actor: Actor,
    at: datetime,
    reason: str = "",
    message: Message | None = None,
) -> Closure:
    """Close within the caller's transaction; what was promised about the matter is owed no more."""
    if proposal is not None:
        agreed = how in {ClosedBy.BUTTON, ClosedBy.REPLY, ClosedBy.VERBAL}
        answer(proposal, ProposalAnswer.AGREED if agreed else ProposalAnswer.WITHDRAWN, at)
    closure = Closure.objects.create(
        conversation=conversation,
        at=at,
        how=how,
        by_id=actor.id,
        reason=reason.strip()[:500],
        message=message,
    )
    promises.withdraw(common.subject_of(conversation), at=at, actor_id=actor.id, reason="closed")
    common.move(conversation, State.CLOSED, at=at)
    fact = events.ConversationClosed(conversation_id=conversation.pk, by=how)
    common.tell(fact, conversation, actor=actor, at=at)
    return closure
