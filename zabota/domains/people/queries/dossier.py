"""All that is known of one customer on one page (S-001); his matters are the desk's to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models

from zabota.domains.people.enums import (
    ContactKind,
    CustomerKind,
    Formality,
    NewsTo,
    NoteKind,
    Purpose,
    RelationshipState,
    TieKind,
)
from zabota.domains.people.models import (
    CompanyTerms,
    Consent,
    Customer,
    HumanNote,
    Identity,
    Refusal,
    RelationshipChange,
    Stage,
    Tie,
)
from zabota.domains.people.queries import access
from zabota.kernel import statements
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Address:
    """An identity: where he can be reached."""

    id: int
    kind: str
    shown: str
    name: str
    is_verified: bool
    unusable_reason: str


@dataclass(frozen=True, kw_only=True)
class StageEntry:
    name: str
    note: str
    author_name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Note:
    id: int
    kind: NoteKind
    text: str
    author_name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsentState:
    """The latest word for one purpose in one kind of channel, with its proof."""

    purpose: Purpose
    channel_kind: str
    given: bool
    at: datetime
    wording: str
    wording_version: str
    language: str
    origin: str
    origin_page: str
    clerk_name: str
    controllers: Sequence[tuple[str, str]]  # name, address


@dataclass(frozen=True, kw_only=True)
class TieEntry:
    """Somebody who orders for him, or for whom he orders."""

    id: int
    kind: TieKind
    ref: str
    name: str
    may_order: bool
    news_to: NewsTo
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Change:
    state: RelationshipState
    reason: str
    evidence: str
    actor_name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class RefusedService:
    """An entry of the "do not serve" register."""

    evidence: str
    approver_name: str
    since: datetime
    review_on: date


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """See the module. The newest stage is the current one."""

    id: int
    ref: str
    kind: CustomerKind
    contact_kind: ContactKind
    name: str
    say: str
    formality: Formality
    language: str
    time_zone: str
    state: RelationshipState
    preferred_channel: str
    preferred_time: str
    segment: str
    relationship: str
    expects: str
    tier: str
    preferred_agent_id: int | None
    dedicated_agent_id: int | None
    created_at: datetime
    addresses: Sequence[Address]
    stages: Sequence[StageEntry]
    notes: Sequence[Note]
    consents: Sequence[ConsentState]
    orders_for: Sequence[TieEntry]
    ordered_by: Sequence[TieEntry]
    terms: str
    contact_every_days: int | None
    changes: Sequence[Change]
    refused: RefusedService | None

    @property
    def stage(self) -> StageEntry | None:
        """Where the work with him stands (S-005)."""
        return self.stages[0] if self.stages else None

    @property
    def address_as(self) -> str:
        """The name as to be said (S-047)."""
        return self.say or self.name


def dossier_for(actor: Actor, customer_ref: str) -> Dossier:
    """The customer's dossier, merged customers' included. Raises NotFound. A fixed number of
    queries.
    """
    customer = access.customer_for(actor, customer_ref)
    numbers = access.ids_of(customer)
    stages = list(Stage.objects.filter(customer_id__in=numbers).order_by("-at", "-pk"))
    notes = list(
        HumanNote.objects.filter(customer_id__in=numbers, removed_at__isnull=True).order_by("-pk")
    )
    changes = list(RelationshipChange.objects.filter(customer_id__in=numbers).order_by("-pk"))
    consents = latest_consents(numbers)
    refused = Refusal.objects.filter(customer_id__in=numbers, lifted_at__isnull=True).first()
    terms = CompanyTerms.objects.filter(company=customer).first()
    names = accounts.names(
        {row.author_id for row in stages if row.author_id is not None}
        | {row.author_id for row in notes if row.author_id is not None}
        | {row.actor_id for row in changes if row.actor_id is not None}
        | {row.clerk_id for row in consents if row.clerk_id is not None}
        | ({refused.approver_id} if refused else set())
    )
    return Dossier(
        id=customer.pk,
        ref=customer.ref,
        kind=CustomerKind(customer.kind),
        contact_kind=ContactKind(customer.contact_kind),
        name=customer.name,
        say=customer.say,
        formality=Formality(customer.formality),
        language=customer.language,
        time_zone=customer.time_zone,
        state=RelationshipState(customer.state),
        preferred_channel=customer.preferred_channel,
        preferred_time=customer.preferred_time,
        segment=customer.segment,
        relationship=customer.relationship,
        expects=customer.expects,
        tier=customer.tier,
        preferred_agent_id=customer.preferred_agent_id,
        dedicated_agent_id=customer.dedicated_agent_id,
        created_at=customer.created_at,
        addresses=_addresses(numbers),
        stages=[_stage(row, names) for row in stages],
        notes=[_note(row, names) for row in notes],
        consents=[_consent(row, names) for row in consents],
        orders_for=_ties(numbers, orderer=True),
        ordered_by=_ties(numbers, orderer=False),
        terms=terms.terms if terms else "",
        contact_every_days=terms.contact_every_days if terms else None,
        changes=[_change(row, names) for row in changes],
        refused=_refused(refused, names),
    )


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What is needed of a customer while answering him."""

    ref: str
    say: str
    formality: Formality
    stage: str
    notes: Sequence[tuple[NoteKind, str]]
    consents: Sequence[tuple[Purpose, bool]]
    is_refused: bool


def brief_of(customer_id: int) -> Brief | None:
    """A customer in brief, for a domain or page that has made sure who asks; None when there is
    none. Two queries, and one for each kind of thing that is known of him.
    """
    found = Customer.objects.filter(pk=customer_id).select_related("merged_into").first()
    if found is None:
        return None
    customer = found.merged_into or found
    known = _known_of(customer.pk)
    numbers = access.ids_of(customer) if Customer in known else (customer.pk,)
    notes = HumanNote.objects.filter(customer_id__in=numbers, removed_at__isnull=True)
    return Brief(
        ref=customer.ref,
        say=customer.say,
        formality=Formality(customer.formality),
        stage=_stage_of(numbers) if Stage in known else "",
        notes=[(NoteKind(row.kind), row.text) for row in notes.order_by("-pk")]
        if HumanNote in known
        else (),
        consents=[(Purpose(row.purpose), row.given) for row in latest_consents(numbers)]
        if Consent in known
        else (),
        is_refused=Refusal in known,
    )


def _stage_of(numbers: Sequence[int]) -> str:
    stage = Stage.objects.filter(customer_id__in=numbers).order_by("-at", "-pk").first()
    return stage.name if stage else ""


# Of most customers little is known: one query tells which tables are worth asking. Each kind is
# one line of it, in this order.
_KNOWN: tuple[type[models.Model], ...] = (Customer, Stage, HumanNote, Consent, Refusal)
_KNOWN_SQL = """
WITH his AS (SELECT id FROM people_customer WHERE id = %(id)s OR merged_into_id = %(id)s)
SELECT
    EXISTS (SELECT 1 FROM people_customer WHERE merged_into_id = %(id)s),
    EXISTS (SELECT 1 FROM people_stage WHERE customer_id IN (SELECT id FROM his)),
    EXISTS (
        SELECT 1 FROM people_humannote
        WHERE customer_id IN (SELECT id FROM his) AND removed_at IS NULL
    ),
    EXISTS (SELECT 1 FROM people_consent WHERE customer_id IN (SELECT id FROM his)),
    EXISTS (
        SELECT 1 FROM people_refusal
        WHERE customer_id IN (SELECT id FROM his) AND lifted_at IS NULL
    )
"""


def _known_of(customer_id: int) -> frozenset[type[models.Model]]:
    """The tables that hold something of a customer or of one merged into him."""
    row = statements.row(_KNOWN_SQL, {"id": customer_id})
    return frozenset(kind for kind, is_held in zip(_KNOWN, row, strict=True) if is_held)


def latest_consents(customer_ids: Sequence[int]) -> Sequence[Consent]:
    """The deciding row of each purpose and kind of channel."""
    latest: dict[tuple[str, str], Consent] = {}
    for row in Consent.objects.filter(customer_id__in=customer_ids).order_by("at", "pk"):
        latest[row.purpose, row.channel_kind] = row
    return list(latest.values())


def _addresses(numbers: Sequence[int]) -> Sequence[Address]:
    return [
        Address(
            id=row.pk,
            kind=row.kind,
            shown=row.shown,
            name=row.name,
            is_verified=row.verified_at is not None,
            unusable_reason=row.unusable_reason,
        )
        for row in Identity.objects.filter(customer_id__in=numbers).order_by("pk")
    ]


def _stage(row: Stage, names: dict[int, str]) -> StageEntry:
    author = names.get(row.author_id or 0, "")
    return StageEntry(name=row.name, note=row.note, author_name=author, at=row.at)


def _note(row: HumanNote, names: dict[int, str]) -> Note:
    author = names.get(row.author_id or 0, "")
    return Note(id=row.pk, kind=NoteKind(row.kind), text=row.text, author_name=author, at=row.at)


def _consent(row: Consent, names: dict[int, str]) -> ConsentState:
    return ConsentState(
        purpose=Purpose(row.purpose),
        channel_kind=row.channel_kind,
        given=row.given,
        at=row.at,
        wording=row.wording,
        wording_version=row.wording_version,
        language=row.language,
        origin=row.origin,
        origin_page=row.origin_page,
        clerk_name=names.get(row.clerk_id or 0, ""),
        controllers=[(one["name"], one["address"]) for one in row.controllers],
    )


def _ties(numbers: Sequence[int], *, orderer: bool) -> Sequence[TieEntry]:
    rows = Tie.objects.filter(until__isnull=True).select_related("orderer", "beneficiary")
    rows = (
        rows.filter(orderer_id__in=numbers) if orderer else rows.filter(beneficiary_id__in=numbers)
    )
    found = []
    for row in rows.order_by("pk"):
        other: Customer = row.beneficiary if orderer else row.orderer
        found.append(
            TieEntry(
                id=row.pk,
                kind=TieKind(row.kind),
                ref=other.ref,
                name=other.name,
                may_order=row.may_order,
                news_to=NewsTo(row.news_to),
                since=row.since,
            )
        )
    return found


def _change(row: RelationshipChange, names: dict[int, str]) -> Change:
    return Change(
        state=RelationshipState(row.state),
        reason=row.reason,
        evidence=row.evidence,
        actor_name=names.get(row.actor_id or 0, ""),
        at=row.at,
    )


def _refused(row: Refusal | None, names: dict[int, str]) -> RefusedService | None:
    if row is None:
        return None
    return RefusedService(
        evidence=row.evidence,
        approver_name=names.get(row.approver_id, ""),
        since=row.since,
        review_on=row.review_on,
    )
