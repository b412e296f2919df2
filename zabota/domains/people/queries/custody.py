"""Who saw which customer's data, and whose erasing waits for a second person: for the owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from zabota.domains.charter import queries as charter
from zabota.domains.people.enums import LookedAt
from zabota.domains.people.errors import NotAllowed
from zabota.domains.people.models import Customer, Erasure, Look
from zabota.domains.people.queries import access
from zabota.domains.people.rules.sections import PersonalData
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor, Role

MAY_ERASE = frozenset({Role.OWNER, Role.MANAGER})


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One look. `customer` is his name now; "" for one who was erased or for all together."""

    person_id: int
    person: str
    how: LookedAt
    at: datetime
    ref: str
    customer: str


def looks(
    actor: Actor, *, person_id: int | None = None, ref: str = "", most: int = 200
) -> Sequence[Seen]:
    """The newest looks first; those of one person, or at one customer. An owner's. Three queries.

    Raises NotAllowed, NotFound.
    """
    if actor.role is not Role.OWNER:
        raise NotAllowed("not_allowed")
    wanted = Q() if person_id is None else Q(person_id=person_id)
    if ref:
        wanted &= Q(customer_id__in=access.ids_of(access.customer_for(actor, ref)))
    rows = list(Look.objects.filter(wanted).order_by("-at", "-pk")[:most])
    people = accounts.names({row.person_id for row in rows})
    found = Customer.objects.filter(pk__in={row.customer_id for row in rows})
    customers = {number: (of, name) for number, of, name in found.values_list("pk", "ref", "name")}
    return [
        Seen(
            person_id=row.person_id,
            person=people.get(row.person_id, ""),
            how=LookedAt(row.how),
            at=row.at,
            ref=customers.get(row.customer_id, ("", ""))[0],
            customer=customers.get(row.customer_id, ("", ""))[1],
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An erasing that waits for a second person."""

    ref: str
    customer: str
    by_id: int
    by: str
    at: datetime


def asked(*, customer_id: int | None = None) -> Sequence[Asked]:
    """Erasings that wait, oldest first; that of one customer. Who asked must still be able to."""
    able = accounts.active_users().filter(role__in=MAY_ERASE).values_list("pk", "name")
    people = dict(able)
    rows = Erasure.objects.filter(asked_by_id__in=people).select_related("customer")
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    return [
        Asked(
            ref=row.customer.ref,
            customer=row.customer.name,
            by_id=row.asked_by_id,
            by=people[row.asked_by_id],
            at=row.asked_at,
        )
        for row in rows.order_by("asked_at", "pk")
    ]


def asked_of(actor: Actor, ref: str) -> Asked | None:
    """Who asked that this customer be erased. Raises NotFound."""
    found = asked(customer_id=access.customer_for(actor, ref).pk)
    return found[0] if found else None


def may_finish(actor: Actor, customer_id: int, *, at: datetime) -> bool:
    """Whether this person's word is the last one: another one asked before, or there is nobody
    else who could, or the charter wants one person only (`erase_by_two`).
    """
    if actor.is_system or not charter.in_force(at=at).section(PersonalData).erase_by_two:
        return True
    others = accounts.active_users().filter(role__in=MAY_ERASE).exclude(pk=actor.person_id)
    return any(one.by_id != actor.id for one in asked(customer_id=customer_id)) or (
        not others.exists()
    )


def is_last_word(actor: Actor, ref: str, *, at: datetime) -> bool:
    """The same, of a customer by his ref. Raises NotFound."""
    return may_finish(actor, access.customer_for(actor, ref).pk, at=at)
