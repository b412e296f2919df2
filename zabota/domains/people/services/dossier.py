"""How a customer is called, spoken to and reached."""

import zoneinfo
from dataclasses import dataclass, fields
from datetime import datetime

from zabota.domains.people import events
from zabota.domains.people.enums import ContactKind, CustomerKind, Formality, Source
from zabota.domains.people.errors import Incomplete, NotFound
from zabota.domains.people.models import Customer
from zabota.domains.people.queries import access
from zabota.domains.people.services import personal
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts

LANGUAGES = ("", "ru", "lv", "en")


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What to change; None leaves it as it is.

    `say` is the name as to be said, `formality` formal unless he wished otherwise (S-047).
    """

    name: str | None = None
    say: str | None = None
    kind: CustomerKind | None = None
    contact_kind: ContactKind | None = None
    formality: Formality | None = None
    language: str | None = None
    time_zone: str | None = None
    preferred_channel: str | None = None
    preferred_time: str | None = None
    segment: str | None = None
    expects: str | None = None
    tier: str | None = None


def change(customer_ref: str, changes: Changes, *, actor: Actor, at: datetime) -> Customer:
    """Raises NotFound, NotAllowed (`may_not_answer`), Incomplete (`name_empty`,
    `language_unknown`, `time_zone_unknown`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        _check(changes)
        changed = []
        for field in fields(changes):
            value = getattr(changes, field.name)
            value = _fitting(field.name, value) if isinstance(value, str) else value
            if value is not None and value != getattr(customer, field.name):
                setattr(customer, field.name, value)
                changed.append(field.name)
        if changed:
            customer.save(update_fields=changed)
            personal.mark(customer, changed, Source.STAFF, actor.id, at)
            fact = events.CustomerChanged(customer_id=customer.pk)
            facts.publish(fact, at=at, actor_id=actor.id)
    return customer


WISHES = frozenset({"say", "language", "preferred_channel", "preferred_time"})


def wish(customer_id: int, changes: Changes, *, with_name: bool = False, at: datetime) -> None:
    """The customer himself says how to address and reach him (S-046), in his cabinet also what he
    is called; nothing else is his to change here, and is left out. In the caller's transaction or
    its own.

    Raises NotFound, Incomplete (`language_unknown`, `name_empty`).
    """
    with tx.within():
        found = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
        if found is None:
            raise NotFound
        _check(changes)
        fields_of_his = WISHES | {"name"} if with_name else WISHES
        wanted = {name: getattr(changes, name) for name in fields_of_his}
        said = {name: _fitting(name, value) for name, value in wanted.items() if value is not None}
        Customer.objects.filter(pk=customer_id).update(**said)
        personal.mark(found, sorted(said), Source.CUSTOMER, None, at)
        facts.publish(events.CustomerChanged(customer_id=customer_id), at=at, actor_id=None)


def _check(changes: Changes) -> None:
    if changes.name is not None and not changes.name.strip():
        raise Incomplete("name_empty")
    if changes.language is not None and changes.language not in LANGUAGES:
        raise Incomplete("language_unknown")
    if changes.time_zone and changes.time_zone not in zoneinfo.available_timezones():
        raise Incomplete("time_zone_unknown")


def _fitting(name: str, value: str) -> str:
    longest: int | None = getattr(Customer._meta.get_field(name), "max_length", None)
    return " ".join(value.split())[:longest]
