"""The promise of a first answer: who is owed one, what is promised, and what becomes of it when
the answer comes back (S-145).
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from zabota.domains.desk.enums import Delivery, Direction
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import common
from zabota.domains.desk.services.standards import FirstAnswer
from zabota.domains.promises import queries
from zabota.domains.promises import services as promises
from zabota.domains.promises.enums import PromiseKind

# What reached nobody, or will not, answers nobody.
UNHEARD = (Delivery.UNDONE, Delivery.FAILED)


def never_answered(numbers: Collection[int]) -> frozenset[int]:
    """Those of these conversations in which no letter of a person of ours stands."""
    answered = _answers().filter(conversation_id__in=numbers)
    return frozenset(numbers) - set(answered.values_list("conversation_id", flat=True))


def owed(numbers: Collection[int]) -> frozenset[int]:
    """Those of these conversations that were never answered and have no promise of it yet: only a
    machine had written there, or what was promised ended with the matter's closing.
    """
    if not numbers:
        return frozenset()
    promised = queries.states(common.SUBJECT, list(numbers))
    return never_answered(numbers) - promised.keys()


def vow(conversation: Conversation, standard: FirstAnswer, *, given_at: datetime) -> promises.Vow:
    """The promise as it is given."""
    return promises.Vow(
        kind=PromiseKind.FIRST_ANSWER,
        subject=common.subject_of(conversation),
        clock=standard.clock,
        given_at=given_at,
        customer_id=conversation.customer_id,
        owner_id=conversation.assignee_id,
        context=common.context_of(conversation, charter_version=standard.charter_version),
    )


def take_back(message: Message, *, at: datetime) -> None:
    """The answer that had kept the promise came back: it stands again, with its old clock.

    Another answer that has left since keeps it, as of its own moment. Within the caller's
    transaction.
    """
    subject = common.subject_of(message.conversation)
    reopened = promises.reopen(
        PromiseKind.FIRST_ANSWER, subject, kept_at=message.at, at=at, reason="came back"
    )
    others = _answers().filter(conversation=message.conversation, delivery=Delivery.SENT)
    other = others.order_by("pk").first()
    if reopened and other is not None:
        promises.keep(PromiseKind.FIRST_ANSWER, subject, kept_at=other.at, actor_id=other.author_id)


def _answers() -> QuerySet[Message]:
    ours = Message.objects.filter(direction=Direction.OUT, by_system=False)
    return ours.exclude(delivery__in=UNHEARD)
