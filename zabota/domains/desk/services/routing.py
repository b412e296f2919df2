"""Conversations find who answers: new ones, those that wait, those whose agent has gone (S-109).

The rule decides (`rules.routing`); here it is asked about what waits, and its choice is kept with
its reasons. Right under any number of workers: each conversation is looked at anew, locked.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from zabota.domains.channels.queries import addresses
from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.standard import Charter
from zabota.domains.desk import events
from zabota.domains.desk.enums import Direction, Presence, State
from zabota.domains.desk.models import Assignment, Conversation, HardContact, Message
from zabota.domains.desk.queries import about, access, staff
from zabota.domains.desk.rules import routing as rules
from zabota.domains.desk.rules.sections import Routing, Situations
from zabota.domains.desk.services import assigning, common
from zabota.domains.desk.services.standards import scope_of
from zabota.domains.people.queries import attention as people
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM, Actor

AT_ONCE = 50
HARD_FOR = timedelta(days=30)


def look(*, at: datetime) -> int:
    """Tick: give back what waits for somebody who has gone, then find who answers what nobody has.

    Returns how many conversations found somebody.
    """
    give_back(at=at)
    standard = charter.in_force(at=at)
    waiting = _waiting(standard, at)
    if not waiting:
        return 0
    here = staff.staff(at=at)
    found = 0
    for number in waiting:
        if _route(number, here, standard, at):
            found += 1
            here = staff.staff(at=at)  # who got it has more to do now
    return found


def choice_for(actor: Actor, ref: str, *, at: datetime) -> rules.Choice:
    """Whom the rule would choose now, whoever has it: shown to a leader who decides himself. Raises
    NotFound.
    """
    conversation = access.conversation_for(actor, ref)
    return _choose(conversation, staff.staff(at=at), charter.in_force(at=at), at)


def give_back(*, at: datetime) -> int:
    """Chats that wait for somebody who is not there go back to the queue, but for those he has
    answered a moment ago. A letter stays his. Returns how many.
    """
    section = charter.in_force(at=at).section(Routing)
    late = at - timedelta(seconds=section.give_back_after_seconds)
    waiting = list(_open_chats().filter(assignee__isnull=False, waiting_since__lte=late)[:AT_ONCE])
    states = staff.presences({row.assignee_id or 0 for row in waiting}, at=at)
    answered = _last_answers(waiting)
    given = 0
    for row in waiting:
        quiet = answered.get((row.pk, row.assignee_id or 0))
        if rules.gives_back(
            presence=states.get(row.assignee_id or 0, Presence.OFFLINE),
            waited_seconds=(at - (row.waiting_since or at)).total_seconds(),
            quiet_seconds=(at - quiet).total_seconds() if quiet else None,
            wait=section.give_back_after_seconds,
            recent=section.recent_answer_minutes * 60,
        ):
            given += _leave(row, at)
    return given


def call_for_help(number: int, *, at: datetime) -> None:
    """A chat's time runs short and nobody has answered: whoever is on duty is called (S-146).

    From now on any colleague may take it, whoever has it. Once a wait.
    """
    with tx.write():
        conversation = common.locked(number)
        waits = conversation.state == State.WAITING_US and conversation.called_at is None
        if not waits or conversation.channel_id not in addresses.chats():
            return
        conversation.called_at = at
        common.refresh(conversation)
        fact = events.HelpCalled(conversation_id=conversation.pk)
        common.tell(fact, conversation, actor=SYSTEM, at=at)


# --- what waits ----------------------------------------------------------------------------------


def _waiting(standard: Charter, at: datetime) -> Sequence[int]:
    """What the rule never looked at; and, while somebody is there, what found nobody before."""
    nobodys = Conversation.objects.filter(
        state=State.WAITING_US,
        assignee__isnull=True,
        history=False,
        private_to__isnull=True,
        merged_into__isnull=True,
    )
    fresh = nobodys.filter(routed_at__isnull=True).order_by("pk")
    found = list(fresh.values_list("pk", flat=True)[:AT_ONCE])
    if staff.is_anybody_available(None, at=at):
        again = nobodys.filter(routed_at__isnull=False)
        if not standard.section(Routing).letters_to_all:
            again = again.filter(channel_id__in=addresses.chats())
        found += again.order_by("order_at", "pk").values_list("pk", flat=True)[:AT_ONCE]
    return found


def _open_chats() -> QuerySet[Conversation]:
    return Conversation.objects.filter(
        state=State.WAITING_US,
        channel_id__in=addresses.chats(),
        private_to__isnull=True,
        merged_into__isnull=True,
    ).order_by("waiting_since", "pk")


def _last_answers(rows: Sequence[Conversation]) -> dict[tuple[int, int], datetime]:
    """(conversation, author) → when he last answered there."""
    said = Message.objects.filter(
        conversation_id__in=[row.pk for row in rows],
        direction=Direction.OUT,
        author__isnull=False,
    )
    return {
        (number, author): last
        for number, author, last in said.values_list("conversation_id", "author_id")
        .annotate(last=Max("at"))
        .order_by()
        if author is not None and last is not None
    }


# --- one conversation ----------------------------------------------------------------------------


def _route(number: int, here: staff.Staff, standard: Charter, at: datetime) -> bool:
    with tx.write():
        conversation = common.locked(number)
        taken = conversation.assignee_id is not None or conversation.pk != number
        if taken or conversation.state != State.WAITING_US:
            return False
        choice = _choose(conversation, here, standard, at)
        if choice.person_id is None:
            rows = Conversation.objects.filter(pk=number, routed_at__isnull=True)
            rows.update(routed_at=at)
            return False
        conversation.routed_at = at
        assigning.pass_on(
            conversation,
            choice.person_id,
            conversation.team_id,
            actor=SYSTEM,
            at=at,
            because=choice.because,
        )
    return True


def _choose(
    conversation: Conversation, here: staff.Staff, standard: Charter, at: datetime
) -> rules.Choice:
    section = standard.section(Routing, scope=scope_of(conversation))
    gave = _who_gave_it_away(conversation)
    people_of = [one for one in here.of(conversation.team_id) if one.id not in gave]
    return rules.choose(_need(conversation, standard, at), people_of, limits(section))


def limits(section: Routing) -> rules.Limits:
    """What the charter allows, as the rule takes it."""
    return rules.Limits(
        weights=weights(section),
        most_letters=section.most_letters,
        hard_a_day=section.hard_a_day,
        letters_to_all=section.letters_to_all,
    )


def weights(section: Routing) -> rules.Weights:
    """How heavy each thing is, as the rule takes it."""
    return rules.Weights(**section.weights.model_dump())


def _need(conversation: Conversation, standard: Charter, at: datetime) -> rules.Need:
    known = standard.section(Situations, scope=scope_of(conversation)).known
    code = conversation.situation or about.suggested(conversation, known)
    number = conversation.customer_id
    service = people.service_of(number, at=at) if number else None
    return rules.Need(
        is_chat=conversation.channel_id in addresses.chats(),
        language=conversation.language or (service.language if service else ""),
        skill=known[code].skill if code in known else "",
        is_vip=bool(service and service.vip),
        is_hard=_is_hard(conversation, at),
        preferred=service.preferred_agent_id if service else None,
        dedicated=service.dedicated_agent_id if service else None,
        deputies=service.deputies if service else (),
    )


def _is_hard(conversation: Conversation, at: datetime) -> bool:
    """Somebody was hurt here, or by this customer, in the last month."""
    rows = HardContact.objects.filter(at__gte=at - HARD_FOR)
    if conversation.customer_id is None:
        return rows.filter(conversation=conversation).exists()
    return rows.filter(conversation__customer_id=conversation.customer_id).exists()


def _who_gave_it_away(conversation: Conversation) -> frozenset[int]:
    last = Assignment.objects.filter(conversation=conversation).order_by("-pk").first()
    if last is None or last.user_id is not None or last.by_id is None:
        return frozenset()
    return frozenset({last.by_id})


def _leave(row: Conversation, at: datetime) -> int:
    with tx.write():
        conversation = common.locked(row.pk)
        left = conversation.assignee_id
        if left != row.assignee_id or left is None or conversation.state != State.WAITING_US:
            return 0
        fact = events.ChatGivenBack(conversation_id=conversation.pk, user_id=left)
        common.tell(fact, conversation, actor=SYSTEM, at=at)
        assigning.pass_on(conversation, None, conversation.team_id, actor=SYSTEM, at=at)
    return 1
