"""How a customer is to be served: what routing and the desk ask before they choose somebody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from zabota.domains.charter import queries as charter
from zabota.domains.people.enums import RelationshipType
from zabota.domains.people.models import Customer, Deputy, VipGrant
from zabota.domains.people.rules.sections import Customers


@dataclass(frozen=True, kw_only=True)
class Service:
    """How one customer is served. `preferred_agent_id` is whom he likes (S-143),
    `dedicated_agent_id` his own agent with `deputies` in their order (S-034), `vip` the key of the
    level in force or "" (S-029). `relationship` is what was said for him, else what holds for his
    segment (S-032).
    """

    customer_id: int
    language: str = ""
    segment: str = ""
    relationship: RelationshipType = RelationshipType.PERSONAL
    preferred_agent_id: int | None = None
    dedicated_agent_id: int | None = None
    deputies: tuple[int, ...] = ()
    vip: str = ""


def service_of(customer_id: int, *, at: datetime) -> Service:
    """How this customer is served, under whichever of his records he is known."""
    return services_of([customer_id], at=at)[customer_id]


def services_of(customer_ids: Collection[int], *, at: datetime) -> Mapping[int, Service]:
    """The same for many at once, by the id as it was asked: five queries however many."""
    asked = set(customer_ids)
    stays = {
        row.pk: row.merged_into_id or row.pk
        for row in Customer.objects.filter(pk__in=asked).only("pk", "merged_into_id")
    }
    rows = Customer.objects.in_bulk(set(stays.values()))
    deputies: dict[int, list[int]] = {}
    for customer_id, agent_id in (
        Deputy.objects.filter(customer_id__in=rows)
        .order_by("place", "pk")
        .values_list("customer_id", "agent_id")
    ):
        deputies.setdefault(customer_id, []).append(agent_id)
    levels = vip_levels(rows, on=at.date())
    section = charter.in_force(at=at).section(Customers)
    found = {
        pk: Service(
            customer_id=pk,
            language=row.language,
            segment=row.segment,
            relationship=section.relationship(row.segment, own=row.relationship),
            preferred_agent_id=row.preferred_agent_id,
            dedicated_agent_id=row.dedicated_agent_id,
            deputies=tuple(deputies.get(pk, ())),
            vip=levels.get(pk, ""),
        )
        for pk, row in rows.items()
    }
    return {pk: found.get(stays.get(pk, 0)) or Service(customer_id=pk) for pk in asked}


def vip_levels(customer_ids: Collection[int], *, on: date) -> dict[int, str]:
    """Customer id → the level in force on that day; a grant of one merged into him is his too.
    The newest counts.
    """
    rows = VipGrant.objects.filter(
        Q(customer_id__in=customer_ids) | Q(customer__merged_into_id__in=customer_ids),
        Q(until__isnull=True) | Q(until__gte=on),
        since__lte=on,
        ended_at__isnull=True,
    )
    return {
        row.customer.merged_into_id or row.customer_id: row.level
        for row in rows.select_related("customer").order_by("since", "pk")
    }


def vip_customers(*, on: date) -> dict[int, str]:
    """Customer id → level, of all who have one on that day."""
    rows = VipGrant.objects.filter(
        Q(until__isnull=True) | Q(until__gte=on), since__lte=on, ended_at__isnull=True
    )
    numbers = {
        merged or number
        for number, merged in rows.values_list("customer_id", "customer__merged_into_id")
    }
    return vip_levels(numbers, on=on)


def portfolios() -> Mapping[int, int]:
    """Agent id → how many customers are his own; agents without any are left out."""
    rows = Customer.objects.filter(dedicated_agent_id__isnull=False, merged_into__isnull=True)
    counted = rows.values_list("dedicated_agent_id").annotate(n=Count("pk"))
    return {agent_id: n for agent_id, n in counted if agent_id is not None}


@dataclass(frozen=True, kw_only=True)
class Cared:
    """One customer of a portfolio."""

    customer_id: int
    ref: str
    name: str
    segment: str
    dedicated_agent_id: int


def portfolio(agent_ids: Collection[int]) -> list[Cared]:
    """The customers who are these agents' own, in the order of their names."""
    rows = Customer.objects.filter(dedicated_agent_id__in=agent_ids, merged_into__isnull=True)
    return [
        Cared(
            customer_id=row.pk,
            ref=row.ref,
            name=row.name,
            segment=row.segment,
            dedicated_agent_id=row.dedicated_agent_id or 0,
        )
        for row in rows.order_by("name", "pk")
    ]
