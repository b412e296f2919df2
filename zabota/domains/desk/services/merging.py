"""Two conversations about one matter become one. Nothing is lost: the merged one lives on by
`merged_into`, and what was sent under its number still arrives.
"""

from datetime import datetime

from django.db.models import Min, Sum

from zabota.domains.desk import events
from zabota.domains.desk.enums import (
    ParticipantRole,
    ProposalAnswer,
    State,
)
from zabota.domains.desk.errors import Conflict, Incomplete
from zabota.domains.desk.models import (
    ClosingProposal,
    Conversation,
    ConversationTag,
    Draft,
    Handover,
    LeaderRequest,
    Message,
    Participant,
    ProblemLink,
    ReadMark,
    RefusalStep,
    Task,
)
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common
from zabota.domains.promises import services as promises
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.search import index

# Links stay: each leads its owner to his own matter's name, and from there to where it lives on.
FOLLOW = (Message, Task, Handover, LeaderRequest, RefusalStep)


def merge(
    ref: str, *, into_ref: str, confirmed: bool = False, actor: Actor, at: datetime
) -> Conversation:
    """Move all of `ref` into `into_ref`, which keeps its subject, its team and who looks after it.

    Everybody who takes part in one then reads both: different customers need `confirmed`.
    Raises NotFound, NotAllowed, Conflict (`same_conversation`, `other_brand`, `private_letter`,
    `already_closed`: the target is), Incomplete (`different_customers`).
    """
    with tx.write():
        merged, target = _both(ref, into_ref, actor)
        _check(merged, target, confirmed=confirmed)
        _settle_closing(merged, target, at)
        _move_rows(merged, target)
        _unite_participants(merged, target)
        _unite_drafts(merged, target)
        _unite_links(merged, target)
        _move_promises(merged, target, at)
        index.move_group(merged.pk, target.pk)
        index.set_space(
            target.pk,
            space_id=target.team_id,
            owner_id=target.private_to_id or target.assignee_id,
        )
        _derive(merged, target)
        fact = events.ConversationsMerged(conversation_id=target.pk, merged_id=merged.pk)
        common.tell(fact, target, actor=actor, at=at)
    return target


def _both(ref: str, into_ref: str, actor: Actor) -> tuple[Conversation, Conversation]:
    """Both, locked in one order, so that two who merge crosswise never wait for each other."""
    seen = {access.conversation_for(actor, name).pk for name in (ref, into_ref)}
    if len(seen) == 1:
        raise Conflict("same_conversation")
    rows = Conversation.objects.filter(pk__in=seen).order_by("pk")
    for name in rows.values_list("ref", flat=True):
        access.answerable(actor, name)
    merged, target = access.answerable(actor, ref), access.answerable(actor, into_ref)
    if merged.pk == target.pk:
        raise Conflict("same_conversation")  # somebody merged them meanwhile
    return merged, target


def _check(merged: Conversation, target: Conversation, *, confirmed: bool) -> None:
    if merged.brand_id != target.brand_id:
        raise Conflict("other_brand")
    if merged.private_to_id != target.private_to_id:
        raise Conflict("private_letter")
    if target.state == State.CLOSED:
        raise Conflict("already_closed")
    if _customer(merged) != _customer(target) and not confirmed:
        raise Incomplete("different_customers")


def _customer(conversation: Conversation) -> int | None:
    """Customers who were found to be one person are one."""
    customer = conversation.customer
    return (customer.merged_into_id or customer.pk) if customer else None


def _settle_closing(merged: Conversation, target: Conversation, at: datetime) -> None:
    """What we asked about one half does not stand for the whole."""
    ClosingProposal.objects.filter(
        conversation__in=[merged, target], answered_at__isnull=True
    ).update(answer=ProposalAnswer.OVERTAKEN, answered_at=at, next_reminder_at=None)


def _move_rows(merged: Conversation, target: Conversation) -> None:
    # Ids by which a second click is known: what is moved here may bear one that is here already.
    here = Message.objects.filter(conversation=target, client_id__isnull=False)
    Message.objects.filter(conversation=merged, client_id__in=here.values("client_id")).update(
        client_id=None
    )
    for model in FOLLOW:
        model._default_manager.filter(conversation=merged).update(conversation=target)
    Conversation.objects.filter(merged_into=merged).update(merged_into=target)
    Conversation.objects.filter(comes_from=merged).exclude(pk=target.pk).update(comes_from=target)
    Conversation.objects.filter(pk=target.pk, comes_from=merged).update(comes_from=None)
    target.comes_from_id = None if target.comes_from_id == merged.pk else target.comes_from_id


def _unite_participants(merged: Conversation, target: Conversation) -> None:
    """Who was dropped there stays dropped; who takes part in either takes part."""
    there = {row.identity_id: row for row in Participant.objects.filter(conversation=target)}
    for row in Participant.objects.filter(conversation=merged):
        known = there.get(row.identity_id)
        if known is None:
            row.conversation = target
            row.save(update_fields=["conversation"])
        elif known.role == ParticipantRole.SOMEONE_ELSE != row.role and not row.dropped_at:
            known.role = row.role
            known.save(update_fields=["role"])


def _unite_drafts(merged: Conversation, target: Conversation) -> None:
    for draft in Draft.objects.filter(conversation=merged):
        there = Draft.objects.filter(
            conversation=target, user_id=draft.user_id, kind=draft.kind
        ).first()
        if there is None:
            draft.conversation = target
            draft.save(update_fields=["conversation"])
        else:
            there.text = f"{there.text}\n\n{draft.text}"
            there.brings_id = there.brings_id or draft.brings_id
            there.save(update_fields=["text", "brings"])
            draft.delete()


def _unite_links(merged: Conversation, target: Conversation) -> None:
    """Tags and problems that the target has already are not linked twice."""
    tags = set(ConversationTag.objects.filter(conversation=target).values_list("tag_id", flat=True))
    ConversationTag.objects.filter(conversation=merged).exclude(tag_id__in=tags).update(
        conversation=target
    )
    problems = set(
        ProblemLink.objects.filter(conversation=target).values_list("problem_id", flat=True)
    )
    ProblemLink.objects.filter(conversation=merged).exclude(problem_id__in=problems).update(
        conversation=target
    )
    ReadMark.objects.filter(conversation=merged).delete()


def _move_promises(merged: Conversation, target: Conversation, at: datetime) -> None:
    there = common.subject_of(target)
    promises.move_subject(common.subject_of(merged), there, at=at)
    promises.pass_to(there, owner_id=target.assignee_id, team_id=target.team_id)


def _derive(merged: Conversation, target: Conversation) -> None:
    both = Conversation.objects.filter(pk__in=[merged.pk, target.pk])
    sums = both.aggregate(count=Sum("message_count"), since=Min("waiting_since"))
    target.message_count = sums["count"] or 0
    if merged.last_message_at >= target.last_message_at:
        target.last_message_at = merged.last_message_at
        target.last_direction, target.preview = merged.last_direction, merged.preview
    if State.WAITING_US in {merged.state, target.state}:
        target.state, target.waiting_since = State.WAITING_US, sums["since"]
    elif target.state == State.AWAITING_CONSENT:
        target.state = State.WAITING_CUSTOMER
    common.refresh(target)
    merged.merged_into = target
    merged.due_at = None
    merged.version += 1
    merged.save(update_fields=["merged_into", "due_at", "version"])
