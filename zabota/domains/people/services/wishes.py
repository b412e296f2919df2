"""What a customer needs (S-008), likes (S-006) and wants right now (S-007)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.charter import queries as charter
from zabota.domains.people import events
from zabota.domains.people.enums import NeedState
from zabota.domains.people.errors import Conflict, Incomplete, NotFound
from zabota.domains.people.models import Customer, Interest, Need
from zabota.domains.people.queries import access
from zabota.domains.people.rules.sections import Customers
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log as facts


@dataclass(frozen=True, kw_only=True)
class Said:
    """Where he said it: a message of a conversation, known by what the desk calls them."""

    conversation_id: int | None = None
    message_ref: str = ""


NOWHERE = Said()


def raise_need(
    customer_ref: str,
    text: str,
    *,
    said: Said = NOWHERE,
    owner_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> Need:
    """He needs something; it is open until it is met, exceeded or declined. Who raises it looks
    after it unless somebody else is named. The same words of the same message are one need.

    Raises NotFound, NotAllowed, Incomplete (`text_empty`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        words = _words(text, 500)
        if said.message_ref:
            before = Need.objects.filter(
                customer=customer, message_ref=said.message_ref, text=words
            ).first()
            if before is not None:
                return before
        need = Need.objects.create(
            customer=customer,
            text=words,
            conversation_id=said.conversation_id,
            message_ref=said.message_ref,
            owner_id=owner_id or actor.id,
            author_id=actor.id,
            at=at,
        )
        fact = events.NeedRaised(customer_id=customer.pk, need_id=need.pk)
        facts.publish(fact, at=at, actor_id=actor.id)
    return need


def settle_need(need_id: int, state: NeedState, *, actor: Actor, at: datetime) -> None:
    """It was met, exceeded or declined, or is open again.

    Raises NotFound, NotAllowed, Conflict (`already_so`).
    """
    with tx.write():
        need = Need.objects.select_related("customer").filter(pk=need_id).first()
        if need is None:
            raise NotFound
        access.changeable(actor, need.customer.ref)
        if need.state == state:
            raise Conflict("already_so")
        is_open = state is NeedState.OPEN
        need.state = state
        need.settled_at, need.settled_by_id = (None, None) if is_open else (at, actor.id)
        need.save(update_fields=["state", "settled_at", "settled_by_id"])
        fact = events.NeedSettled(customer_id=need.customer_id, need_id=need.pk, state=state)
        facts.publish(fact, at=at, actor_id=actor.id)


def note_interest(
    customer_ref: str,
    text: str,
    *,
    is_wanted_now: bool = False,
    item: str = "",
    said: Said = NOWHERE,
    actor: Actor,
    at: datetime,
) -> Interest:
    """He likes something, or wants it right now: that holds for the charter's days and is then
    asked again. Raises NotFound, NotAllowed, Incomplete (`text_empty`).
    """
    with tx.write():
        customer = access.changeable(actor, customer_ref)
        until = None
        if is_wanted_now:
            days = charter.in_force(at=at).section(Customers).wanted_days
            until = (at + timedelta(days=days)).date()
        row = Interest.objects.create(
            customer=customer,
            text=_words(text, 200),
            item=item[:64],
            conversation_id=said.conversation_id,
            message_ref=said.message_ref,
            wanted_until=until,
            author_id=actor.id,
            at=at,
        )
        _tell(customer, actor, at)
    return row


def drop_interest(interest_id: int, *, actor: Actor, at: datetime) -> None:
    """It interests him no more. Twice is once. Raises NotFound, NotAllowed."""
    with tx.write():
        row = Interest.objects.select_related("customer").filter(pk=interest_id).first()
        if row is None:
            raise NotFound
        customer = access.changeable(actor, row.customer.ref)
        if row.removed_at is None:
            row.removed_at = at
            row.save(update_fields=["removed_at"])
            row.tasks.filter(done_at__isnull=True).delete()
            _tell(customer, actor, at)


def _words(text: str, longest: int) -> str:
    said = " ".join(text.split())[:longest]
    if not said:
        raise Incomplete("text_empty")
    return said


def _tell(customer: Customer, actor: Actor, at: datetime) -> None:
    fact = events.CustomerChanged(customer_id=customer.pk)
    facts.publish(fact, at=at, actor_id=actor.id)
