"""Which personal data are kept, what for and how long; and those of one customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from zabota.domains.people.enums import Basis, DataPurpose, FieldKind, Source
from zabota.domains.people.models import (
    Customer,
    DossierField,
    FieldValue,
    Representative,
    Statement,
)
from zabota.domains.people.queries import access
from zabota.domains.people.rules import fields as rules
from zabota.domains.people.rules.fields import Field
from zabota.kernel.accounts.roles import Actor


def fields() -> Sequence[Field]:
    """All fields, standard ones first, as the owner decided about them (S-004, S-719)."""
    own = {row.key: _field(row) for row in DossierField.objects.order_by("pk")}
    standard = [_standard(one, own.pop(one.key, None)) for one in rules.standard()]
    return [*standard, *own.values()]


def field(key: str) -> Field | None:
    """The field of that key."""
    return next((one for one in fields() if one.key == key), None)


def _field(row: DossierField) -> Field:
    return Field(
        key=row.key,
        label=row.label,
        kind=FieldKind(row.kind),
        options=tuple(row.options),
        segments=tuple(row.segments),
        purpose=DataPurpose(row.purpose) if row.purpose else None,
        basis=Basis(row.basis),
        keep_days=row.keep_days,
        is_published=row.is_published,
    )


def _standard(one: Field, decided: Field | None) -> Field:
    """What a standard field is called and takes stays; the rest is the owner's to decide."""
    if decided is None:
        return one
    return Field(
        key=one.key,
        label=one.label,
        kind=one.kind,
        segments=decided.segments,
        purpose=decided.purpose,
        basis=decided.basis,
        keep_days=decided.keep_days,
        is_published=decided.is_published,
        is_standard=True,
    )


def used() -> Mapping[str, int]:
    """Field key → how many customers have a value: what nobody uses need not be kept (S-723)."""
    counted = FieldValue.objects.exclude(value="").values_list("key").annotate(n=Count("pk"))
    return dict(counted)


@dataclass(frozen=True, kw_only=True)
class Value:
    """A field of one customer with what is known; `at` is None when nothing is."""

    field: Field
    value: str = ""
    source: Source | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Spokesman:
    """The legal representative of a minor (S-720)."""

    name: str
    relation: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class Personal:
    """A customer's fields, who said his name and language last, and when he confirmed all."""

    values: Sequence[Value]
    sources: Mapping[str, Source]
    representative: Spokesman | None
    confirmed_at: datetime | None
    asked_at: datetime | None


def personal_for(actor: Actor, ref: str) -> Personal:
    """Raises NotFound. A fixed number of queries."""
    return of_customer(access.customer_for(actor, ref))


def of_customer(customer: Customer) -> Personal:
    """The same of a customer in hand, merged ones' values included: his own go before theirs."""
    numbers = access.ids_of(customer)
    known: dict[str, FieldValue] = {}
    for row in FieldValue.objects.filter(customer_id__in=numbers).order_by("at", "pk"):
        if row.key not in known or row.customer_id == customer.pk or row.at > known[row.key].at:
            known[row.key] = row
    spokesman = Representative.objects.filter(customer_id__in=numbers).order_by("-pk").first()
    said = Statement.objects.filter(customer_id__in=numbers).order_by("at")
    return Personal(
        values=[
            _value(one, known.get(one.key))
            for one in fields()
            if one.is_published and (one.is_for(customer.segment) or one.key in known)
        ],
        sources={row.field: Source(row.source) for row in said},
        representative=Spokesman(
            name=spokesman.name, relation=spokesman.relation, contact=spokesman.contact
        )
        if spokesman
        else None,
        confirmed_at=customer.data_confirmed_at,
        asked_at=customer.data_asked_at,
    )


def _value(one: Field, row: FieldValue | None) -> Value:
    if row is None or not row.value:
        return Value(field=one)
    return Value(field=one, value=row.value, source=Source(row.source), at=row.at)
