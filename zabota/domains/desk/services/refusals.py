"""Refusing service: by a leader only, after a warning, with evidence, politely (S-131)."""

from datetime import date, datetime

from zabota.domains.desk import events
from zabota.domains.desk.enums import Delivery, RefusalStepKind, State
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.desk.models import Conversation, Message, RefusalStep
from zabota.domains.desk.queries import access
from zabota.domains.desk.rules.sections import Refusals
from zabota.domains.desk.services import closings, common, letters, threads
from zabota.domains.desk.services.standards import Standards, language_of, scope_of
from zabota.domains.people.enums import EndReason
from zabota.domains.people.services import relationship
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor


def proposed_text(ref: str, step: RefusalStepKind, *, actor: Actor, at: datetime) -> str:
    """The charter's text of that step in the customer's language. Raises NotFound."""
    return _text(access.conversation_for(actor, ref), step, Standards(at=at))


def warn(ref: str, *, text: str = "", evidence: str, actor: Actor, at: datetime) -> RefusalStep:
    """Warn the customer by a letter: `text`, or the charter's when it is empty.

    Raises NotFound, NotAllowed (`leader_only`), Incomplete (`evidence_needed`, `no_customer`,
    `nobody_to_write_to`).
    """
    with tx.write():
        conversation = _for_leader(ref, actor)
        customer_id = _customer(conversation, evidence)
        step = _take(conversation, RefusalStepKind.WARNED, text, evidence, actor=actor, at=at)
        common.move(conversation, State.WAITING_CUSTOMER, at=at)
        fact = events.CustomerWarned(conversation_id=conversation.pk, customer_id=customer_id)
        common.tell(fact, conversation, actor=actor, at=at)
    return step


def refuse(
    ref: str,
    *,
    text: str = "",
    evidence: str,
    reason: str = EndReason.ABUSE,
    review_on: date,
    actor: Actor,
    at: datetime,
) -> RefusalStep:
    """Refuse further service by a letter; the relationship ends, with a date to look at it again.

    Raises NotFound, NotAllowed (`leader_only`), Incomplete (`warning_first`, `evidence_needed`,
    `no_customer`, `review_date_needed`, `nobody_to_write_to`), Conflict (`already_refused`), and
    what `relationship.end_service` does.
    """
    with tx.write():
        conversation = _for_leader(ref, actor)
        customer_id = _customer(conversation, evidence)
        if review_on <= at.date():
            raise Incomplete("review_date_needed")
        if not _was_warned(customer_id, at):
            raise Incomplete("warning_first")
        if relationship.is_refused(customer_id):
            raise Conflict("already_refused")
        step = _take(conversation, RefusalStepKind.REFUSED, text, evidence, actor=actor, at=at)
        relationship.end_service(
            customer_id,
            reason=reason,
            evidence=evidence,
            review_on=review_on,
            actor=actor,
            at=at,
        )
        common.move(conversation, State.WAITING_CUSTOMER, at=at)
        fact = events.ServiceRefused(conversation_id=conversation.pk, customer_id=customer_id)
        common.tell(fact, conversation, actor=actor, at=at)
    return step


def take_back(message: Message, *, actor: Actor, at: datetime) -> None:
    """The letter of a refusal was taken back before it left, or no server took it: the customer is
    served as before. A report that it came back ends no refusal: he who is refused could send one.

    Within the caller's transaction; any other letter changes nothing.
    """
    step = RefusalStep.objects.filter(message=message, step=RefusalStepKind.REFUSED).first()
    customer_id = message.conversation.customer_id
    if step is None or customer_id is None:
        return
    relationship.take_back(customer_id, since=step.at, actor=actor, at=at)


def _for_leader(ref: str, actor: Actor) -> Conversation:
    conversation = access.answerable(actor, ref)
    if not actor.leads(conversation.team_id):
        raise NotAllowed("leader_only")
    return conversation


def _customer(conversation: Conversation, evidence: str) -> int:
    if conversation.customer_id is None:
        raise Incomplete("no_customer")
    if not evidence.strip():
        raise Incomplete("evidence_needed")
    return conversation.customer_id


def _was_warned(customer_id: int, at: datetime) -> bool:
    """A warning that has left: one that was taken back or failed warned nobody."""
    warned = RefusalStep.objects.filter(
        conversation__customer_id=customer_id, step=RefusalStepKind.WARNED, at__lt=at
    )
    return warned.filter(message__delivery=Delivery.SENT).exists()


def _take(
    conversation: Conversation,
    kind: RefusalStepKind,
    text: str,
    evidence: str,
    *,
    actor: Actor,
    at: datetime,
) -> RefusalStep:
    standards = Standards(at=at)
    words = text.strip() or _text(conversation, kind, standards)
    message: Message = letters.write(conversation, words, standards=standards, actor=actor, at=at)
    closings.overtake(conversation, at=at)
    return RefusalStep.objects.create(
        conversation=conversation,
        step=kind,
        by_id=actor.person_id,
        at=at,
        evidence=evidence.strip(),
        message=message,
    )


def _text(conversation: Conversation, step: RefusalStepKind, standards: Standards) -> str:
    section = standards.charter.section(Refusals, scope=scope_of(conversation))
    text = section.warning if step is RefusalStepKind.WARNED else section.refusal
    name = threads.form_of_address(conversation)
    brand = standards.brands[conversation.brand_id].name
    return text.say(language_of(conversation), name=name, brand=brand)
