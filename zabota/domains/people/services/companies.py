"""Companies, and who may order for whom (S-052, S-053)."""

from datetime import datetime

from zabota.domains.people import events
from zabota.domains.people.enums import CustomerKind, NewsTo, TieKind
from zabota.domains.people.errors import Conflict, Incomplete, NotFound
from zabota.domains.people.models import CompanyTerms, Customer, Tie
from zabota.domains.people.queries import access
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts


def set_terms(
    company_ref: str,
    *,
    terms: str,
    contact_every_days: int | None,
    actor: Actor,
    at: datetime,
) -> CompanyTerms:
    """What was agreed with a company, and how often we keep in touch.

    Raises NotFound, NotAllowed, Incomplete (`not_a_company`, `rhythm_unclear`).
    """
    with tx.write():
        company = access.changeable(actor, company_ref)
        if company.kind != CustomerKind.COMPANY:
            raise Incomplete("not_a_company")
        if contact_every_days is not None and not 1 <= contact_every_days <= 3660:
            raise Incomplete("rhythm_unclear")
        row, _ = CompanyTerms.objects.update_or_create(
            company=company,
            defaults={
                "terms": terms.strip(),
                "contact_every_days": contact_every_days,
                "changed_at": at,
            },
        )
        facts.publish(events.TermsChanged(customer_id=company.pk), at=at, actor_id=actor.id)
    return row


def tie(
    orderer_ref: str,
    *,
    for_ref: str,
    kind: TieKind,
    may_order: bool = True,
    news_to: NewsTo = NewsTo.ORDERER,
    actor: Actor,
    at: datetime,
) -> Tie:
    """One orders for another from now on; an employee does for a company.

    A tie that is there is changed. Raises NotFound, NotAllowed, Conflict (`same_customer`),
    Incomplete (`not_a_company`).
    """
    with tx.write():
        orderer = access.changeable(actor, orderer_ref)
        beneficiary = access.changeable(actor, for_ref)
        _refuse_odd_tie(orderer, beneficiary, kind)
        row, _ = Tie.objects.update_or_create(
            orderer=orderer,
            beneficiary=beneficiary,
            until=None,
            defaults={"kind": kind, "may_order": may_order, "news_to": news_to},
            create_defaults={
                "kind": kind,
                "may_order": may_order,
                "news_to": news_to,
                "since": at,
            },
        )
        fact = events.TieChanged(customer_id=beneficiary.pk, tie_id=row.pk)
        facts.publish(fact, at=at, actor_id=actor.id)
    return row


def untie(tie_id: int, *, actor: Actor, at: datetime) -> None:
    """He orders for the other no more. Twice is once. Raises NotFound, NotAllowed."""
    with tx.write():
        row = Tie.objects.select_related("beneficiary").filter(pk=tie_id).first()
        if row is None:
            raise NotFound
        access.changeable(actor, row.beneficiary.ref)
        if row.until is None:
            row.until = at
            row.save(update_fields=["until"])
            fact = events.TieChanged(customer_id=row.beneficiary_id, tie_id=row.pk)
            facts.publish(fact, at=at, actor_id=actor.id)


def _refuse_odd_tie(orderer: Customer, beneficiary: Customer, kind: TieKind) -> None:
    if orderer.pk == beneficiary.pk:
        raise Conflict("same_customer")
    if kind is TieKind.EMPLOYEE and beneficiary.kind != CustomerKind.COMPANY:
        raise Incomplete("not_a_company")
