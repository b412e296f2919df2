"""Asking the leader about a hard conversation: he joins or advises (S-130)."""

from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.enums import LeaderDecision
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import LeaderRequest
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common, notes
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor


def ask(ref: str, *, question: str, actor: Actor, at: datetime) -> LeaderRequest:
    """Ask the leader of the conversation's team. One question waits at a time.

    Raises NotFound, NotAllowed, Incomplete (`question_empty`), Conflict (`already_asked`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        if not question.strip():
            raise Incomplete("question_empty")
        waiting = LeaderRequest.objects.filter(conversation=conversation, decided_at__isnull=True)
        if waiting.exists():
            raise Conflict("already_asked")
        request = LeaderRequest.objects.create(
            conversation=conversation,
            asked_by_id=actor.person_id,
            asked_at=at,
            question=question.strip(),
        )
        common.refresh(conversation)
        fact = events.LeaderAsked(conversation_id=conversation.pk, request_id=request.pk)
        common.tell(fact, conversation, actor=actor, at=at)
    return request


def decide(
    request_id: int, *, decision: str, advice: str = "", actor: Actor, at: datetime
) -> LeaderRequest:
    """The leader joins the conversation, or advises; who asked is told by a note.

    The agent stays with his customer either way (the leader may `assigning.take` it). Raises
    NotFound, NotAllowed (`leader_only`), Incomplete (`decision_unknown`, `advice_empty`), Conflict
    (`already_decided`).
    """
    with tx.write():
        known = (
            LeaderRequest.objects.filter(pk=request_id)
            .values_list("conversation__ref", flat=True)
            .first()
        )
        if known is None:
            raise NotFound
        conversation = access.conversation_for(actor, known, lock=True)
        if not actor.leads(conversation.team_id):
            raise NotAllowed("leader_only")
        if decision not in set(LeaderDecision):
            raise Incomplete("decision_unknown")
        if decision == LeaderDecision.ADVISED and not advice.strip():
            raise Incomplete("advice_empty")
        request = LeaderRequest.objects.select_for_update().get(pk=request_id)
        if request.decided_at is not None:
            raise Conflict("already_decided")
        request.decision, request.advice = decision, advice.strip()
        request.decided_by_id, request.decided_at = actor.id, at
        request.save()
        if request.advice:
            called = access.seers(conversation).filter(pk=request.asked_by_id)
            called = called.exclude(pk=actor.person_id)
            notes.add(
                conversation,
                request.advice,
                called=[user.pk for user in called],
                actor=actor,
                at=at,
            )
        else:
            common.refresh(conversation)
        fact = events.LeaderDecided(
            conversation_id=conversation.pk, request_id=request.pk, decision=decision
        )
        common.tell(fact, conversation, actor=actor, at=at)
    return request
