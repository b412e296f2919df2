"""Closing: with the customer's consent, or by a leader on silence."""

import re
from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import Party
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.enums import ClosedBy, Direction, ProposalAnswer, State
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import (
    ClosingProposal,
    Closure,
    Conversation,
    Participant,
    PortalLink,
    Problem,
    ProblemLink,
    Task,
)
from zabota.domains.desk.services import closings, customer, notes, replies
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import IRINA, answered, letter
from zabota.domains.people.models import Customer
from zabota.domains.promises.enums import PromiseState
from zabota.domains.promises.models import Promise

DAY = timedelta(days=1)


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    question = letter(cast)
    take_in([question], at=MORNING)
    return Conversation.objects.get()


def propose(cast: Cast, conversation: Conversation) -> ClosingProposal:
    """Who has been answered is asked."""
    if not conversation.messages.filter(direction=Direction.OUT).exists():
        answered(cast, conversation)
    return closings.propose(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)


def link_token(number: int = -1) -> str:
    """The token in the link that the customer was sent."""
    envelope = OutboundEnvelope.objects.order_by("pk")[
        OutboundEnvelope.objects.count() + number if number < 0 else number
    ]
    found = re.search(r"/c/([^/]+)/", envelope.payload["links"][0][1])
    assert found
    return found[1]


def state(conversation: Conversation) -> str:
    conversation.refresh_from_db()
    return conversation.state


@pytest.mark.req("S-100")
class TestConsent:
    def test_is_asked_for_by_a_letter_with_a_link(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        propose(cast, conversation)
        payload = OutboundEnvelope.objects.order_by("-pk")[0].payload
        assert state(conversation) == State.AWAITING_CONSENT
        assert payload["to"] == [
            {"address": "ilze@kalnina.example", "name": "Ilze Kalniņa", "kind": "email"}
        ]
        assert payload["text"].startswith("Labdien, Ilze Kalniņa!")

    @pytest.mark.req("S-047")
    def test_is_asked_as_he_wishes_to_be_called(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        Customer.objects.update(say="Ilze")
        propose(cast, conversation)
        payload = OutboundEnvelope.objects.order_by("-pk")[0].payload
        assert payload["text"].startswith("Labdien, Ilze!")
        assert payload["to"][0]["name"] == "Ilze Kalniņa"

    @pytest.mark.threat("T15")
    def test_is_asked_of_an_unproved_address_without_the_name_a_stranger_gave(
        self, cast: Cast
    ) -> None:
        named = Party(address="victim@example.org", name="Buy at evil.example")
        take_in([letter(cast, sender=named, sender_verified=False)], at=MORNING)
        propose(cast, Conversation.objects.get())
        payload = OutboundEnvelope.objects.order_by("-pk")[0].payload
        assert "evil" not in payload["text"] + str(payload["to"])
        assert payload["text"].startswith("Labdien, victim@example.org!")

    def test_by_the_button_closes(self, cast: Cast, conversation: Conversation) -> None:
        proposal = propose(cast, conversation)
        customer.agree(link_token(), at=MORNING + DAY)
        closure = Closure.objects.get()
        proposal.refresh_from_db()
        assert state(conversation) == State.CLOSED
        assert (closure.how, closure.by, proposal.answer) == (
            ClosedBy.BUTTON,
            None,
            ProposalAnswer.AGREED,
        )

    def test_twice_is_one_closing(self, cast: Cast, conversation: Conversation) -> None:
        propose(cast, conversation)
        customer.agree(link_token(), at=MORNING)
        customer.agree(link_token(), at=MORNING)
        assert Closure.objects.count() == 1

    def test_refused_gives_the_matter_back_with_the_customers_words(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        propose(cast, conversation)
        customer.decline(link_token(), words="Trūkst skrūvju.", at=MORNING + DAY)
        assert state(conversation) == State.WAITING_US
        assert conversation.messages.order_by("-pk")[0].text == "Trūkst skrūvju."

    def test_by_a_reply_is_confirmed_by_an_agent(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        propose(cast, conversation)
        question = conversation.messages.get(direction="in")
        take_in(
            [letter(cast, references=(question.external_id,), text="Jā, varat slēgt.")], at=MORNING
        )
        assert state(conversation) == State.WAITING_US
        closure = closings.confirm_agreement(
            conversation.ref, actor=cast.actor(cast.janis), at=MORNING
        )
        assert (closure.how, closure.by, state(conversation)) == (
            ClosedBy.REPLY,
            cast.janis,
            State.CLOSED,
        )

    def test_is_not_given_by_thanks_alone(self, cast: Cast, conversation: Conversation) -> None:
        propose(cast, conversation)
        question = conversation.messages.get(direction="in")
        thanks = letter(cast, references=(question.external_id,), text="Paldies!", thanks_only=True)
        take_in([thanks], at=MORNING)
        with pytest.raises(Incomplete, match="no_reply_to_confirm"):
            closings.confirm_agreement(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
        assert state(conversation) == State.AWAITING_CONSENT

    def test_spoken_ends_what_was_promised(self, cast: Cast, conversation: Conversation) -> None:
        closings.close_on_spoken_word(
            conversation.ref,
            reason="By phone: he found the answer himself",
            actor=cast.actor(cast.marta),
            at=MORNING,
        )
        assert Promise.objects.get().state == PromiseState.WITHDRAWN

    def test_spoken_is_recorded_with_its_words(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        closure = closings.close_on_spoken_word(
            conversation.ref,
            reason="By phone at 14:05: yes, it works now",
            actor=cast.actor(cast.marta),
            at=MORNING,
        )
        assert (closure.how, closure.reason) == (
            ClosedBy.VERBAL,
            "By phone at 14:05: yes, it works now",
        )

    @pytest.mark.threat("T21")
    def test_needs_a_link_that_is_valid(self, cast: Cast, conversation: Conversation) -> None:
        propose(cast, conversation)
        token = link_token()
        for wrong, at in [("x" * 32, MORNING), ("", MORNING), (token, MORNING + 31 * DAY)]:
            with pytest.raises(NotFound):
                customer.agree(wrong, at=at)
        assert token not in repr(list(PortalLink.objects.values()))
        assert state(conversation) == State.AWAITING_CONSENT


@pytest.mark.req("S-100")
class TestSilence:
    def test_is_reminded_of_and_then_closed_by_the_leader(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        proposal = propose(cast, conversation)
        close = {"reason": "Silent since Monday", "at": MORNING + 6 * DAY}
        with pytest.raises(NotAllowed, match="leader_only"):
            closings.close_on_silence(
                conversation.ref,
                actor=cast.actor(cast.marta),
                **close,  # type: ignore[arg-type]
            )
        with pytest.raises(Incomplete, match="reminders_first"):
            closings.close_on_silence(
                conversation.ref,
                actor=cast.actor(cast.kira),
                **close,  # type: ignore[arg-type]
            )
        assert closings.remind_due(at=MORNING + 2 * DAY) == 1
        assert closings.remind_due(at=MORNING + 2 * DAY) == 0
        assert closings.remind_due(at=MORNING + 5 * DAY) == 1
        assert closings.remind_due(at=MORNING + 50 * DAY) == 0
        closure = closings.close_on_silence(
            conversation.ref,
            actor=cast.actor(cast.kira),
            **close,  # type: ignore[arg-type]
        )
        proposal.refresh_from_db()
        assert (closure.how, closure.by, proposal.reminders) == (ClosedBy.SILENCE, cast.kira, 2)

    def test_is_none_while_what_he_wrote_waits_for_us(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        propose(cast, conversation)
        closings.remind_due(at=MORNING + 2 * DAY)
        closings.remind_due(at=MORNING + 5 * DAY)
        asked = conversation.messages.get(direction="in")
        more = letter(cast, references=(asked.external_id,), text="Nē, galds joprojām šūpojas!")
        take_in([more], at=MORNING + 6 * DAY)
        with pytest.raises(Conflict, match="customer_wrote"):
            closings.close_on_silence(
                conversation.ref, reason="Silent", actor=cast.actor(cast.kira), at=MORNING + 7 * DAY
            )
        assert state(conversation) == State.WAITING_US

    def test_is_not_reminded_of_once_he_has_written(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        propose(cast, conversation)
        customer.write(link_token(), words="Galds šūpojas.", client_id="p-1", at=MORNING + DAY)
        sent = OutboundEnvelope.objects.count()
        assert closings.remind_due(at=MORNING + 9 * DAY) == 0
        assert OutboundEnvelope.objects.count() == sent
        closure = closings.confirm_agreement(
            conversation.ref, actor=cast.actor(cast.marta), at=MORNING + 9 * DAY
        )
        assert closure.message == conversation.messages.get(text="Galds šūpojas.")

    def test_of_one_whom_nobody_can_write_to_holds_up_no_other(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        propose(cast, conversation)
        Participant.objects.update(dropped_at=MORNING)
        take_in([letter(cast, sender=IRINA)], at=MORNING)
        other = Conversation.objects.exclude(pk=conversation.pk).get()
        propose(cast, other)
        assert closings.remind_due(at=MORNING + 2 * DAY) == 1
        assert other.messages.filter(by_system=True).count() == 2

    def test_is_no_silence_when_the_question_never_arrived(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        proposal = propose(cast, conversation)
        envelope = OutboundEnvelope.objects.order_by("-pk")[0]
        replies.record_failure(
            conversation.messages.get(by_system=True).pk,
            code="address_unknown",
            envelope_id=envelope.pk,
            at=MORNING,
        )
        proposal.refresh_from_db()
        assert (proposal.answer, state(conversation)) == (
            ProposalAnswer.OVERTAKEN,
            State.WAITING_US,
        )
        assert closings.remind_due(at=MORNING + 9 * DAY) == 0

    def test_a_reminder_is_counted_in_lists(self, cast: Cast, conversation: Conversation) -> None:
        propose(cast, conversation)
        closings.remind_due(at=MORNING + 2 * DAY)
        conversation.refresh_from_db()
        assert (conversation.message_count, conversation.last_message_at) == (4, MORNING + 2 * DAY)


class TestWhatHinders:
    @pytest.mark.req("S-100")
    def test_a_customer_who_was_never_answered_is_not_asked(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        marta = cast.actor(cast.marta)
        notes.write(conversation.ref, text="Kur ir galds?", actor=marta, at=MORNING)
        with pytest.raises(Incomplete, match="never_answered"):
            closings.propose(conversation.ref, actor=marta, at=MORNING)
        taken_back = replies.send(
            replies.Reply(text="Rīt.", client_id="c-9", seen_message_id=9**9),
            to=conversation.ref,
            actor=marta,
            at=MORNING,
            undo=DAY,
        )
        replies.undo(taken_back.ref, actor=marta, at=MORNING)
        with pytest.raises(Incomplete, match="never_answered"):
            closings.propose(conversation.ref, actor=marta, at=MORNING)
        assert (ClosingProposal.objects.count(), state(conversation)) == (0, State.WAITING_US)

    def test_what_needs_no_answer_is_closed_without_one(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        take_in([letter(cast, automatic="mailing_list", subject="Jaunumi")], at=MORNING)
        news = Conversation.objects.exclude(pk=conversation.pk).get()
        marta, kira = cast.actor(cast.marta), cast.actor(cast.kira)
        closings.close_unanswered(news.ref, reason="", actor=marta, at=MORNING)
        with pytest.raises(NotAllowed, match="leader_only"):
            closings.close_unanswered(conversation.ref, reason="Spam", actor=marta, at=MORNING)
        with pytest.raises(Incomplete, match="reason_needed"):
            closings.close_unanswered(conversation.ref, reason="", actor=kira, at=MORNING)
        closings.close_unanswered(conversation.ref, reason="Spam", actor=kira, at=MORNING)
        assert (state(news), state(conversation)) == (State.CLOSED, State.CLOSED)
        assert Promise.objects.get().state == PromiseState.WITHDRAWN

    @pytest.mark.req("S-121")
    def test_a_task_whose_report_did_not_arrive_is_not_reported(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        task = Task.objects.create(
            conversation=conversation, text="Atrast galdu", created_at=MORNING, done_at=MORNING
        )
        message = replies.send(
            replies.Reply(text="Atrasts.", client_id="c", seen_message_id=9**9, reports=[task.pk]),
            to=conversation.ref,
            actor=cast.actor(cast.marta),
            at=MORNING,
            undo=DAY,
        )
        task.refresh_from_db()
        assert task.reported_in == message
        envelope = OutboundEnvelope.objects.get()
        replies.record_failure(message.pk, code="refused", envelope_id=envelope.pk, at=MORNING)
        task.refresh_from_db()
        assert task.reported_in is None

    @pytest.mark.req("S-121")
    def test_a_task_must_be_done_and_reported(self, cast: Cast, conversation: Conversation) -> None:
        task = Task.objects.create(
            conversation=conversation, text="Atrast galdu", created_at=MORNING
        )
        with pytest.raises(Incomplete, match="tasks_open"):
            propose(cast, conversation)
        task.done_at = MORNING
        task.save()
        with pytest.raises(Incomplete, match="tasks_unreported"):
            propose(cast, conversation)

    @pytest.mark.req("S-099")
    def test_a_problem_must_be_resolved(self, cast: Cast, conversation: Conversation) -> None:
        problem = Problem.objects.create(title="Noliktava", opened_at=MORNING, opened_by=cast.marta)
        ProblemLink.objects.create(problem=problem, conversation=conversation)
        with pytest.raises(Incomplete, match="problem_unresolved"):
            propose(cast, conversation)

    def test_asking_twice_is_refused(self, cast: Cast, conversation: Conversation) -> None:
        propose(cast, conversation)
        with pytest.raises(Conflict, match="already_proposed"):
            propose(cast, conversation)


class TestAfterClosing:
    @pytest.fixture
    def closed(self, cast: Cast, conversation: Conversation) -> Conversation:
        propose(cast, conversation)
        customer.agree(link_token(), at=MORNING)
        return conversation

    def test_thanks_alone_does_not_reopen(self, cast: Cast, closed: Conversation) -> None:
        question = closed.messages.filter(direction="in")[0]
        thanks = letter(cast, references=(question.external_id,), text="Paldies!", thanks_only=True)
        take_in([thanks], at=MORNING)
        assert state(closed) == State.CLOSED

    def test_any_other_word_reopens(self, cast: Cast, closed: Conversation) -> None:
        question = closed.messages.filter(direction="in")[0]
        take_in([letter(cast, references=(question.external_id,))], at=MORNING)
        assert state(closed) == State.WAITING_US
        assert Closure.objects.get().reopened_at == MORNING

    def test_not_yet_without_a_word_reopens_too(self, closed: Conversation) -> None:
        customer.decline(link_token(), words="", at=MORNING + DAY)
        assert state(closed) == State.WAITING_US
        assert Closure.objects.get().reopened_at == MORNING + DAY

    def test_writing_on_the_page_reopens(self, closed: Conversation) -> None:
        customer.write(link_token(), words="Galds šūpojas.", client_id="p-1", at=MORNING)
        customer.write(link_token(), words="Galds šūpojas.", client_id="p-1", at=MORNING)
        assert state(closed) == State.WAITING_US
        assert closed.messages.filter(text="Galds šūpojas.").count() == 1
