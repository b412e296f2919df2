"""Handing a conversation to a colleague with all he needs; he confirms having read it (S-112).

Files, participants, promises and tasks belong to the conversation and go with it by themselves;
the giver adds what only he knows: the next step, what was asked already, the mood.
"""

from datetime import datetime

from django.db.models import Q

from zabota.domains.desk import events
from zabota.domains.desk.enums import Delivery, Direction, State
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.desk.models import Handover
from zabota.domains.desk.queries import access
from zabota.domains.desk.rules.sections import Handovers
from zabota.domains.desk.services import assigning, common
from zabota.domains.desk.services.standards import Standards, language_of, scope_of
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor


def offer(
    ref: str,
    *,
    to_user_id: int | None = None,
    to_team_id: int | None = None,
    next_step: str,
    known: str = "",
    mood: str = "",
    actor: Actor,
    at: datetime,
) -> Handover:
    """Hand over at once: the promises and their clocks are the receiver's from this moment.

    `known` has one fact a line ("size: 40"), so that nothing is asked twice. Subject and
    participants stay as they are (S-113). Raises NotFound, NotAllowed (`may_not_answer`,
    `leader_or_assignee`, `private_letter`, `receiver_may_not_answer`), Conflict (`already_closed`),
    Incomplete (`next_step_needed`, `receiver_needed`, `receiver_is_giver`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        assigning.refuse_giving(conversation, actor)
        assigning.refuse_nobody(to_user_id, to_team_id)
        if conversation.state == State.CLOSED:
            raise Conflict("already_closed")
        if not next_step.strip():
            raise Incomplete("next_step_needed")
        if to_user_id is not None and to_user_id == actor.id:
            raise Incomplete("receiver_is_giver")
        receiver, team = assigning.receiver_in(conversation, user_id=to_user_id, team_id=to_team_id)
        handover = Handover.objects.create(
            conversation=conversation,
            giver_id=actor.person_id,
            receiver_id=receiver,
            team_id=team,
            known=known.strip(),
            mood=mood.strip()[:200],
            next_step=next_step.strip()[:500],
            at=at,
        )
        note = next_step.strip()
        assigning.pass_on(conversation, receiver, team, actor=actor, at=at, note=note)
        fact = events.HandoverOffered(
            conversation_id=conversation.pk,
            handover_id=handover.pk,
            to_id=receiver,
            to_team_id=team,
        )
        common.tell(fact, conversation, actor=actor, at=at)
    return handover


def introduction(ref: str, *, actor: Actor, at: datetime) -> str:
    """The line with which the receiver's first reply begins, in the customer's language; "" when
    the charter wants none, or he has written here already. Raises NotFound.
    """
    conversation = access.conversation_for(actor, ref)
    section = Standards(at=at).charter.section(Handovers, scope=scope_of(conversation))
    handed = Handover.objects.filter(conversation=conversation, receiver_id=actor.person_id)
    wrote = conversation.messages.filter(direction=Direction.OUT, author_id=actor.person_id)
    if not section.introduce or not handed.exists():
        return ""
    if wrote.exclude(delivery=Delivery.UNDONE).exists():
        return ""
    return section.introduction.say(language_of(conversation), agent=actor.name)


def confirm_read(ref: str, *, actor: Actor, at: datetime) -> Handover:
    """The receiver, or one of the team it was given to, has read it and may answer now.

    Raises NotFound, NotAllowed (`not_receiver`), Conflict (`nothing_handed_over`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        unread = Handover.objects.filter(conversation=conversation, read_at__isnull=True)
        if not unread.exists():
            raise Conflict("nothing_handed_over")
        teams = actor.teams | actor.led
        mine = unread.filter(
            Q(receiver_id=actor.person_id) | Q(receiver__isnull=True, team_id__in=teams)
        )
        handover = mine.order_by("-pk").first()
        if handover is None:
            raise NotAllowed("not_receiver")
        mine.update(read_at=at, read_by_id=actor.id)
        handover.refresh_from_db()
        if conversation.assignee_id is None:
            assigning.pass_on(conversation, actor.id, conversation.team_id, actor=actor, at=at)
        fact = events.HandoverRead(conversation_id=conversation.pk, handover_id=handover.pk)
        common.tell(fact, conversation, actor=actor, at=at)
    return handover
