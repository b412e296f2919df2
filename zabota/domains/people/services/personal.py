"""What is known of a customer in fields, who said so, and whether it is still right.

Data are taken as given; each bears the mark of who gave it (S-721).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.charter import queries as charter
from zabota.domains.people import events
from zabota.domains.people.enums import Basis, DataPurpose, FieldKind, Source
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.people.models import (
    Customer,
    DossierField,
    FieldValue,
    Representative,
    Statement,
)
from zabota.domains.people.queries import access, personal
from zabota.domains.people.rules import calendar
from zabota.domains.people.rules import fields as rules
from zabota.domains.people.rules.sections import PersonalData
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.facts import log as facts


@dataclass(frozen=True, kw_only=True)
class Guardian:
    """Who speaks for a minor by law: his name, what he is to the minor, how to reach him."""

    name: str
    relation: str
    contact: str


def state(
    customer_ref: str,
    values: Mapping[str, str],
    *,
    guardian: Guardian | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """One of us writes down values by field; an empty one takes the old one away.

    Raises NotFound, NotAllowed, Incomplete (`field_unknown`, `field_unpublished`,
    `value_unfitting`, `representative_needed`: nothing of a minor is kept without one, S-720).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        _state(customer, values, guardian, Source.STAFF, actor.id, at)


def state_own(
    customer_id: int,
    values: Mapping[str, str],
    *,
    guardian: Guardian | None = None,
    at: datetime,
) -> None:
    """The customer himself writes them: they bear his mark, and are confirmed by it (S-721,
    S-722). In the caller's transaction or its own. Raises NotFound, and what `state` does.
    """
    with tx.within():
        customer = _locked(customer_id)
        _state(customer, values, guardian, Source.CUSTOMER, None, at)
        _confirm(customer, at)


def confirm(customer_id: int, *, at: datetime) -> None:
    """The customer says that all is still right (S-722). Raises NotFound."""
    with tx.within():
        _confirm(_locked(customer_id), at)


def note_given_out(customer_id: int, *, actor: Actor, at: datetime) -> None:
    """That all data of a customer were given out is written down: who and when."""
    with tx.write():
        fact = events.DataGivenOut(customer_id=customer_id)
        facts.publish(fact, at=at, actor_id=actor.id)


def mark(
    customer: Customer, names: Sequence[str], source: Source, author_id: int | None, at: datetime
) -> None:
    """Remember who said these columns of the customer, within the caller's transaction."""
    for name in names:
        Statement.objects.update_or_create(
            customer=customer,
            field=name,
            defaults={"source": source, "author_id": author_id, "at": at},
        )


def _state(
    customer: Customer,
    values: Mapping[str, str],
    guardian: Guardian | None,
    source: Source,
    author_id: int | None,
    at: datetime,
) -> None:
    known = {one.key: one for one in personal.fields()}
    if unknown := set(values) - set(known):
        raise Incomplete("field_unknown", field=min(unknown))
    kept = {key: rules.fitting(known[key], said, on=at.date()) for key, said in values.items()}
    if guardian is not None:
        _keep_guardian(customer, guardian, source, author_id, at)
    _refuse_lone_minor(customer, kept, at)
    for key, value in kept.items():
        row = FieldValue.objects.filter(customer=customer, key=key).first()
        if row is not None and row.value == value and row.source == source:
            continue
        if not value:
            FieldValue.objects.filter(customer_id__in=access.ids_of(customer), key=key).delete()
            continue
        FieldValue.objects.update_or_create(
            customer=customer,
            key=key,
            defaults={"value": value, "source": source, "author_id": author_id, "at": at},
        )
    fact = events.CustomerChanged(customer_id=customer.pk)
    facts.publish(fact, at=at, actor_id=author_id)


def _keep_guardian(
    customer: Customer, guardian: Guardian, source: Source, author_id: int | None, at: datetime
) -> None:
    said = (guardian.name.strip(), guardian.relation.strip(), guardian.contact.strip())
    if not all(said):
        raise Incomplete("representative_needed")
    Representative.objects.update_or_create(
        customer=customer,
        defaults={
            "name": said[0][:200],
            "relation": said[1][:60],
            "contact": said[2][:320],
            "source": source,
            "author_id": author_id,
            "at": at,
        },
    )


def _refuse_lone_minor(customer: Customer, kept: Mapping[str, str], at: datetime) -> None:
    born = kept.get(rules.BIRTH_YEAR, "")
    if not born:
        return
    adult_age = charter.in_force(at=at).section(PersonalData).adult_age
    if not calendar.is_minor(int(born), on=at.date(), adult_age=adult_age):
        return
    numbers = access.ids_of(customer)
    if not Representative.objects.filter(customer_id__in=numbers).exists():
        raise Incomplete("representative_needed")


def _confirm(customer: Customer, at: datetime) -> None:
    customer.data_confirmed_at = at
    customer.save(update_fields=["data_confirmed_at"])
    facts.publish(events.DataConfirmed(customer_id=customer.pk), at=at, actor_id=None)


def _locked(customer_id: int) -> Customer:
    found = Customer.objects.select_for_update(of=("self",)).filter(pk=customer_id).first()
    if found is None:
        raise NotFound
    return found


# --- the inventory, by the owner or manager -------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A field as it is to be; `label` is {ru, lv, en}."""

    label: Mapping[str, str]
    kind: FieldKind
    options: Sequence[str] = ()
    segments: Sequence[str] = ()
    purpose: DataPurpose | None = None
    basis: Basis = Basis.CONSENT
    keep_days: int | None = None
    is_published: bool = False


def set_field(key: str, draft: Draft, *, actor: Actor, at: datetime) -> None:
    """Add a field, or decide anew about one (S-004); no code changes for it.

    What a standard field is called and takes stays. Raises NotAllowed (`leader_only`), Incomplete
    (`label_needed`, `key_unfitting`, `purpose_needed`: without one it can't be published, S-723;
    `options_needed`), Conflict (`kind_stays`: values of another kind are there).
    """
    if actor.role not in {Role.OWNER, Role.MANAGER}:
        raise NotAllowed("not_allowed")
    with tx.write():
        known = personal.field(key)
        standard = known is not None and known.is_standard
        if not standard:
            _check(key, draft)
        if draft.is_published and draft.purpose is None:
            raise Incomplete("purpose_needed")
        in_use = FieldValue.objects.filter(key=key).exists()
        if known is not None and in_use and known.kind is not draft.kind and not standard:
            raise Conflict("kind_stays")
        DossierField.objects.update_or_create(
            key=key,
            defaults={
                "label": dict(draft.label),
                "kind": known.kind if known is not None and standard else draft.kind,
                "options": list(draft.options),
                "segments": list(draft.segments),
                "purpose": draft.purpose or "",
                "basis": draft.basis,
                "keep_days": draft.keep_days,
                "is_published": draft.is_published,
                "changed_at": at,
            },
        )


def _check(key: str, draft: Draft) -> None:
    if not key or len(key) > 32 or not key.replace("_", "").isalnum() or not key.isascii():
        raise Incomplete("key_unfitting")
    if not all(str(draft.label.get(one, "")).strip() for one in ("ru", "lv", "en")):
        raise Incomplete("label_needed")
    if draft.kind is FieldKind.CHOICE and len(draft.options) < 2:
        raise Incomplete("options_needed")


def forget_old_values(*, at: datetime) -> int:
    """Values that were kept as long as their field says are gone (S-719). Returns how many."""
    removed = 0
    for one in personal.fields():
        if one.keep_days is not None:
            before = at - timedelta(days=one.keep_days)
            with tx.write():
                rows = FieldValue.objects.filter(key=one.key, at__lt=before)
                removed += rows.delete()[0]
    return removed
