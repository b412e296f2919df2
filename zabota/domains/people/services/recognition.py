"""Writes about people: recognising who wrote, and what is known of an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.people import rules
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.models import Customer, Identity
from zabota.kernel import tx


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An address as it was met: how it was written, under which name, in which language."""

    shown: str
    name: str = ""
    language: str = ""
    kind: IdentityKind = IdentityKind.EMAIL


@dataclass(frozen=True, kw_only=True)
class Known:
    """Whose address it is. `customer_id` is the one who stays when customers were merged."""

    identity_id: int
    address: str
    customer_id: int
    name: str
    is_verified: bool
    is_usable: bool


def recognise(seen: Sequence[Seen], *, at: datetime) -> Mapping[str, Known]:
    """Whose each address is, by its normalised value; those never met get a new customer.

    No two kinds have an address in common. Raises NotAnAddress when one of them is none (ask
    `rules.normalised` first).
    """
    found: dict[str, Known] = {}
    for kind in sorted({one.kind for one in seen}):
        found |= _recognise(kind, [one for one in seen if one.kind is kind], at)
    return found


def _recognise(kind: IdentityKind, seen: Sequence[Seen], at: datetime) -> dict[str, Known]:
    wanted = {rules.normalised(kind, one.shown): one for one in reversed(seen)}
    with tx.within():
        known = _known(kind, list(wanted))
        # In one order, so that two who meet the same people never wait for each other.
        missing = {value: wanted[value] for value in sorted(wanted.keys() - known.keys())}
        if missing:
            made = _make(kind, missing, at)
            known |= _known(kind, list(missing))
            _forget_unneeded(made)
    return known


def _known(kind: IdentityKind, values: Sequence[str]) -> dict[str, Known]:
    rows = Identity.objects.filter(kind=kind, value__in=values).select_related("customer")
    return {
        row.value: Known(
            identity_id=row.pk,
            address=row.value,
            customer_id=row.customer.merged_into_id or row.customer_id,
            name=row.name or row.customer.name,
            is_verified=row.verified_at is not None,
            is_usable=row.unusable_since is None,
        )
        for row in rows
    }


def _make(kind: IdentityKind, missing: Mapping[str, Seen], at: datetime) -> list[Customer]:
    customers = Customer.objects.bulk_create(
        Customer(name=rules.called(kind, one.name, value), language=one.language, created_at=at)
        for value, one in missing.items()
    )
    Identity.objects.bulk_create(
        (
            Identity(
                customer=customer,
                kind=kind,
                value=value,
                shown=one.shown[:320],
                name=one.name[:200],
                created_at=at,
            )
            for customer, (value, one) in zip(customers, missing.items(), strict=True)
        ),
        # Two workers may meet the same new address at once: the first one's stays.
        ignore_conflicts=True,
    )
    return customers


def _forget_unneeded(made: Sequence[Customer]) -> None:
    """Customers of whom another worker made the first: nobody's address leads to them."""
    if tx.has_one_writer():
        return
    Customer.objects.filter(pk__in=[one.pk for one in made], identities__isnull=True).delete()


def verify(identity_ids: Sequence[int], *, at: datetime) -> None:
    """These addresses are proved to be their owners': mail from them was vouched for."""
    Identity.objects.filter(pk__in=identity_ids, verified_at__isnull=True).update(verified_at=at)


def mark_unusable(kind: IdentityKind, address: str, *, reason: str, at: datetime) -> None:
    """Mail to this address came back for good: nobody writes to it until it is used again."""
    Identity.objects.filter(kind=kind, value=rules.normalised(kind, address)).update(
        unusable_since=at, unusable_reason=reason
    )


def mark_usable(identity_ids: Sequence[int]) -> None:
    """Its owner wrote from it: it works."""
    Identity.objects.filter(pk__in=identity_ids, unusable_since__isnull=False).update(
        unusable_since=None, unusable_reason=""
    )
