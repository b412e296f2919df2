"""What one looks for at a glance of a customer: his last problem, his mood, where he said it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zabota.domains.desk.models import (
    Conversation,
    EntitlementCheck,
    Handover,
    Message,
    ProblemLink,
)
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries.beside import may_have
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class LastProblem:
    title: str
    resolved_at: datetime | None


def last_problem_of(actor: Actor, customer_id: int) -> LastProblem | None:
    """The newest problem of his matters that this person may see (S-027)."""
    matters = _matters(actor, customer_id)
    rows = ProblemLink.objects.filter(conversation__in=matters).select_related("problem")
    link = rows.order_by("-problem__opened_at", "-pk").first()
    if link is None:
        return None
    return LastProblem(title=link.problem.title, resolved_at=link.problem.resolved_at)


def last_mood_of(actor: Actor, customer_id: int) -> str:
    """The mood that was last handed over with one of his matters; "" when none was told."""
    rows = Handover.objects.filter(conversation__in=_matters(actor, customer_id)).exclude(mood="")
    return rows.order_by("-pk").values_list("mood", flat=True).first() or ""


def places_of(actor: Actor, message_refs: Collection[str]) -> Mapping[str, str]:
    """Message → conversation, by their names, of those that this person may see."""
    rows = Message.objects.filter(
        ref__in=message_refs, conversation__in=access.conversations_for(actor)
    )
    return dict(rows.values_list("ref", "conversation__ref"))


@dataclass(frozen=True, kw_only=True)
class Entitlement:
    """What a VIP customer is entitled to in a matter; `state` is due, given or missed (S-026)."""

    id: int
    what: Mapping[str, str]
    due_at: datetime | None
    state: str
    is_by_hand: bool


def entitlements_of(actor: Actor, ref: str) -> Sequence[Entitlement]:
    """Of a conversation that this person may see. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    if not may_have(EntitlementCheck, actor, conversation.pk):
        return []
    return [
        Entitlement(
            id=row.pk,
            what=row.what,
            due_at=row.due_at,
            state="missed" if row.missed_at else "given" if row.given_at else "due",
            is_by_hand=row.place > 0,
        )
        for row in EntitlementCheck.objects.filter(conversation=conversation).order_by("place")
    ]


def _matters(actor: Actor, customer_id: int) -> QuerySet[Conversation]:
    return access.conversations_for(actor).filter(
        Q(customer_id=customer_id) | Q(customer__merged_into_id=customer_id)
    )
