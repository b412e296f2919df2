"""What binds a customer: his standing with us, who orders for whom, records that are his too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from zabota.domains.people.enums import CustomerKind, EndReason, RelationshipState
from zabota.domains.people.queries import dossier as people
from zabota.domains.people.queries import records
from zabota.faces.web import words
from zabota.kernel.accounts.roles import Actor, Role

LEADING = {Role.LEADER, Role.MANAGER, Role.OWNER}


@dataclass(frozen=True, kw_only=True)
class Change:
    """A step of the relationship: where it went, why, on whose word."""

    state: str
    reason: str
    evidence: str
    author: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Refusal:
    evidence: str
    approver: str
    since: datetime
    review_on: date


@dataclass(frozen=True, kw_only=True)
class Relationship:
    """Addresses of acts are empty for whom they are not."""

    changes: Sequence[Change]
    refusal: Refusal | None
    change_url: str
    end_url: str
    lift_url: str


@dataclass(frozen=True, kw_only=True)
class Tie:
    name: str
    url: str
    kind: str
    news_to: str
    may_order: bool
    end_url: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """Another record: united with this one, or perhaps of the same person."""

    name: str
    addresses: str
    address: str
    by: str
    at: datetime | None
    url: str


@dataclass(frozen=True, kw_only=True)
class Bonds:
    relationship: Relationship
    orders_for: Sequence[Tie]
    ordered_by: Sequence[Tie]
    tie_url: str
    is_company: bool
    terms_url: str
    merged: Sequence[Record]
    namesakes: Sequence[Record]
    same_url: str


def bonds(actor: Actor, known: people.Dossier) -> Bonds:
    """Of a customer whose dossier this person has got."""
    return Bonds(
        relationship=_relationship(actor, known),
        orders_for=[_tie(one, known.ref) for one in known.orders_for],
        ordered_by=[_tie(one, known.ref) for one in known.ordered_by],
        tie_url=_url("tie", known.ref),
        is_company=known.kind is CustomerKind.COMPANY,
        terms_url=_url("terms", known.ref),
        merged=[_merged(one, known.ref) for one in records.merged(actor, known.ref)],
        namesakes=[_namesake(one) for one in records.namesakes(actor, known.ref)],
        same_url=_url("same", known.ref),
    )


def _relationship(actor: Actor, known: people.Dossier) -> Relationship:
    leads, refused = actor.role in LEADING, known.refused
    is_over = known.state is RelationshipState.ENDED
    return Relationship(
        changes=[_change(one) for one in known.changes],
        refusal=Refusal(
            evidence=refused.evidence,
            approver=refused.approver_name,
            since=refused.since,
            review_on=refused.review_on,
        )
        if refused
        else None,
        change_url=_url("relationship", known.ref) if actor.may_answer and not refused else "",
        end_url=_url("end", known.ref) if leads and not is_over else "",
        lift_url=_url("lift", known.ref) if leads and refused else "",
    )


def _change(one: people.Change) -> Change:
    is_ground = one.state is RelationshipState.ENDED and one.reason in set(EndReason)
    return Change(
        state=str(words.RELATIONSHIP[one.state]),
        reason=str(words.END_REASONS[one.reason]) if is_ground else one.reason,
        evidence=one.evidence,
        author=one.actor_name,
        at=one.at,
    )


def _tie(one: people.TieEntry, ref: str) -> Tie:
    return Tie(
        name=one.name,
        url=reverse("web:customer", args=[one.ref]),
        kind=str(words.TIE_KINDS[one.kind]),
        news_to=str(words.NEWS_TO[one.news_to]),
        may_order=one.may_order,
        end_url=reverse("web:customer-untie", args=[ref, one.id]),
    )


def _merged(one: records.Merged, ref: str) -> Record:
    return Record(
        name=one.name,
        addresses=", ".join(one.addresses),
        address="",
        by=one.actor_name,
        at=one.at,
        url=reverse("web:customer-part", args=[ref, one.id]),
    )


def _namesake(one: records.Namesake) -> Record:
    return Record(
        name=one.name,
        addresses=", ".join(one.addresses),
        address=one.addresses[0] if one.addresses else "",
        by="",
        at=None,
        url=reverse("web:customer", args=[one.ref]),
    )


def _url(act: str, ref: str) -> str:
    return reverse(f"web:customer-{act}", args=[ref])
