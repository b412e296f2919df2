"""What the customer asked us to do: open, done, then reported to him in a reply (S-121)."""

from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.enums import State
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import Conversation, Message, Task
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor

LONGEST = 300


def add(
    ref: str,
    *,
    text: str,
    asked_in: str = "",
    owner_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> Task:
    """Add a task; `asked_in` is the ref of the message that asks for it.

    The matter cannot be closed until it is done and reported. Raises NotFound, NotAllowed
    (`owner_may_not_answer`), Incomplete (`text_empty`), Conflict (`already_closed`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        if not text.strip():
            raise Incomplete("text_empty")
        if conversation.state == State.CLOSED:
            raise Conflict("already_closed")
        if owner_id is not None and not access.answerers(conversation).filter(pk=owner_id).exists():
            raise NotAllowed("owner_may_not_answer")
        task = Task.objects.create(
            conversation=conversation,
            text=" ".join(text.split())[:LONGEST],
            asked_in=_message(conversation, asked_in),
            owner_id=owner_id,
            created_at=at,
        )
        common.refresh(conversation)
        fact = events.TaskAdded(conversation_id=conversation.pk, task_id=task.pk)
        common.tell(fact, conversation, actor=actor, at=at)
    return task


def finish(task_id: int, *, actor: Actor, at: datetime) -> Task:
    """It is done; a reply must still report it. Doing it twice is once.

    Raises NotFound, NotAllowed, Conflict (`task_dropped`).
    """
    with tx.write():
        task, conversation = _task_for(actor, task_id)
        if task.dropped_at is not None:
            raise Conflict("task_dropped")
        if task.done_at is not None:
            return task
        task.done_at, task.done_by_id = at, actor.id
        task.save(update_fields=["done_at", "done_by"])
        common.refresh(conversation)
        fact = events.TaskDone(conversation_id=conversation.pk, task_id=task.pk)
        common.tell(fact, conversation, actor=actor, at=at)
    return task


def drop(task_id: int, *, reason: str, actor: Actor, at: datetime) -> Task:
    """It will not be done, for a reason that stays on record.

    Raises NotFound, NotAllowed, Incomplete (`reason_needed`), Conflict (`already_done`,
    `task_dropped`).
    """
    with tx.write():
        task, conversation = _task_for(actor, task_id)
        if not reason.strip():
            raise Incomplete("reason_needed")
        if task.dropped_at is not None:
            raise Conflict("task_dropped")
        if task.done_at is not None:
            raise Conflict("already_done")
        task.dropped_at, task.dropped_reason = at, " ".join(reason.split())[:LONGEST]
        task.save(update_fields=["dropped_at", "dropped_reason"])
        common.refresh(conversation)
        fact = events.TaskDropped(conversation_id=conversation.pk, task_id=task.pk)
        common.tell(fact, conversation, actor=actor, at=at)
    return task


def _message(conversation: Conversation, ref: str) -> Message | None:
    if not ref:
        return None
    found = conversation.messages.filter(ref=ref).first()
    if found is None:
        raise NotFound
    return found


def _task_for(actor: Actor, task_id: int) -> tuple[Task, Conversation]:
    ref = Task.objects.filter(pk=task_id).values_list("conversation__ref", flat=True).first()
    if ref is None:
        raise NotFound
    conversation = access.answerable(actor, ref)
    return Task.objects.select_for_update().get(pk=task_id), conversation
