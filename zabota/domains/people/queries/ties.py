"""Who orders for whom, who hears of it, and what a customer allowed: asked by those above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zabota.domains.people.enums import IdentityKind, NewsTo, Purpose
from zabota.domains.people.models import Customer, Identity, Refusal, Tie
from zabota.domains.people.queries import access
from zabota.domains.people.queries.dossier import latest_consents


def may_order(orderer_id: int, beneficiary_id: int) -> bool:
    """Everybody for himself; for another by a tie that allows it (S-053)."""
    if orderer_id == beneficiary_id:
        return True
    return Tie.objects.filter(
        orderer_id=orderer_id, beneficiary_id=beneficiary_id, may_order=True, until__isnull=True
    ).exists()


@dataclass(frozen=True, kw_only=True)
class Beneficiary:
    """Somebody for whom another one orders."""

    id: int
    ref: str
    name: str


def ordered_for(customer_id: int) -> Sequence[Beneficiary]:
    """For whom this customer may order, by name."""
    customer = Customer.objects.filter(pk=customer_id).select_related("merged_into").first()
    if customer is None:
        return ()
    numbers = access.ids_of(customer.merged_into or customer)
    rows = Tie.objects.filter(orderer_id__in=numbers, may_order=True, until__isnull=True)
    people = [row.beneficiary for row in rows.select_related("beneficiary")]
    found = [Beneficiary(id=one.pk, ref=one.ref, name=one.name) for one in people]
    return sorted(found, key=lambda one: (one.name, one.id))


def news_of(orderer_id: int | None, beneficiary_id: int | None) -> tuple[int, ...]:
    """Who hears how a matter goes: as `hear_news`, of the customer alone when it is for himself."""
    if orderer_id is None:
        return ()
    if beneficiary_id is None:
        return (orderer_id,)
    customer = Customer.objects.filter(pk=orderer_id).select_related("merged_into").first()
    if customer is None:
        return ()
    for number in access.ids_of(customer.merged_into or customer):
        if may_order(number, beneficiary_id):
            return hear_news(number, beneficiary_id)
    return (orderer_id,)


@dataclass(frozen=True, kw_only=True)
class WrittenTo:
    """How a customer is reached by mail: under which of his ids, and how he is called there."""

    customer_ids: Sequence[int]
    identity_id: int
    name: str


def written_to(customer_id: int) -> WrittenTo | None:
    """The address at which he is written to, a proved one before others; None without one."""
    customer = Customer.objects.filter(pk=customer_id).select_related("merged_into").first()
    if customer is None:
        return None
    stays = customer.merged_into or customer
    numbers = access.ids_of(stays)
    rows = Identity.objects.filter(customer_id__in=numbers, kind=IdentityKind.EMAIL)
    rows = rows.filter(unusable_since__isnull=True)
    row = (
        rows.filter(verified_at__isnull=False).order_by("pk").first() or rows.order_by("pk").first()
    )
    if row is None:
        return None
    return WrittenTo(customer_ids=numbers, identity_id=row.pk, name=stays.name)


def hear_news(orderer_id: int, beneficiary_id: int) -> tuple[int, ...]:
    """Customers who are told how an order goes that one made for the other (S-052).

    Without a tie: who ordered.
    """
    tie = Tie.objects.filter(
        orderer_id=orderer_id, beneficiary_id=beneficiary_id, until__isnull=True
    ).first()
    told = NewsTo(tie.news_to) if tie else NewsTo.ORDERER
    if told is NewsTo.BOTH:
        return tuple(dict.fromkeys((orderer_id, beneficiary_id)))
    return (beneficiary_id,) if told is NewsTo.BENEFICIARY else (orderer_id,)


def allows(customer_id: int, purpose: Purpose, *, channel_kind: str = "email") -> bool:
    """Whether the customer's latest word for this purpose is yes. Service needs no consent."""
    if purpose is Purpose.SERVICE:
        return True
    customer = Customer.objects.filter(pk=customer_id).select_related("merged_into").first()
    if customer is None:
        return False
    known_as = access.ids_of(customer.merged_into or customer)
    return any(
        row.given
        for row in latest_consents(known_as)
        if row.purpose == purpose and row.channel_kind == channel_kind
    )


def refused_to_review(*, by: date | None = None) -> Sequence[tuple[str, str]]:
    """(ref, name) of refused customers whose time of review has come by then; all without a day."""
    rows = Refusal.objects.filter(lifted_at__isnull=True).select_related("customer")
    if by is not None:
        rows = rows.filter(review_on__lte=by)
    people: list[Customer] = [row.customer for row in rows.order_by("review_on", "pk")]
    return [(one.ref, one.name) for one in people]
