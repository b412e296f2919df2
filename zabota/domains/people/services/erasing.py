"""Forgetting a customer: all rows of people about him go; only the fact that it was done stays."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from zabota.domains.people import events
from zabota.domains.people.errors import Incomplete, NotAllowed
from zabota.domains.people.models import (
    AddressClaim,
    Customer,
    CustomerMerge,
    Identity,
    SignInCode,
)
from zabota.domains.people.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.facts import log as facts


@dataclass(frozen=True, kw_only=True)
class Doomed:
    """Whom it is about: his records, their identities, and the addresses in each spelling."""

    customer_id: int
    customer_ids: Collection[int]
    identity_ids: Collection[int]
    addresses: Collection[str]


def doomed(customer_ref: str, *, typed: str, actor: Actor) -> Doomed:
    """Whom this person may erase, his name typed as it stands.

    Raises NotFound, NotAllowed (an agent's or leader's act it is not), Incomplete
    (`name_unconfirmed`).
    """
    customer = access.customer_for(actor, customer_ref, lock=True)
    if actor.role not in {Role.OWNER, Role.MANAGER}:
        raise NotAllowed("not_allowed")
    if not actor.is_system and " ".join(typed.split()) != " ".join(customer.name.split()):
        raise Incomplete("name_unconfirmed")
    numbers = access.ids_of(customer)
    rows = Identity.objects.filter(customer_id__in=numbers)
    spellings = {text for row in rows for text in (row.value, row.shown) if text}
    return Doomed(
        customer_id=customer.pk,
        customer_ids=numbers,
        identity_ids=[row.pk for row in rows],
        addresses=sorted(spellings),
    )


def forget(who: Doomed, *, actor: Actor, at: datetime) -> None:
    """His rows are gone, those merged into him as well. In the caller's transaction, after all
    that points to them.
    """
    with tx.within():
        claims = Q(address__in=who.addresses) | Q(identity_id__in=who.identity_ids)
        AddressClaim.objects.filter(claims).delete()
        SignInCode.objects.filter(address__in=who.addresses).delete()
        CustomerMerge.objects.filter(merged_id__in=who.customer_ids).delete()
        followers = Customer.objects.filter(pk__in=who.customer_ids)
        followers.exclude(pk=who.customer_id).delete()
        Customer.objects.filter(pk=who.customer_id).delete()
        fact = events.CustomerErased(customer_id=who.customer_id)
        facts.publish(fact, at=at, actor_id=actor.id)
