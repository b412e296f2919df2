"""Days that matter to a customer, people he cares for (both on his consent), and what is laid
before us to do for him by ourselves.
"""

from dataclasses import dataclass
from datetime import date, datetime

from zabota.domains.people import events
from zabota.domains.people.enums import CareKind, DayKind, Purpose
from zabota.domains.people.errors import Incomplete, NotFound
from zabota.domains.people.models import CareTask, Consent, Customer, Dear, ImportantDay
from zabota.domains.people.queries import access
from zabota.domains.people.queries import dossier as known
from zabota.domains.people.rules import calendar
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of each year; `year` is that of birth, when known."""

    kind: DayKind
    day: int
    month: int
    year: int | None = None
    name: str = ""


def keep_day(customer_ref: str, day: Day, *, actor: Actor, at: datetime) -> ImportantDay:
    """Remember a day, for congratulating him (S-002).

    Raises NotFound, NotAllowed, Incomplete (`date_unclear`, `name_empty`: a holiday has one,
    `consent_needed`: he has not agreed to be congratulated).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        _check(day, at)
        row = ImportantDay.objects.create(
            customer=customer,
            kind=day.kind,
            name=" ".join(day.name.split())[:80],
            day=day.day,
            month=day.month,
            year=day.year,
            consent=_consent(customer, Purpose.GREETING),
            author_id=actor.id,
            at=at,
        )
        _tell(customer, actor, at)
    return row


def forget_day(day_id: int, *, actor: Actor, at: datetime) -> None:
    """The day, and what was to be done for it, is gone. Raises NotFound, NotAllowed."""
    with tx.write():
        row = ImportantDay.objects.select_related("customer").filter(pk=day_id).first()
        if row is None:
            raise NotFound
        customer = access.changeable(actor, row.customer.ref)
        row.delete()
        _tell(customer, actor, at)


def hold_dear(
    customer_ref: str, *, name: str, relation: str, needs: str, actor: Actor, at: datetime
) -> Dear:
    """Remember somebody he cares for (S-045).

    Raises NotFound, NotAllowed, Incomplete (`name_empty`, `consent_needed`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        if not name.strip():
            raise Incomplete("name_empty")
        row = Dear.objects.create(
            customer=customer,
            name=" ".join(name.split())[:120],
            relation=" ".join(relation.split())[:60],
            needs=" ".join(needs.split())[:500],
            consent=_consent(customer, Purpose.CARE),
            author_id=actor.id,
            at=at,
        )
        _tell(customer, actor, at)
    return row


def forget_dear(dear_id: int, *, actor: Actor, at: datetime) -> None:
    """Raises NotFound, NotAllowed."""
    with tx.write():
        row = Dear.objects.select_related("customer").filter(pk=dear_id).first()
        if row is None:
            raise NotFound
        customer = access.changeable(actor, row.customer.ref)
        row.delete()
        _tell(customer, actor, at)


def finish(task_id: int, *, actor: Actor, at: datetime) -> CareTask:
    """It is done: he was congratulated, asked again (S-003). Twice is once; the first one counts.

    Raises NotFound, NotAllowed.
    """
    with tx.write():
        task = CareTask.objects.select_related("customer").filter(pk=task_id).first()
        if task is None:
            raise NotFound
        customer = access.changeable(actor, task.customer.ref)
        if task.done_at is None:
            task.done_at, task.done_by_id = at, actor.id
            task.save(update_fields=["done_at", "done_by_id"])
            fact = events.CareTaskDone(
                customer_id=customer.pk, task_id=task.pk, kind=CareKind(task.kind)
            )
            facts.publish(fact, at=at, actor_id=actor.id)
    return task


def _check(day: Day, at: datetime) -> None:
    try:
        calendar.in_year(day=day.day, month=day.month, year=2000)
        born = date(day.year, day.month, day.day) if day.year else None
    except ValueError as wrong:
        raise Incomplete("date_unclear") from wrong
    if born is not None and not 1900 <= born.year <= at.year:
        raise Incomplete("date_unclear")
    if day.kind is DayKind.HOLIDAY and not day.name.strip():
        raise Incomplete("name_empty")


def _consent(customer: Customer, purpose: Purpose) -> Consent:
    numbers = access.ids_of(customer)
    for word in known.latest_consents(numbers):
        if word.purpose == purpose and word.given:
            return word
    raise Incomplete("consent_needed")


def _tell(customer: Customer, actor: Actor, at: datetime) -> None:
    fact = events.CustomerChanged(customer_id=customer.pk)
    facts.publish(fact, at=at, actor_id=actor.id)


# What is kept on a consent goes with it.
KEPT_ON = {Purpose.GREETING: ImportantDay, Purpose.CARE: Dear}


def forget_by(customer_id: int, purpose: Purpose) -> int:
    """He takes his consent back: what was kept on it is gone (S-731). Returns how much."""
    kind = KEPT_ON.get(purpose)
    if kind is None:
        return 0
    with tx.within():
        rows = kind.objects.filter(customer_id__in=_family(customer_id))  # type: ignore[attr-defined]
        return int(rows.delete()[1].get(kind._meta.label, 0))


def _family(customer_id: int) -> tuple[int, ...]:
    customer = Customer.objects.filter(pk=customer_id).select_related("merged_into").first()
    return access.ids_of(customer.merged_into or customer) if customer else ()
