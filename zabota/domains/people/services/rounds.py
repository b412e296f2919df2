"""The daily rounds: what is laid before our people to do for customers by themselves.

Each cause makes one task, however often the clock looks (S-003, S-007, S-722).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q

from zabota.domains.charter import queries as charter
from zabota.domains.people import events
from zabota.domains.people.enums import CareKind, DayKind
from zabota.domains.people.models import CareTask, Customer, ImportantDay, Interest
from zabota.domains.people.rules import calendar
from zabota.domains.people.rules.sections import Customers
from zabota.kernel import tx
from zabota.kernel.brands import queries as brands
from zabota.kernel.facts import log as facts

MOST_AT_ONCE = 500


def make_rounds(*, at: datetime) -> int:
    """Greetings due soon, wishes to ask about again, data to confirm. Returns how many tasks."""
    section = charter.in_force(at=at).section(Customers)
    today = at.date()
    with tx.write():
        made = [
            *_greetings(section, today, at),
            *_wishes(section, today, at),
            *_confirmations(section, today, at),
        ]
        for task in made:
            fact = events.CareTaskMade(
                customer_id=task.customer_id, task_id=task.pk, kind=CareKind(task.kind)
            )
            facts.publish(fact, at=at, actor_id=None)
    return len(made)


def _greetings(section: Customers, today: date, at: datetime) -> Iterable[CareTask]:
    last = today + timedelta(days=section.greet_days_before)
    months = {(today + timedelta(days=n)).month for n in range(section.greet_days_before + 1)}
    rows = ImportantDay.objects.filter(month__in=months).select_related("customer__merged_into")
    for row in rows.order_by("pk"):
        due = calendar.next_on(day=row.day, month=row.month, after=today)
        if due > last or row.tasks.filter(due_on=due).exists():
            continue
        customer = row.customer.merged_into or row.customer
        name, language, brand = _addressed(customer)
        if row.kind == DayKind.BIRTHDAY:
            draft = section.greeting_birthday.say(language, name=name, brand=brand)
        else:
            draft = section.greeting_holiday.say(language, name=name, brand=brand, day=row.name)
        yield _task(customer, CareKind.GREETING, due, draft, at, day=row)


def _wishes(section: Customers, today: date, at: datetime) -> Iterable[CareTask]:
    rows = Interest.objects.filter(
        wanted_until__lt=today, removed_at__isnull=True, tasks__isnull=True
    )
    for row in rows.select_related("customer__merged_into").order_by("pk")[:MOST_AT_ONCE]:
        customer = row.customer.merged_into or row.customer
        name, language, brand = _addressed(customer)
        draft = section.ask_again.say(language, name=name, brand=brand, what=row.text)
        yield _task(customer, CareKind.ASK_AGAIN, today, draft, at, interest=row)


def _confirmations(section: Customers, today: date, at: datetime) -> Iterable[CareTask]:
    """Customers of whom we keep fields, a year after they last said or were asked."""
    before = at - timedelta(days=section.confirm_data_days)
    rows = Customer.objects.filter(
        Q(field_values__isnull=False) | Q(statements__isnull=False),
        Q(data_confirmed_at__isnull=True) | Q(data_confirmed_at__lt=before),
        Q(data_asked_at__isnull=True) | Q(data_asked_at__lt=before),
        created_at__lt=before,
        merged_into__isnull=True,
    ).distinct()
    for customer in rows.order_by("pk")[:MOST_AT_ONCE]:
        name, language, brand = _addressed(customer)
        draft = section.confirm_data.say(language, name=name, brand=brand)
        Customer.objects.filter(pk=customer.pk).update(data_asked_at=at)
        yield _task(customer, CareKind.CONFIRM_DATA, today, draft, at)


def _addressed(customer: Customer) -> tuple[str, str, str]:
    """How he is called in a letter, in which language, by which of our names."""
    brand = brands.first()
    language = customer.language or (brand.language if brand else "en")
    return customer.say or customer.name, language, brand.name if brand else ""


def _task(
    customer: Customer,
    kind: CareKind,
    due_on: date,
    draft: str,
    at: datetime,
    *,
    day: ImportantDay | None = None,
    interest: Interest | None = None,
) -> CareTask:
    return CareTask.objects.create(
        customer=customer,
        kind=kind,
        day=day,
        interest=interest,
        due_on=due_on,
        owner_id=customer.dedicated_agent_id or customer.preferred_agent_id,
        draft=draft,
        made_at=at,
    )
