"""What a VIP customer is entitled to is checked in each matter; a miss is an alarm (S-026)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.errors import Conflict
from zabota.domains.desk.models import Conversation, EntitlementCheck, Message, Task
from zabota.domains.desk.services import entitlements, take_in
from zabota.domains.desk.tests.letters import IRINA, answered, letter
from zabota.domains.people.services import attention
from zabota.kernel.facts.models import FactRow

MINUTE = timedelta(minutes=1)


def arrive(cast: Cast, **what: Any) -> Conversation:
    envelope = letter(cast, **what)
    take_in.take_in([envelope], at=MORNING)
    return Message.objects.get(envelope_id=envelope.envelope_id).conversation


@pytest.fixture
def matter(cast: Cast) -> Conversation:
    """A matter of Ilze, who has the level gold: a first answer in 30 minutes, and a call."""
    found = arrive(cast)
    assert found.customer is not None
    attention.grant_vip(
        found.customer.ref,
        level="gold",
        reason="Desmit gadi",
        since=MORNING.date(),
        until=None,
        actor=cast.actor(cast.kira),
        at=MORNING,
    )
    arrive(cast, sender=IRINA)  # who has none
    return found


def states(matter: Conversation) -> list[str]:
    rows = EntitlementCheck.objects.filter(conversation=matter).order_by("place")
    return ["missed" if x.missed_at else "given" if x.given_at else "due" for x in rows]


@pytest.mark.req("S-026", "AS-68")
class TestAnEntitlement:
    def test_that_was_missed_raises_an_alarm_and_an_apology_once(
        self, cast: Cast, matter: Conversation
    ) -> None:
        looks = [entitlements.look(at=MORNING + n * MINUTE) for n in (0, 29, 31, 32)]
        assert (looks, states(matter)) == ([0, 0, 1, 0], ["missed", "due"])
        task = Task.objects.get()
        assert (task.conversation, task.text) == (
            matter,
            "Atvainoties klientam: nav izpildīts „Pirmā atbilde ārpus rindas”",
        )
        fact = FactRow.objects.get(name="desk.EntitlementMissed")
        assert fact.about_id == matter.pk
        answered(cast, matter, at=MORNING + 40 * MINUTE)
        assert entitlements.look(at=MORNING + 41 * MINUTE) == 0

    def test_is_counted_in_the_hours_in_which_we_work(self, matter: Conversation) -> None:
        evening = MORNING.replace(hour=22)
        Conversation.objects.filter(pk=matter.pk).update(opened_at=evening)
        entitlements.look(at=evening)
        due = EntitlementCheck.objects.get(conversation=matter, place=0).due_at
        assert due == MORNING + timedelta(days=1, minutes=30)
        assert entitlements.look(at=evening + 60 * MINUTE) == 0

    def test_is_given_by_an_answer_in_time(self, cast: Cast, matter: Conversation) -> None:
        entitlements.look(at=MORNING)
        answered(cast, matter, at=MORNING + 10 * MINUTE)
        assert entitlements.look(at=MORNING + 60 * MINUTE) == 0
        assert (states(matter), Task.objects.count()) == (["given", "due"], 0)

    def test_is_marked_by_who_gave_it_and_counts_at_the_close(
        self, cast: Cast, matter: Conversation
    ) -> None:
        entitlements.look(at=MORNING)
        answered(cast, matter, at=MORNING + MINUTE)
        call = EntitlementCheck.objects.get(conversation=matter, place=1)
        for _twice in range(2):
            entitlements.give(call.pk, actor=cast.actor(cast.marta), at=MORNING + MINUTE)
        Conversation.objects.filter(pk=matter.pk).update(state="closed")
        assert entitlements.look(at=MORNING + 60 * MINUTE) == 0
        assert states(matter) == ["given", "given"]

    def test_not_given_before_the_close_was_missed(self, cast: Cast, matter: Conversation) -> None:
        entitlements.look(at=MORNING)
        answered(cast, matter, at=MORNING + MINUTE)
        Conversation.objects.filter(pk=matter.pk).update(state="closed")
        assert entitlements.look(at=MORNING + 2 * MINUTE) == 1
        assert states(matter) == ["given", "missed"]
        call = EntitlementCheck.objects.get(conversation=matter, place=1)
        with pytest.raises(Conflict, match="already_so"):
            entitlements.give(call.pk, actor=cast.actor(cast.marta), at=MORNING + 3 * MINUTE)
