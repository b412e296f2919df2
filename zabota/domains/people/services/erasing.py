"""Forgetting a customer: all rows of people about him go; only the fact that it was done stays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from zabota.domains.people import events
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.people.models import (
    AddressClaim,
    Consent,
    Customer,
    CustomerMerge,
    Erasure,
    Identity,
    SignInCode,
)
from zabota.domains.people.queries import access, custody
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts


@dataclass(frozen=True, kw_only=True)
class Doomed:
    """Whom it is about: his records, their identities, and the addresses in each spelling."""

    customer_id: int
    customer_ids: Collection[int]
    identity_ids: Collection[int]
    addresses: Collection[str]
    asked_by_id: int | None


def ask(customer_ref: str, *, typed: str, actor: Actor, at: datetime) -> None:
    """The first of two says that the customer is to be erased, his name typed as it stands (S-732).
    Asked again it stays as it was. In the caller's transaction or its own.

    Raises NotFound, NotAllowed, Incomplete (`name_unconfirmed`).
    """
    with tx.within():
        customer = _named(customer_ref, typed, actor)
        if custody.asked(customer_id=customer.pk):
            return
        Erasure.objects.filter(customer=customer).delete()  # by one who may no more
        Erasure.objects.create(customer=customer, asked_by_id=actor.person_id, asked_at=at)
        fact = events.ErasureAsked(customer_id=customer.pk)
        facts.publish(fact, at=at, actor_id=actor.id)


def decline(customer_ref: str, *, actor: Actor, at: datetime) -> None:
    """He is not to be erased: anybody who may erase takes the wish back. Raises NotFound,
    NotAllowed.
    """
    with tx.write():
        customer = access.customer_for(actor, customer_ref, lock=True)
        _insist_able(actor)
        row = Erasure.objects.filter(customer=customer).first()
        if row is None:
            raise NotFound
        row.delete()
        fact = events.ErasureDeclined(customer_id=customer.pk, asked_by_id=row.asked_by_id)
        facts.publish(fact, at=at, actor_id=actor.id)


def doomed(customer_ref: str, *, typed: str, actor: Actor, at: datetime) -> Doomed:
    """Whom this person may erase, his name typed as it stands.

    Raises NotFound, NotAllowed (an agent's or leader's act it is not), Incomplete
    (`name_unconfirmed`), Conflict (`second_needed`: another one must have asked before).
    """
    customer = _named(customer_ref, typed, actor)
    if not custody.may_finish(actor, customer.pk, at=at):
        raise Conflict("second_needed")
    asked = custody.asked(customer_id=customer.pk)
    numbers = access.ids_of(customer)
    rows = Identity.objects.filter(customer_id__in=numbers)
    spellings = {text for row in rows for text in (row.value, row.shown) if text}
    return Doomed(
        customer_id=customer.pk,
        customer_ids=numbers,
        identity_ids=[row.pk for row in rows],
        addresses=sorted(spellings),
        asked_by_id=asked[0].by_id if asked else None,
    )


def _named(customer_ref: str, typed: str, actor: Actor) -> Customer:
    customer = access.customer_for(actor, customer_ref, lock=True)
    _insist_able(actor)
    if not actor.is_system and " ".join(typed.split()) != " ".join(customer.name.split()):
        raise Incomplete("name_unconfirmed")
    return customer


def _insist_able(actor: Actor) -> None:
    if actor.role not in custody.MAY_ERASE:
        raise NotAllowed("not_allowed")


def outlived(*, before: datetime, busy: QuerySet[Any], most: int) -> Sequence[str]:
    """Refs of customers of whom nothing was heard since that moment and who agreed to nothing
    since; `busy` are ids of those who have a matter (S-736).
    """
    followers = Customer.objects.filter(pk__in=busy, merged_into__isnull=False)
    agreed = Consent.objects.filter(at__gte=before).values("customer_id")
    rows = Customer.objects.filter(merged_into__isnull=True, created_at__lt=before)
    rows = rows.exclude(pk__in=busy).exclude(pk__in=followers.values("merged_into_id"))
    rows = rows.exclude(pk__in=agreed).order_by("pk")
    return list(rows.values_list("ref", flat=True)[:most])


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
        fact = events.CustomerErased(customer_id=who.customer_id, asked_by_id=who.asked_by_id)
        facts.publish(fact, at=at, actor_id=actor.id)
