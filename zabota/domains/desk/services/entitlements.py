"""What VIP customers are entitled to, checked in each matter of theirs: what was missed raises an
alarm and an apology (S-026, S-029).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from zabota.domains.charter import queries as charter
from zabota.domains.desk import events
from zabota.domains.desk.enums import Delivery, Direction, State
from zabota.domains.desk.errors import Conflict, NotFound
from zabota.domains.desk.models import Conversation, EntitlementCheck, Message, Task
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common
from zabota.domains.desk.services.standards import Standards, language_of
from zabota.domains.people.queries import attention
from zabota.domains.people.rules.sections import Vip
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM, Actor
from zabota.kernel.text.texts import LANGUAGES

FIRST_ANSWER = 0


def look(*, at: datetime) -> int:
    """Entitlements of new matters are noted, those given by an answer are marked, and those that
    were missed raise an alarm. Returns how many were missed.
    """
    section = charter.in_force(at=at).section(Vip)
    _note_new(section, at)
    missed = 0
    for number in _standing():
        with tx.write():
            missed += _judge(number, section, at)
    return missed


def give(check_id: int, *, actor: Actor, at: datetime) -> None:
    """One of us gave it. Twice is once. Raises NotFound, NotAllowed, Conflict (`already_so`: it
    was missed).
    """
    with tx.write():
        row = EntitlementCheck.objects.select_related("conversation").filter(pk=check_id).first()
        if row is None:
            raise NotFound
        conversation = access.answerable(actor, row.conversation.ref)
        if row.missed_at is not None:
            raise Conflict("already_so")
        if row.given_at is None:
            row.given_at, row.given_by_id = at, actor.id
            row.save(update_fields=["given_at", "given_by_id"])
            fact = events.EntitlementGiven(conversation_id=conversation.pk, check_id=row.pk)
            common.tell(fact, conversation, actor=actor, at=at)


def _note_new(section: Vip, at: datetime) -> None:
    """Open matters of customers with a level, that have no checks yet."""
    levels = attention.vip_customers(on=at.date())
    if not levels:
        return
    standards = Standards(at=at)
    rows = Conversation.objects.filter(
        Q(customer_id__in=levels) | Q(customer__merged_into_id__in=levels),
        history=False,
        merged_into__isnull=True,
        entitlements__isnull=True,
    ).exclude(state=State.CLOSED)
    for conversation in rows.select_related("customer"):
        customer = conversation.customer
        key = levels[(customer.merged_into_id or customer.pk) if customer else 0]
        level = section.level(key)
        if level is None:
            continue
        due = standards.working_minutes_after(
            conversation.opened_at, level.first_answer_minutes, conversation
        )
        EntitlementCheck.objects.bulk_create(
            (
                EntitlementCheck(
                    conversation=conversation,
                    level=key,
                    place=place,
                    what={one: level.lines(one)[place] for one in LANGUAGES},
                    due_at=due if place == FIRST_ANSWER else None,
                )
                for place in range(len(level.lines("en")))
            ),
            ignore_conflicts=True,
        )


def _standing() -> Sequence[int]:
    """Checks to be looked at now: a first answer that was given or is late, and what is not given
    yet in a matter that is closed.
    """
    rows = EntitlementCheck.objects.filter(given_at__isnull=True, missed_at__isnull=True)
    due = Q(place=FIRST_ANSWER) | Q(conversation__state=State.CLOSED)
    return list(rows.filter(due).order_by("pk").values_list("pk", flat=True)[:500])


def _judge(number: int, section: Vip, at: datetime) -> int:
    row = EntitlementCheck.objects.select_for_update().get(pk=number)
    if row.given_at is not None or row.missed_at is not None:
        return 0
    conversation = common.locked(row.conversation_id)
    if row.place == FIRST_ANSWER and row.due_at is not None:
        answered = _first_answer(conversation)
        if answered is not None and answered <= row.due_at:
            row.given_at = answered
            row.save(update_fields=["given_at"])
            return 0
        if answered is None and at < row.due_at and conversation.state != State.CLOSED:
            return 0
    _alarm(row, conversation, section, at)
    return 1


def _first_answer(conversation: Conversation) -> datetime | None:
    rows = Message.objects.filter(
        conversation=conversation, direction=Direction.OUT, by_system=False
    ).exclude(delivery__in=[Delivery.UNDONE, Delivery.FAILED])
    return rows.order_by("at").values_list("at", flat=True).first()


def _alarm(row: EntitlementCheck, conversation: Conversation, section: Vip, at: datetime) -> None:
    """It was missed: everybody who sees the matter is told, and an apology becomes a task, which
    keeps an open matter from being closed without it.
    """
    language = conversation.brand.language or language_of(conversation)
    what = str(row.what.get(language) or row.what.get("en", ""))
    row.missed_at = at
    row.task = Task.objects.create(
        conversation=conversation,
        text=section.apology.say(language, what=what)[:300],
        owner_id=conversation.assignee_id,
        created_at=at,
    )
    row.save(update_fields=["missed_at", "task"])
    common.refresh(conversation)
    fact = events.EntitlementMissed(conversation_id=conversation.pk, check_id=row.pk)
    common.tell(fact, conversation, actor=SYSTEM, at=at)
