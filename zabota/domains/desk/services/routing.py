"""Conversations find who answers: new ones, those that wait, those whose agent has gone (S-109).

The rule decides (`rules.routing`); here it is asked about what waits, and its choice is kept with
its reasons. Right under any number of workers: each conversation is looked at anew, locked.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

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
    for number in _promising(waiting, here, standard, at):
        if _route(number, here, standard, at):
            found += 1
            here = staff.staff(at=at)  # who got it has more to do now
    return found


def choice_for(actor: Actor, ref: str, *, at: datetime) -> rules.Choice:
    """Whom the rule would choose now, whoever has it: shown to a leader who decides himself. Raises
    NotFound.
    """
    conversation = access.conversation_for(actor, ref)
    known = _known([conversation], at)
    return _choose(conversation, staff.staff(at=at), charter.in_force(at=at), known)


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


def _promising(
    numbers: Sequence[int], here: staff.Staff, standard: Charter, at: datetime
) -> Sequence[int]:
    """Those for whom the rule would choose somebody now, asked for all at once; each is looked at
    anew when it is given. Of the others it is noted that they were looked at.
    """
    rows = list(Conversation.objects.filter(pk__in=numbers))
    known = _known(rows, at)
    found = {row.pk for row in rows if _choose(row, here, standard, known).person_id is not None}
    nobody = Conversation.objects.filter(
        pk__in=[number for number in numbers if number not in found],
        state=State.WAITING_US,
        assignee__isnull=True,
        routed_at__isnull=True,
    )
    nobody.update(routed_at=at)
    return [number for number in numbers if number in found]


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
        choice = _choose(conversation, here, standard, _known([conversation], at))
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
    conversation: Conversation, here: staff.Staff, standard: Charter, known: "_Known"
) -> rules.Choice:
    section = standard.section(Routing, scope=scope_of(conversation))
    gave = known.gave_away.get(conversation.pk)
    people_of = [one for one in here.of(conversation.team_id) if one.id != gave]
    return rules.choose(_need(conversation, standard, known), people_of, limits(section))


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


def _need(conversation: Conversation, standard: Charter, known: "_Known") -> rules.Need:
    situations = standard.section(Situations, scope=scope_of(conversation)).known
    code = conversation.situation or about.suggested(conversation, situations)
    service = known.services.get(conversation.customer_id or 0)
    return rules.Need(
        is_chat=conversation.channel_id in known.chats,
        language=conversation.language or (service.language if service else ""),
        skill=situations[code].skill if code in situations else "",
        is_vip=bool(service and service.vip),
        is_hard=conversation.pk in known.hard,
        preferred=service.preferred_agent_id if service else None,
        dedicated=service.dedicated_agent_id if service else None,
        deputies=service.deputies if service else (),
    )


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What the rule wants to know of some conversations besides what stands in them. `hard` are
    those in which somebody was hurt, or by their customers, in the last month; `gave_away` who put
    one back last.
    """

    services: Mapping[int, people.Service]
    chats: frozenset[int]
    hard: frozenset[int]
    gave_away: Mapping[int, int]


def _known(rows: Sequence[Conversation], at: datetime) -> _Known:
    """Read for all of them at once: a fixed number of queries."""
    customers = {row.customer_id for row in rows if row.customer_id is not None}
    return _Known(
        services=people.services_of(customers, at=at) if customers else {},
        chats=addresses.chats(),
        hard=_hard(rows, at),
        gave_away=_gave_away([row.pk for row in rows]),
    )


def _hard(rows: Sequence[Conversation], at: datetime) -> frozenset[int]:
    """Somebody was hurt here, or by this customer, in the last month."""
    customers = [row.customer_id for row in rows if row.customer_id is not None]
    hurt = HardContact.objects.filter(
        Q(conversation__in=rows) | Q(conversation__customer_id__in=customers),
        at__gte=at - HARD_FOR,
    )
    told = list(hurt.values_list("conversation_id", "conversation__customer_id"))
    here, by = {number for number, _customer in told}, {customer for _number, customer in told}
    return frozenset(
        row.pk
        for row in rows
        if (row.pk in here if row.customer_id is None else row.customer_id in by)
    )


def _gave_away(numbers: Collection[int]) -> Mapping[int, int]:
    """conversation → who put it back, if that is what happened to it last."""
    rows = Assignment.objects.filter(conversation_id__in=numbers).order_by("pk")
    last = {row.conversation_id: row for row in rows}
    return {
        number: row.by_id
        for number, row in last.items()
        if row.user_id is None and row.by_id is not None
    }


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
