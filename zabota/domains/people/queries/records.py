"""Finding a customer's record by an address, and records that may be of the same person (S-046)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.people import rules
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import Incomplete, NotAnAddress, NotFound
from zabota.domains.people.models import Customer, CustomerMerge, Identity
from zabota.domains.people.queries import access
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor

MOST_NAMESAKES = 5


@dataclass(frozen=True, kw_only=True)
class Namesake:
    """Somebody of the same name and kind: perhaps the same person."""

    ref: str
    name: str
    addresses: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """A record that was found to be this customer's, and can be parted again."""

    id: int
    name: str
    addresses: Sequence[str]
    actor_name: str
    at: datetime


def ref_by_address(actor: Actor, address: str) -> str:
    """Whose address it is, of customers whom the person may see.

    Raises Incomplete (`address_unknown`): nobody there, and nobody for this person, look the same.
    """
    try:
        value = rules.normalised(IdentityKind.EMAIL, address)
    except NotAnAddress as wrong:
        raise Incomplete("not_an_address") from wrong
    found = Identity.objects.filter(kind=IdentityKind.EMAIL, value=value).select_related("customer")
    for one in found:
        try:
            return access.customer_for(actor, one.customer.ref).ref
        except NotFound:
            break
    raise Incomplete("address_unknown")


def namesakes(actor: Actor, ref: str) -> Sequence[Namesake]:
    """Who has the same name and may be the same: proposed to people, never united by itself."""
    here = access.customer_for(actor, ref)
    rows = Customer.objects.filter(name=here.name, kind=here.kind, merged_into__isnull=True)
    found = []
    for row in rows.exclude(pk=here.pk).order_by("pk")[:MOST_NAMESAKES]:
        try:
            access.customer_for(actor, row.ref)
        except NotFound:
            continue
        found.append(Namesake(ref=row.ref, name=row.name, addresses=_addresses(row)))
    return found


def merged(actor: Actor, ref: str) -> Sequence[Merged]:
    """The records that were united with this customer, the newest first. Raises NotFound."""
    here = access.customer_for(actor, ref)
    rows = list(
        CustomerMerge.objects.filter(stays=here, undone_at__isnull=True)
        .select_related("merged")
        .order_by("-pk")
    )
    names = accounts.names({row.actor_id for row in rows if row.actor_id is not None})
    return [
        Merged(
            id=row.pk,
            name=row.merged.name,
            addresses=_addresses(row.merged),
            actor_name=names.get(row.actor_id or 0, ""),
            at=row.at,
        )
        for row in rows
    ]


def _addresses(customer: Customer) -> Sequence[str]:
    return list(customer.identities.order_by("pk").values_list("shown", flat=True))
