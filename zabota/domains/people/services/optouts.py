"""People who want to hear no more of something, each known by an address alone: by the link beneath
a mailing, by a letter, or because the address was never theirs (S-717, S-729, S-730).

What was said is kept as any other word of consent (S-716), and holds from that moment (S-731).
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from zabota.domains.people import events, rules
from zabota.domains.people.enums import NOT_THEIRS, IdentityKind, Origin, Purpose
from zabota.domains.people.errors import Conflict, NotAnAddress, NotFound
from zabota.domains.people.models import Consent, Customer, Identity
from zabota.domains.people.queries import permissions
from zabota.domains.people.services import consents
from zabota.domains.people.services.consents import Proof
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM
from zabota.kernel.facts import log as facts

# All that is sent without being an answer.
MAILINGS = (Purpose.SURVEY, Purpose.MARKETING)


def stop(
    address: str,
    purposes: Collection[Purpose],
    proof: Proof,
    *,
    channel_kind: str = "email",
    at: datetime,
) -> tuple[Purpose, ...]:
    """The reader of this address hears no more of these; returns those that he had not said before.

    Nothing hinders it: a no is taken without proof, twice is once, and of an address that we do
    not know nothing is asked or kept.
    """
    with tx.within():
        identity = _identity(address)
        if identity is None:
            return ()
        said = [
            purpose
            for purpose in purposes
            if (word := permissions.last_word(identity.value, purpose, channel_kind=channel_kind))
            is None
            or word.given
        ]
        for purpose in said:
            _say(identity, purpose, proof, channel_kind, given=False, at=at)
    return tuple(said)


def take_back(
    address: str, purpose: Purpose, proof: Proof, *, channel_kind: str = "email", at: datetime
) -> None:
    """He wants to hear of it again after all: only a no that was said by the link itself is taken
    back by it, and the new yes names the same companies as the one before (S-718).

    Raises NotFound, Conflict (`nothing_to_take_back`).
    """
    with tx.write():
        identity = _identity(address)
        if identity is None:
            raise NotFound
        before = permissions.last_word(identity.value, purpose, channel_kind=channel_kind)
        if before is None or before.given or before.origin != Origin.UNSUBSCRIBE_LINK:
            raise Conflict("nothing_to_take_back")
        told = replace(proof, controllers=before.controllers or proof.controllers)
        consents.check(told)
        _say(identity, purpose, told, channel_kind, given=True, at=at)


def disown(address: str, proof: Proof, *, at: datetime) -> int | None:
    """Whoever reads this address says that it is not the customer's: nobody writes there any more,
    and nothing said for it counts. Returns the id of the customer who was thought to be there, or
    None for an address that we do not know.

    An address that was never proved leaves the customer: what its reader writes later is his own,
    and shows him nothing of somebody else (S-717). Twice is once.
    """
    with tx.within():
        identity = _identity(address, lock=True)
        if identity is None:
            return None
        customer_id = identity.customer.merged_into_id or identity.customer_id
        if identity.unusable_reason == NOT_THEIRS:
            return customer_id
        identity.unusable_since, identity.unusable_reason = at, NOT_THEIRS
        if identity.verified_at is None:
            identity.customer = Customer.objects.create(
                name=rules.called(IdentityKind.EMAIL, "", identity.value), created_at=at
            )
            identity.name = ""
        identity.save()
        stop(address, MAILINGS, proof, at=at)
        fact = events.AddressDisowned(customer_id=customer_id, identity_id=identity.pk)
        facts.publish(fact, at=at)
    return customer_id


def _identity(address: str, *, lock: bool = False) -> Identity | None:
    try:
        value = rules.normalised(IdentityKind.EMAIL, address)
    except NotAnAddress:
        return None
    rows = Identity.objects.select_related("customer__merged_into")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.filter(kind=IdentityKind.EMAIL, value=value).first()


def _say(
    identity: Identity,
    purpose: Purpose,
    proof: Proof,
    channel_kind: str,
    *,
    given: bool,
    at: datetime,
) -> Consent:
    customer = identity.customer.merged_into or identity.customer
    return consents.add(
        customer,
        purpose,
        proof,
        channel_kind,
        identity=identity,
        given=given,
        actor=SYSTEM,
        at=at,
    )
