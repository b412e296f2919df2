"""What the desk does when two customers who were taken for one are two again."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from zabota.domains.desk.enums import ParticipantRole
from zabota.domains.desk.models import Conversation, Participant
from zabota.kernel import tx


def give_back(*, stays_id: int, parted_id: int, since: datetime) -> int:
    """Matters that the parted customer's own addresses opened meanwhile are his again.

    Says how many. Whoever stayed keeps what he opened himself, also where the other took part.
    """
    earliest = Participant.objects.filter(
        conversation=OuterRef("conversation"), role=ParticipantRole.CUSTOMER, pk__lt=OuterRef("pk")
    )
    opened = Participant.objects.filter(
        conversation=OuterRef("pk"),
        role=ParticipantRole.CUSTOMER,
        identity__customer_id=parted_id,
    ).exclude(Exists(earliest))
    with tx.write():
        rows = Conversation.objects.filter(
            Exists(opened), customer_id=stays_id, opened_at__gte=since
        )
        return rows.update(customer_id=parted_id)
