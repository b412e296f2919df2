"""Technical problems that messages told of: tracked, linked, closed with a resolution only
(S-098, S-099).
"""

from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import Conversation, Message, Problem, ProblemLink
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts


def open(  # noqa: A001  read as problems.open
    ref: str,
    *,
    title: str,
    description: str = "",
    message_ref: str = "",
    actor: Actor,
    at: datetime,
) -> Problem:
    """Open a problem from a conversation, which cannot be closed until it is resolved.

    Raises NotFound, NotAllowed, Incomplete (`title_needed`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        if not title.strip():
            raise Incomplete("title_needed")
        problem = Problem.objects.create(
            title=" ".join(title.split())[:200],
            description=description.strip(),
            opened_at=at,
            opened_by_id=actor.person_id,
        )
        ProblemLink.objects.create(
            problem=problem,
            conversation=conversation,
            message=_message(conversation, message_ref),
        )
        common.refresh(conversation)
        fact = events.ProblemOpened(conversation_id=conversation.pk, problem_id=problem.pk)
        common.tell(fact, conversation, actor=actor, at=at)
    return problem


def link(
    problem_ref: str, ref: str, *, message_ref: str = "", actor: Actor, at: datetime
) -> ProblemLink:
    """This conversation tells of the same problem. Twice is once.

    Raises NotFound, NotAllowed, Conflict (`already_resolved`).
    """
    with tx.write():
        problem = _problem_for(actor, problem_ref)
        conversation = access.answerable(actor, ref)
        if problem.resolved_at is not None:
            raise Conflict("already_resolved")
        row, new = ProblemLink.objects.get_or_create(
            problem=problem,
            conversation=conversation,
            defaults={"message": _message(conversation, message_ref)},
        )
        if new:
            common.refresh(conversation)
            fact = events.ProblemLinked(conversation_id=conversation.pk, problem_id=problem.pk)
            common.tell(fact, conversation, actor=actor, at=at)
    return row


def unlink(problem_ref: str, ref: str, *, actor: Actor, at: datetime) -> None:
    """This conversation tells of something else. Twice is once.

    Raises NotFound, NotAllowed, Conflict (`already_resolved`), Incomplete (`only_conversation`: an
    unresolved problem that no conversation tells of would be lost).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        problem = _problem_for(actor, problem_ref)
        if problem.resolved_at is not None:
            raise Conflict("already_resolved")
        here = problem.links.filter(conversation=conversation)
        if not here.exists():
            return
        if not problem.links.exclude(conversation=conversation).exists():
            raise Incomplete("only_conversation")
        here.delete()
        common.refresh(conversation)
        fact = events.ProblemUnlinked(conversation_id=conversation.pk, problem_id=problem.pk)
        common.tell(fact, conversation, actor=actor, at=at)


def resolve(problem_ref: str, *, resolution: str, actor: Actor, at: datetime) -> Problem:
    """It is solved, and how is on record. Raises NotFound, NotAllowed (`may_not_answer`),
    Incomplete (`resolution_needed`), Conflict (`already_resolved`).
    """
    with tx.write():
        problem = _problem_for(actor, problem_ref)
        if not actor.may_answer:
            raise NotAllowed("may_not_answer")
        if problem.resolved_at is not None:
            raise Conflict("already_resolved")
        if not resolution.strip():
            raise Incomplete("resolution_needed")
        problem.resolution = resolution.strip()
        problem.resolved_at, problem.resolved_by_id = at, actor.id
        problem.save()
        facts.publish(events.ProblemResolved(problem_id=problem.pk), at=at, actor_id=actor.id)
    return problem


def _problem_for(actor: Actor, ref: str) -> Problem:
    """A problem is seen by who sees a conversation that tells of it."""
    seen = ProblemLink.objects.filter(conversation__in=access.conversations_for(actor))
    rows = Problem.objects.select_for_update().filter(ref=ref, pk__in=seen.values("problem_id"))
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def _message(conversation: Conversation, ref: str) -> Message | None:
    if not ref:
        return None
    found = conversation.messages.filter(ref=ref).first()
    if found is None:
        raise NotFound
    return found
