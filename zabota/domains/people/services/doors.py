"""How a customer proves that an address is his, and comes into his cabinet.

A claim is confirmed by whoever reads the address. What that gives is narrow on purpose (T10, T37):
the address takes part in the one matter it was left in. Two records become one only while the one
who claimed had no proved address himself, so that one careless click never hands a stranger more
than the matter he wrote himself; and what a cabinet shows follows the confirmed address alone,
never the merged record.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from zabota.domains.people import rules
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import NotFound
from zabota.domains.people.models import AddressClaim, CabinetVisit, Identity, SignInCode
from zabota.domains.people.queries import permissions
from zabota.domains.people.services import merging, recognition
from zabota.kernel import ids, tx
from zabota.kernel.accounts.roles import SYSTEM

DIGITS = 6
HOUR = timedelta(hours=1)
KEPT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A claim that was just made, and the secret for the letter."""

    id: int
    token: str
    address: str


def claim(
    identity_id: int,
    address: str,
    *,
    name: str = "",
    about_id: int | None,
    language: str,
    lasts: timedelta,
    at: datetime,
) -> Claimed:
    """He says that this address is his. Nothing is believed yet. Raises NotAnAddress."""
    rules.normalised(IdentityKind.EMAIL, address)
    token = ids.new_token()
    with tx.within():
        row = AddressClaim.objects.create(
            identity_id=identity_id,
            address=address.strip()[:320],
            name=rules.called(IdentityKind.CHAT, name, "")[:200],
            about_id=about_id,
            language=language[:2],
            token_hash=ids.token_hash(token),
            made_at=at,
            expires_at=at + lasts,
        )
    return Claimed(id=row.pk, token=token, address=row.address)


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """What a claim came to: the proved address, who had claimed it, and in which matter."""

    identity_id: int
    claimant_id: int
    name: str
    about_id: int | None


def confirm(token: str, *, at: datetime) -> Confirmed:
    """Its reader says yes: the address is proved. Once. In the caller's transaction or its own.
    Raises NotFound.
    """
    with tx.within():
        row = _open_claim(token, at)
        claimant = Identity.objects.select_related("customer__merged_into").get(pk=row.identity_id)
        proved = _proved(row, claimant, at)
        row.used_at, row.confirmed = at, proved
        row.save(update_fields=["used_at", "confirmed"])
    return Confirmed(
        identity_id=proved.pk,
        claimant_id=claimant.pk,
        name=row.name,
        about_id=row.about_id,
    )


def refuse(token: str, *, at: datetime) -> None:
    """Its reader says that it was not he: the claim is over. Raises NotFound."""
    with tx.within():
        row = _open_claim(token, at)
        row.used_at = at
        row.save(update_fields=["used_at"])


def _open_claim(token: str, at: datetime) -> AddressClaim:
    rows = AddressClaim.objects.select_for_update(of=("self",))
    row = rows.filter(
        token_hash=ids.token_hash(token), used_at__isnull=True, expires_at__gt=at
    ).first()
    if row is None:
        raise NotFound
    return row


def _proved(row: AddressClaim, claimant: Identity, at: datetime) -> Identity:
    value = rules.normalised(IdentityKind.EMAIL, row.address)
    owner = claimant.customer.merged_into or claimant.customer
    may_join = claimant.value == value or not permissions.proved_addresses(owner.pk)
    if may_join:
        fresh = {
            "customer": owner,
            "shown": row.address,
            "name": row.name,
            "verified_at": at,
            "created_at": at,
        }
        _identity, made = Identity.objects.get_or_create(
            kind=IdentityKind.EMAIL, value=value, defaults=fresh
        )
        if made and row.name and not owner.name:
            owner.name = row.name
            owner.save(update_fields=["name"])
    seen = recognition.Seen(shown=row.address, name=row.name, language=row.language)
    known = recognition.recognise([seen], at=at)[value]
    recognition.verify([known.identity_id], at=at)
    recognition.mark_usable([known.identity_id])
    proved = Identity.objects.select_related("customer__merged_into").get(pk=known.identity_id)
    theirs = proved.customer.merged_into or proved.customer
    if may_join and theirs.pk != owner.pk and theirs.kind == owner.kind:
        merging.unite(owner, theirs, actor=SYSTEM, at=at)
    return proved


# --- the cabinet ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the browser keeps (`token`), and the code for the letter: "" when none may leave."""

    id: int
    token: str
    code: str
    address: str
    language: str


def ask(address: str, *, lasts: timedelta, most_an_hour: int, at: datetime) -> Asked:
    """Somebody wants to come into the cabinet of that address. For one that is not proved, unknown
    or asked too often all goes the same way, and no code leaves. Raises NotAnAddress.
    """
    value = rules.normalised(IdentityKind.EMAIL, address)
    token, code = ids.new_token(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    with tx.within():
        identity = (
            Identity.objects.select_related("customer__merged_into")
            .filter(
                kind=IdentityKind.EMAIL,
                value=value,
                verified_at__isnull=False,
                unusable_since__isnull=True,
            )
            .first()
        )
        lately = SignInCode.objects.filter(address=value, made_at__gt=at - HOUR).count()
        if lately >= most_an_hour:
            identity = None
        row = SignInCode.objects.create(
            address=value,
            identity=identity,
            token_hash=ids.token_hash(token),
            code_hash=_hash(token, code),
            made_at=at,
            expires_at=at + lasts,
        )
    whose = (identity.customer.merged_into or identity.customer) if identity else None
    return Asked(
        id=row.pk,
        token=token,
        code=code if identity else "",
        address=identity.shown if identity else "",
        language=whose.language if whose else "",
    )


def enter(token: str, code: str, *, tries: int, lasts: timedelta, at: datetime) -> str:
    """The code was typed where it was asked for: returns the secret of the visit. Each try counts;
    after `tries` of them the code opens nothing. Raises NotFound, whatever was wrong.
    """
    with tx.write():
        row = (
            SignInCode.objects.select_for_update(of=("self",))
            .filter(token_hash=ids.token_hash(token), used_at__isnull=True, expires_at__gt=at)
            .first()
        )
        opens = False
        if row is not None and row.tries < tries:
            row.tries += 1
            same = constant_time_compare(row.code_hash, _hash(token, code))
            opens = same and row.identity_id is not None
            row.used_at = at if opens else None
            row.save(update_fields=["tries", "used_at"])
        made = _begin(row.identity_id, lasts, at) if row and row.identity_id and opens else ""
    if not made:
        raise NotFound
    return made


def leave(token: str, *, everywhere: bool = False, at: datetime) -> None:
    """Sign out here, or in all browsers of that address."""
    with tx.write():
        row = CabinetVisit.objects.filter(token_hash=ids.token_hash(token)).first()
        if row is None:
            return
        rows = CabinetVisit.objects.filter(ended_at__isnull=True)
        rows = rows.filter(identity_id=row.identity_id) if everywhere else rows.filter(pk=row.pk)
        rows.update(ended_at=at)


def forget(*, at: datetime) -> int:
    """Remove codes and visits that open nothing any more, and claims that ran out unanswered."""
    before = at - KEPT
    gone = SignInCode.objects.filter(expires_at__lt=before).delete()[0]
    gone += CabinetVisit.objects.filter(expires_at__lt=before).delete()[0]
    unanswered = AddressClaim.objects.filter(confirmed__isnull=True, expires_at__lt=before)
    return gone + unanswered.delete()[0]


def _begin(identity_id: int, lasts: timedelta, at: datetime) -> str:
    token = ids.new_token()
    CabinetVisit.objects.create(
        identity_id=identity_id,
        token_hash=ids.token_hash(token),
        began_at=at,
        expires_at=at + lasts,
    )
    return token


def _hash(token: str, code: str) -> str:
    """Bound to the browser and the house's key: a copy of the database tells no code."""
    typed = "".join(code.split())[:20]
    return salted_hmac("zabota.cabinet.code", f"{token}:{typed}", algorithm="sha256").hexdigest()
