"""What a customer allowed and forbade, provable: rows are added, never changed (S-716)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.people import events
from zabota.domains.people.enums import Origin, Purpose
from zabota.domains.people.errors import Incomplete
from zabota.domains.people.models import Consent, Customer, Identity
from zabota.domains.people.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How it was said: the very wording shown and its version, where, from which address.

    `controllers` are all legal entities that may use the data, as (name, address) (S-718);
    `of_age`: he said that he is of age and agrees freely (S-735).
    """

    wording: str
    wording_version: str
    language: str
    origin: Origin
    origin_page: str = ""
    ip: str = ""
    identity_id: int | None = None
    controllers: Sequence[tuple[str, str]] = ()
    of_age: bool = False


def record(
    customer_ref: str,
    purpose: Purpose,
    proof: Proof,
    *,
    channel_kind: str = "email",
    actor: Actor,
    at: datetime,
) -> Consent:
    """A customer says yes, before our eyes or by a form (then the system acts).

    Raises NotFound, NotAllowed, Incomplete (`wording_needed`, `controllers_needed`,
    `page_needed`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        check(proof)
        own = _own(customer, proof)
        return add(
            customer, purpose, proof, channel_kind, identity=own, given=True, actor=actor, at=at
        )


def withdraw(
    customer_ref: str,
    purpose: Purpose,
    proof: Proof,
    *,
    channel_kind: str = "email",
    actor: Actor,
    at: datetime,
) -> Consent:
    """A customer says no: it holds from this moment, and its proof is kept (S-731).

    Nothing hinders a no: it is taken without any wording. Raises NotFound, NotAllowed.
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        own = _own(customer, proof)
        return add(
            customer, purpose, proof, channel_kind, identity=own, given=False, actor=actor, at=at
        )


def check(proof: Proof) -> None:
    """Refuse a yes that could not be proved. Raises Incomplete."""
    if not proof.wording.strip() or not proof.wording_version.strip():
        raise Incomplete("wording_needed")
    if not proof.controllers or not all(name and where for name, where in proof.controllers):
        raise Incomplete("controllers_needed")
    if proof.origin is Origin.CAPTURE_FORM and not proof.origin_page:
        raise Incomplete("page_needed")


def add(
    customer: Customer,
    purpose: Purpose,
    proof: Proof,
    channel_kind: str,
    *,
    identity: Identity | None,
    given: bool,
    actor: Actor,
    at: datetime,
) -> Consent:
    """One more word, within the caller's transaction; `identity` is one of the customer's own."""
    row = Consent.objects.create(
        customer=customer,
        identity=identity,
        purpose=purpose,
        channel_kind=channel_kind,
        given=given,
        at=at,
        wording=proof.wording,
        wording_version=proof.wording_version[:32],
        language=proof.language,
        origin=proof.origin,
        origin_page=proof.origin_page[:500],
        ip=proof.ip or None,
        clerk_id=actor.id,
        of_age=proof.of_age,
        controllers=[{"name": name, "address": where} for name, where in proof.controllers],
    )
    kind = events.ConsentGiven if given else events.ConsentWithdrawn
    fact = kind(customer_id=customer.pk, consent_id=row.pk, purpose=purpose)
    facts.publish(fact, at=at, actor_id=actor.id)
    return row


def _own(customer: Customer, proof: Proof) -> Identity | None:
    rows = Identity.objects.filter(customer_id__in=access.ids_of(customer))
    return rows.filter(pk=proof.identity_id or 0).first()
