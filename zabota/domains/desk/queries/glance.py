"""What one looks for at a glance of a customer: his last problem, his mood, where he said it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zabota.domains.desk.models import Conversation, Handover, Message, ProblemLink
from zabota.domains.desk.queries import access
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


def _matters(actor: Actor, customer_id: int) -> QuerySet[Conversation]:
    return access.conversations_for(actor).filter(
        Q(customer_id=customer_id) | Q(customer__merged_into_id=customer_id)
    )
