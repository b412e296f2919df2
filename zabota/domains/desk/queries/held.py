"""What a person holds: to be handed over when he leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.queries import access


@dataclass(frozen=True, kw_only=True)
class Held:
    ref: str
    number: int
    subject: str
    customer_name: str


def held_by(user_id: int, *, limit: int = 500) -> Sequence[Held]:
    """Open conversations that are assigned to this person, the most urgent first. For an owner:
    the caller has authorised.
    """
    rows = (
        Conversation.objects.filter(assignee_id=user_id, merged_into__isnull=True)
        .exclude(state=State.CLOSED)
        .select_related("customer__merged_into")
        .order_by("order_at", "pk")[:limit]
    )
    return [
        Held(
            ref=row.ref,
            number=row.number,
            subject=row.subject,
            customer_name=access.customer_name(row),
        )
        for row in rows
    ]
