"""Who looks after a conversation. With it move what was promised and what can be found."""

from collections.abc import Sequence
from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import Assignment, Conversation
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common
from zabota.domains.promises import services as promises
from zabota.kernel import tx
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.search import index

NOTE_LENGTH = 300


def take(ref: str, *, actor: Actor, at: datetime) -> None:
    """Take a conversation that nobody looks after; a leader may take any of his team, and anybody
    steps in for a colleague whose visitor has waited so long that help was called (S-146).

    Raises NotFound, NotAllowed (`may_not_answer`), Conflict (`taken` with the colleague's id).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        if conversation.assignee_id == actor.id:
            return
        holder = conversation.assignee
        may = actor.leads(conversation.team_id) or conversation.called_at is not None
        if holder is not None and holder.is_active and not may:
            raise Conflict("taken", assignee_id=holder.pk)
        pass_on(conversation, actor.id, conversation.team_id, actor=actor, at=at)


def give(
    ref: str,
    *,
    user_id: int | None = None,
    team_id: int | None = None,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> None:
    """Give a conversation to a colleague, to a team, or back to nobody (both None).

    By its leader, by who looks after it, or, while nobody does, by anybody who may answer. A
    `team_id` of None leaves its team; `reason` is kept when it goes against the rule (S-141).
    Raises NotFound, NotAllowed (`leader_or_assignee`, `private_letter`), and what `receiver_in`
    does.
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        refuse_giving(conversation, actor)
        receiver, team = receiver_in(conversation, user_id=user_id, team_id=team_id)
        pass_on(conversation, receiver, team, actor=actor, at=at, note=reason)


def reassign(ref: str, *, user_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """A leader gives a conversation to somebody against what the rule chose, with a line that says
    why (S-141); its team stays. Raises what `give` does, and Incomplete (`reason_needed`).
    """
    if not reason.strip():
        raise Incomplete("reason_needed")
    team_id = access.conversation_for(actor, ref).team_id
    give(ref, user_id=user_id, team_id=team_id, reason=reason, actor=actor, at=at)


# --- within the caller's transaction -------------------------------------------------------------


def refuse_giving(conversation: Conversation, actor: Actor) -> None:
    """Raises NotAllowed when this person may not give it away."""
    if conversation.private_to_id is not None:
        raise NotAllowed("private_letter")
    if conversation.assignee_id in {None, actor.id} or actor.leads(conversation.team_id):
        return
    raise NotAllowed("leader_or_assignee")


def receiver_in(
    conversation: Conversation, *, user_id: int | None, team_id: int | None
) -> tuple[int | None, int | None]:
    """(person, team) who will have it, checked: the person may see and answer it there.

    Raises NotFound (no such team), NotAllowed (`receiver_may_not_answer`: inactive, of another
    team, or only reading).
    """
    team = conversation.team_id if team_id is None else team_id
    if team_id is not None and not accounts.teams().filter(pk=team_id).exists():
        raise NotFound
    if user_id is not None:
        there = Conversation(team_id=team, private_to_id=conversation.private_to_id)
        if not access.answerers(there).filter(pk=user_id).exists():
            raise NotAllowed("receiver_may_not_answer")
    return user_id, team


def pass_on(
    conversation: Conversation,
    user_id: int | None,
    team_id: int | None,
    *,
    actor: Actor,
    at: datetime,
    because: Sequence[str] = (),
    note: str = "",
) -> None:
    """Change who has it; promises and the search go with it; saves. Kept with the rule's reasons
    (`because`), or with the line of a person who decides against what the rule chose (S-141).
    """
    Assignment.objects.create(
        conversation=conversation,
        user_id=user_id,
        team_id=team_id,
        by_id=actor.id,
        at=at,
        because=list(because),
        note=" ".join(note.split())[:NOTE_LENGTH],
        is_override=actor.id is not None and _was_chosen_by_rule(conversation, user_id),
    )
    conversation.assignee_id, conversation.team_id = user_id, team_id
    promises.pass_to(common.subject_of(conversation), owner_id=user_id, team_id=team_id)
    index.set_space(
        conversation.pk, space_id=team_id, owner_id=conversation.private_to_id or user_id
    )
    common.refresh(conversation)
    fact = events.ConversationAssigned(
        conversation_id=conversation.pk,
        assignee_id=user_id,
        team_id=team_id,
        because=tuple(because),
    )
    common.tell(fact, conversation, actor=actor, at=at)


def _was_chosen_by_rule(conversation: Conversation, user_id: int | None) -> bool:
    """Whether the rule gave it to another person than who gets it now."""
    if conversation.assignee_id in {None, user_id}:
        return False
    last = Assignment.objects.filter(conversation=conversation).order_by("-pk").first()
    return last is not None and last.by_id is None and last.user_id == conversation.assignee_id


def refuse_nobody(user_id: int | None, team_id: int | None) -> None:
    """Raises Incomplete when neither a person nor a team is named."""
    if user_id is None and team_id is None:
        raise Incomplete("receiver_needed")
