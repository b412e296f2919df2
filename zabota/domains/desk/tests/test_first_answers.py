"""The promise of a first answer: who is owed one, and what an answer that comes back does to it."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import Bounce, Party
from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Closure, Conversation, Message
from zabota.domains.desk.queries import inbox
from zabota.domains.desk.queries import thread as threads
from zabota.domains.desk.services import closings
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, IRINA, answered, letter
from zabota.domains.promises import services as promises
from zabota.domains.promises.enums import PromiseState
from zabota.domains.promises.models import Promise
from zabota.kernel.facts.models import FactRow

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
POSTMASTER = Party(address="mailer-daemon@kalnina.example")


def returned(cast: Cast, ours: Message, *, address: str = ILZE.address) -> None:
    """The letter comes back, three hours after the customer wrote."""
    bounce = Bounce(external_id=ours.external_id, address=address, permanent=True, status="5.1.1")
    at = MORNING + 3 * HOUR
    take_in([letter(cast, at=at, sender=POSTMASTER, automatic="bounce", bounced=(bounce,))], at=at)


@pytest.mark.req("S-145", "S-150")
class TestAPersonWhoWritesWhereAMachineHadWritten:
    def test_is_promised_a_first_answer(self, cast: Cast) -> None:
        away = letter(cast, automatic="auto_reply", text="Esmu atvaļinājumā.")
        take_in([away], at=MORNING)
        assert Promise.objects.count() == 0
        at = MORNING + HOUR
        asks = letter(cast, at=at, references=(away.external_id,), text="Kur ir mans galds?")
        take_in([asks], at=at)
        conversation, promise = Conversation.objects.get(), Promise.objects.get()
        assert (promise.state, promise.given_at, promise.due_at) == (
            PromiseState.OPEN,
            at,
            at + 2 * HOUR,
        )
        assert (conversation.due_at, conversation.order_at) == (at + 2 * HOUR, at + 2 * HOUR)
        found = threads.thread(cast.actor(cast.marta), conversation.ref, at=at)
        assert found.card.by_when == at + 2 * HOUR

    def test_in_the_same_batch_is_promised_it_once(self, cast: Cast) -> None:
        away = letter(cast, automatic="auto_reply")
        asks, again = (letter(cast, references=(away.external_id,)) for _ in range(2))
        take_in([away, asks, again], at=MORNING)
        assert Promise.objects.get().given_at == MORNING
        assert Conversation.objects.get().due_at == MORNING + 2 * HOUR

    def test_and_writes_again_is_not_promised_it_twice(self, cast: Cast) -> None:
        away = letter(cast, automatic="auto_reply")
        take_in([away], at=MORNING)
        for hours in (1, 2):
            at = MORNING + hours * HOUR
            take_in([letter(cast, at=at, references=(away.external_id,))], at=at)
        assert Promise.objects.get().given_at == MORNING + HOUR

    def test_after_we_had_written_is_owed_no_first_answer(self, cast: Cast) -> None:
        away = letter(cast, automatic="auto_reply")
        take_in([away], at=MORNING)
        answered(cast, Conversation.objects.get())
        take_in([letter(cast, references=(away.external_id,))], at=MORNING + HOUR)
        assert Promise.objects.count() == 0


@pytest.mark.req("S-145")
def test_a_matter_closed_without_an_answer_is_owed_one_when_its_customer_writes_again(
    cast: Cast, matter: Conversation
) -> None:
    closings.close_unanswered(
        matter.ref, reason="Looked like spam", actor=cast.actor(cast.kira), at=MORNING
    )
    first = matter.messages.get()
    at = MORNING + DAY
    take_in([letter(cast, at=at, references=(first.external_id,))], at=at)
    states = list(Promise.objects.order_by("pk").values_list("state", "given_at"))
    assert states == [(PromiseState.WITHDRAWN, MORNING), (PromiseState.OPEN, at)]


@pytest.mark.req("S-145", "S-150")
class TestAnAnswerThatComesBack:
    def test_has_not_kept_the_promise(self, cast: Cast, matter: Conversation) -> None:
        ours = answered(cast, matter, at=MORNING + HOUR)
        assert Promise.objects.get().state == PromiseState.KEPT
        returned(cast, ours)
        promise = Promise.objects.get()
        assert (promise.state, promise.ended_at) == (PromiseState.OPEN, None)
        changes = promise.changes.order_by("pk").values_list("state", "reason")
        assert list(changes) == [("open", ""), ("kept", ""), ("open", "came back")]
        assert FactRow.objects.filter(name="promises.PromiseReopened").count() == 1

    def test_makes_the_matter_wait_for_us_since_the_customer_wrote(
        self, cast: Cast, matter: Conversation
    ) -> None:
        returned(cast, answered(cast, matter, at=MORNING + HOUR))
        matter.refresh_from_db()
        assert (matter.state, matter.waiting_since, matter.due_at) == (
            State.WAITING_US,
            MORNING,
            MORNING + 2 * HOUR,
        )
        at = MORNING + 3 * HOUR
        found = threads.thread(cast.actor(cast.marta), matter.ref, at=at)
        assert (found.card.by_when, found.card.is_overdue) == (MORNING + 2 * HOUR, True)
        listed = inbox.page(cast.actor(cast.marta), inbox.View.WAITING_US)
        assert [one.ref for one in listed.rows] == [matter.ref]

    def test_after_the_due_time_has_broken_it(self, cast: Cast, matter: Conversation) -> None:
        returned(cast, answered(cast, matter, at=MORNING + HOUR))
        promises.look_at_due(at=MORNING + 3 * HOUR)
        assert Promise.objects.get().state == PromiseState.BROKEN
        broken = FactRow.objects.filter(name="promises.PromiseBroken")
        assert broken.count() == 1

    def test_is_made_good_by_the_next_one(self, cast: Cast, matter: Conversation) -> None:
        ours = answered(cast, matter, at=MORNING + HOUR)
        returned(cast, ours)
        late = MORNING + 4 * HOUR
        answered(cast, matter, at=late, client_id="c-2")
        promise = Promise.objects.get()
        assert (promise.state, promise.ended_at) == (PromiseState.BROKEN, late)

    def test_gives_way_to_another_that_has_left_meanwhile(
        self, cast: Cast, matter: Conversation
    ) -> None:
        ours = answered(cast, matter, at=MORNING + HOUR)
        second = MORNING + 90 * timedelta(minutes=1)
        answered(cast, matter, at=second, client_id="c-2")
        returned(cast, ours)
        promise = Promise.objects.get()
        assert (promise.state, promise.ended_at) == (PromiseState.KEPT, second)

    def test_from_somebody_copied_in_has_kept_it(self, cast: Cast) -> None:
        take_in([letter(cast, cc=(IRINA,))], at=MORNING)
        ours = answered(cast, Conversation.objects.get(), at=MORNING + HOUR)
        returned(cast, ours, address=IRINA.address)
        assert Promise.objects.get().state == PromiseState.KEPT
        assert Conversation.objects.get().state == State.WAITING_US

    @pytest.mark.req("S-100")
    def test_opens_what_was_closed_on_silence(self, cast: Cast, matter: Conversation) -> None:
        answered(cast, matter)
        closings.propose(matter.ref, actor=cast.actor(cast.marta), at=MORNING)
        for days in (2, 5):
            closings.remind_due(at=MORNING + days * DAY)
        closings.close_on_silence(
            matter.ref, reason="Silent", actor=cast.actor(cast.kira), at=MORNING + 6 * DAY
        )
        returned(cast, matter.messages.filter(by_system=True).order_by("-pk")[0])
        matter.refresh_from_db()
        assert matter.state == State.WAITING_US
        assert Closure.objects.get().reopened_at == MORNING + 3 * HOUR

    def test_leaves_closed_what_the_customer_agreed_to(
        self, cast: Cast, matter: Conversation
    ) -> None:
        ours = answered(cast, matter, at=MORNING + HOUR)
        closings.close_on_spoken_word(
            matter.ref, reason="By phone: yes", actor=cast.actor(cast.marta), at=MORNING + HOUR
        )
        returned(cast, ours)
        matter.refresh_from_db()
        assert (matter.state, Promise.objects.get().state) == (State.CLOSED, PromiseState.KEPT)
