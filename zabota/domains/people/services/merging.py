"""Two records of one person become one, and part again when that was a mistake (S-046).

The merged customer points to the one who stays: nothing is copied, so nothing is lost by parting.
"""

from datetime import datetime

from zabota.domains.people import events
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.people.models import Customer, CustomerMerge
from zabota.domains.people.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts


def merge(customer_ref: str, *, into_ref: str, actor: Actor, at: datetime) -> CustomerMerge:
    """The customer is the same as the other, under whose name both are known from now on.

    Raises NotFound (of either: who merges must see both), NotAllowed, Conflict
    (`same_customer`), Incomplete (`kinds_differ`: a person and a company are never one).
    """
    with tx.write():
        merged, stays = _both(customer_ref, into_ref, actor)
        if merged.pk == stays.pk:
            raise Conflict("same_customer")
        if merged.kind != stays.kind:
            raise Incomplete("kinds_differ")
        return unite(merged, stays, actor=actor, at=at)


def unite(merged: Customer, stays: Customer, *, actor: Actor, at: datetime) -> CustomerMerge:
    """The same within the caller's transaction, of two that stand for themselves and are of one
    kind: nothing is asked here.
    """
    followers = list(
        Customer.objects.filter(merged_into=merged).values_list("pk", flat=True).order_by("pk")
    )
    row = CustomerMerge.objects.create(
        merged=merged, stays=stays, followers=followers, actor_id=actor.id, at=at
    )
    Customer.objects.filter(pk__in=[merged.pk, *followers]).update(merged_into=stays)
    fact = events.CustomersMerged(customer_id=stays.pk, merged_id=merged.pk)
    facts.publish(fact, at=at, actor_id=actor.id)
    return row


def part(merge_id: int, *, actor: Actor, at: datetime) -> None:
    """They are two again: what was known of each before is as it was. Twice is once.

    What was written of both meanwhile stays with the one who stayed; matters go back to whose
    address opened them (the desk hears of it). Raises NotFound, NotAllowed.
    """
    with tx.write():
        row = (
            CustomerMerge.objects.select_related("merged", "stays__merged_into")
            .filter(pk=merge_id)
            .first()
        )
        if row is None:
            raise NotFound
        access.changeable(actor, row.merged.ref)
        if row.undone_at is not None:
            return
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        # Only those who are still there: one may have been parted meanwhile, and be elsewhere.
        there = Customer.objects.filter(merged_into=row.stays.merged_into or row.stays)
        there.filter(pk__in=row.followers).update(merged_into=row.merged)
        there.filter(pk=row.merged_id).update(merged_into=None)
        fact = events.CustomersParted(
            customer_id=row.stays_id, merged_id=row.merged_id, merged_at=row.at
        )
        facts.publish(fact, at=at, actor_id=actor.id)


def _both(merged_ref: str, into_ref: str, actor: Actor) -> tuple[Customer, Customer]:
    """The two as they stand now, locked in one order: who merges them crosswise waits."""
    refs = [access.customer_for(actor, ref).pk for ref in (merged_ref, into_ref)]
    if not actor.may_answer:
        raise NotAllowed("may_not_answer")
    rows = Customer.objects.select_for_update().filter(pk__in=refs).order_by("pk")
    found = {row.pk: row for row in rows}
    if any(row.merged_into_id is not None for row in found.values()):
        raise Conflict("same_customer")
    return found[refs[0]], found[refs[1]]
