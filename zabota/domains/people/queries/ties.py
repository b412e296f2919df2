"""Who orders for whom, who hears of it, and what a customer allowed: asked by those above."""

from collections.abc import Sequence
from datetime import date

from zabota.domains.people.enums import NewsTo, Purpose
from zabota.domains.people.models import Customer, Refusal, Tie
from zabota.domains.people.queries import access
from zabota.domains.people.queries.dossier import latest_consents


def may_order(orderer_id: int, beneficiary_id: int) -> bool:
    """Everybody for himself; for another by a tie that allows it (S-053)."""
    if orderer_id == beneficiary_id:
        return True
    return Tie.objects.filter(
        orderer_id=orderer_id, beneficiary_id=beneficiary_id, may_order=True, until__isnull=True
    ).exists()


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
