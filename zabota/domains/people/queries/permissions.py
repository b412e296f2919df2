"""Whether an address may be written to: is it proved, does mail arrive, was consent given?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from zabota.domains.people import rules
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import NotAnAddress
from zabota.domains.people.models import Consent, Identity
from zabota.domains.people.queries import access


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What is known of one address. An address never met is unproved, usable, without consent.

    `unusable` is the reason why nobody writes there; `given` are the purposes that its customer's
    latest word allows.
    """

    verified: bool = False
    unusable: str = ""
    given: frozenset[str] = frozenset()


NOTHING_KNOWN = Permission()


def of_addresses(
    addresses: Iterable[str], *, channel_kind: str = "email"
) -> Mapping[str, Permission]:
    """The permission of each address, by the address as it was asked."""
    wanted = {address: _normalised(address) for address in addresses}
    rows = {
        row.value: row
        for row in Identity.objects.filter(
            kind=IdentityKind.EMAIL, value__in=set(wanted.values())
        ).select_related("customer__merged_into")
    }
    return {
        address: _permission(rows[value], channel_kind) if value in rows else NOTHING_KNOWN
        for address, value in wanted.items()
    }


def proved_addresses(customer_id: int) -> Sequence[str]:
    """The mail addresses that are proved to be this customer's and work, the newest first."""
    rows = Identity.objects.filter(
        Q(customer_id=customer_id) | Q(customer__merged_into_id=customer_id),
        kind=IdentityKind.EMAIL,
        verified_at__isnull=False,
        unusable_since__isnull=True,
    )
    return list(rows.order_by("-pk").values_list("shown", flat=True))


def _normalised(address: str) -> str:
    try:
        return rules.normalised(IdentityKind.EMAIL, address)
    except NotAnAddress:
        return ""


def _permission(row: Identity, channel_kind: str) -> Permission:
    unusable = (row.unusable_reason or "unusable") if row.unusable_since else ""
    return Permission(
        verified=row.verified_at is not None,
        unusable=unusable,
        given=_given(row, channel_kind),
    )


def _given(row: Identity, channel_kind: str) -> frozenset[str]:
    """Purposes whose latest word is yes."""
    latest = {word.purpose: word.given for word in _words(row, channel_kind)}
    return frozenset(purpose for purpose, given in latest.items() if given)


def _words(row: Identity, channel_kind: str) -> list[Consent]:
    """What was said that counts for an address, oldest first: a yes for its customer or for this
    very address, a no wherever it was said (S-731).
    """
    customer = row.customer.merged_into or row.customer
    words = Consent.objects.filter(
        # A word said for this very address holds for it also when it was said while its owner was
        # taken for somebody else.
        Q(customer_id__in=access.ids_of(customer)) | Q(identity=row),
        channel_kind=channel_kind,
    ).order_by("at", "pk")
    return [word for word in words if not word.given or word.identity_id in (None, row.pk)]


@dataclass(frozen=True, kw_only=True)
class Word:
    """The latest word on one purpose: yes or no, when and how it was said, to which companies."""

    given: bool
    at: datetime
    origin: str
    controllers: Sequence[tuple[str, str]]


def last_word(address: str, purpose: str, *, channel_kind: str = "email") -> Word | None:
    """What was said last for this address; None when nothing was, or it is not known. `controllers`
    are those of the latest yes.
    """
    row = (
        Identity.objects.filter(kind=IdentityKind.EMAIL, value=_normalised(address))
        .select_related("customer__merged_into")
        .first()
    )
    words = [word for word in _words(row, channel_kind) if word.purpose == purpose] if row else []
    if not words:
        return None
    yes = [word.controllers for word in words if word.given]
    named: list[dict[str, str]] = yes[-1] if yes else []
    return Word(
        given=words[-1].given,
        at=words[-1].at,
        origin=words[-1].origin,
        controllers=[(one["name"], one["address"]) for one in named],
    )
