"""Who stands at a door: a claim that waits for its reader, and who is signed in to his cabinet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.people.enums import NOT_THEIRS
from zabota.domains.people.errors import NotFound
from zabota.domains.people.models import AddressClaim, CabinetVisit, Consent, Identity
from zabota.domains.people.queries import access
from zabota.kernel import ids


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What its reader must know to answer: whose words they are he sees by the time alone."""

    address: str
    about_id: int | None
    language: str
    made_at: datetime
    answer: str  # "", "yes" or "no": what its reader has said


def claim(token: str, *, at: datetime) -> Claim:
    """The claim behind a letter's link. Raises NotFound: unknown, or run out."""
    row = AddressClaim.objects.filter(token_hash=ids.token_hash(token), expires_at__gt=at).first()
    if row is None:
        raise NotFound
    said = "" if row.used_at is None else "yes" if row.confirmed_id else "no"
    return Claim(
        address=row.address,
        about_id=row.about_id,
        language=row.language,
        made_at=row.made_at,
        answer=said,
    )


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who is signed in. `identity_ids` are his proved address and the browsers that claimed it and
    whose claim he confirmed: what they wrote is his.
    """

    identity_id: int
    identity_ids: frozenset[int]
    values: frozenset[str]
    customer_id: int
    address: str
    name: str
    say: str
    language: str
    preferred_channel: str
    preferred_time: str


def holder(token: str, *, at: datetime) -> Holder:
    """Of that visit. Raises NotFound."""
    row = (
        CabinetVisit.objects.select_related("identity__customer__merged_into")
        .filter(token_hash=ids.token_hash(token), ended_at__isnull=True, expires_at__gt=at)
        .exclude(identity__unusable_reason=NOT_THEIRS)
        .exclude(identity__verified_at__isnull=True)
        .first()
    )
    if row is None:
        raise NotFound
    own: Identity = row.identity
    claimed = Identity.objects.filter(claims__confirmed=own)
    everyone = {own.pk: own, **{one.pk: one for one in claimed}}
    customer = own.customer.merged_into or own.customer
    return Holder(
        identity_id=own.pk,
        identity_ids=frozenset(everyone),
        values=frozenset(
            text.lower() for one in everyone.values() for text in (one.value, one.shown)
        ),
        customer_id=customer.pk,
        address=own.shown,
        name=customer.name,
        say=customer.say,
        language=customer.language,
        preferred_channel=customer.preferred_channel,
        preferred_time=customer.preferred_time,
    )


@dataclass(frozen=True, kw_only=True)
class Said:
    """One word on what may be sent: yes or no, when, in which wording, where."""

    purpose: str
    channel_kind: str
    given: bool
    at: datetime
    wording: str
    origin: str


def words(holder: Holder) -> Sequence[Said]:
    """All that was said for his address and his record, the newest first: the proof (S-716)."""
    own = Identity.objects.select_related("customer__merged_into").get(pk=holder.identity_id)
    customer = own.customer.merged_into or own.customer
    rows = Consent.objects.filter(customer_id__in=access.ids_of(customer)).order_by("-at", "-pk")
    return [
        Said(
            purpose=row.purpose,
            channel_kind=row.channel_kind,
            given=row.given,
            at=row.at,
            wording=row.wording,
            origin=row.origin,
        )
        for row in rows
        if row.identity_id in (None, own.pk)
    ]
