"""Replies: queued, undone, sent, returned; and never two answers by accident."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.enums import OutboundState
from zabota.domains.channels.envelopes import ThreadClue
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.enums import Delivery, State
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound, Refused
from zabota.domains.desk.models import Conversation, Draft, Message
from zabota.domains.desk.services import drafts, merging, replies
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, IRINA, STRANGER, letter
from zabota.domains.promises.enums import PromiseState
from zabota.domains.promises.models import Promise
from zabota.kernel.accounts.models import User

UNDO = timedelta(seconds=10)
LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    take_in([letter(cast)], at=MORNING)
    return Conversation.objects.get()


def reply(text: str = "Galds būs rīt.", **what: object) -> replies.Reply:
    values: dict[str, object] = {"client_id": "c-1", "seen_message_id": 10**9}
    return replies.Reply(text=text, **(values | what))  # type: ignore[arg-type]  # by name


def send(
    cast: Cast, conversation: Conversation, user: User | None = None, **what: object
) -> Message:
    return replies.send(
        reply(**what),  # type: ignore[arg-type]  # by name
        to=conversation.ref,
        actor=cast.actor(user or cast.marta),
        at=LATER,
        undo=UNDO,
    )


class TestSending:
    def test_a_reply_waits_for_its_undo_and_makes_it_the_customers_move(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        message = send(cast, conversation)
        conversation.refresh_from_db()
        envelope = OutboundEnvelope.objects.get()
        assert (message.delivery, message.send_at) == (Delivery.QUEUED, LATER + UNDO)
        assert (envelope.key, envelope.not_before, envelope.group) == (
            f"message:{message.pk}",
            LATER + UNDO,
            f"conversation:{conversation.pk}",
        )
        assert (conversation.state, conversation.assignee) == (State.WAITING_CUSTOMER, cast.marta)

    @pytest.mark.req("S-116")
    def test_the_subject_is_the_locked_one(self, cast: Cast, conversation: Conversation) -> None:
        assert send(cast, conversation).subject == "Re: Terases galds"

    def test_the_letter_answers_the_customers_and_quotes_it(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        send(cast, conversation)
        payload = OutboundEnvelope.objects.get().payload
        asked = conversation.messages.get(direction="in")
        assert payload["in_reply_to"] == asked.external_id
        assert payload["references"] == [asked.external_id]
        assert payload["quote"].endswith("> Kur ir mans galds?")
        assert payload["signature"].startswith("Ar cieņu\nMarta Ozola\nLiepa")

    @pytest.mark.req("S-093")
    def test_everybody_who_takes_part_gets_it(self, cast: Cast) -> None:
        take_in([letter(cast, cc=(IRINA,))], at=MORNING)
        message = send(cast, Conversation.objects.get())
        assert message.to == [
            ["Ilze Kalniņa", "ilze@kalnina.example"],
            ["Ирина Вайновская", "irina@vainovska.example"],
        ]

    @pytest.mark.req("S-093")
    def test_dropping_somebody_needs_a_confirm(self, cast: Cast) -> None:
        take_in([letter(cast, cc=(IRINA,))], at=MORNING)
        conversation = Conversation.objects.get()
        with pytest.raises(Incomplete) as refused:
            send(cast, conversation, drop=[IRINA.address])
        assert refused.value.code == "drop_unconfirmed"
        message = send(cast, conversation, drop=[IRINA.address], drop_confirmed=True)
        assert message.to == [["Ilze Kalniņa", "ilze@kalnina.example"]]

    @pytest.mark.fault("F53")
    def test_a_double_click_sends_once(self, cast: Cast, conversation: Conversation) -> None:
        assert send(cast, conversation) == send(cast, conversation)
        assert OutboundEnvelope.objects.count() == 1

    @pytest.mark.fault("F53")
    def test_the_same_id_in_another_matter_or_of_another_person_is_another_reply(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        take_in([letter(cast, sender=IRINA)], at=MORNING)
        other = Conversation.objects.exclude(pk=conversation.pk).get()
        first = send(cast, conversation)
        second = send(cast, other, text="Ирина, стол будет завтра.")
        third = send(cast, conversation, cast.janis, answered_meanwhile_confirmed=True)
        assert len({first.pk, second.pk, third.pk}) == 3
        assert (second.conversation, third.author) == (other, cast.janis)
        merging.merge(
            other.ref,
            into_ref=conversation.ref,
            confirmed=True,
            actor=cast.actor(cast.marta),
            at=LATER,
        )
        assert conversation.messages.filter(direction="out").count() == 3

    def test_a_second_answer_by_another_agent_is_held_back(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        seen = conversation.messages.get().pk
        send(cast, conversation)
        with pytest.raises(Conflict) as refused:
            send(cast, conversation, cast.janis, client_id="c-2", seen_message_id=seen)
        assert (refused.value.code, refused.value.data["author_id"]) == (
            "answered_meanwhile",
            cast.marta.pk,
        )
        send(
            cast,
            conversation,
            cast.janis,
            client_id="c-2",
            seen_message_id=seen,
            answered_meanwhile_confirmed=True,
        )
        assert OutboundEnvelope.objects.count() == 2

    def test_an_empty_reply_is_refused(self, cast: Cast, conversation: Conversation) -> None:
        with pytest.raises(Incomplete, match="text_empty"):
            send(cast, conversation, text="  \n")

    @pytest.mark.parametrize(
        ("who", "refusal"),
        [("oleg", NotFound), ("kolja", NotAllowed)],
    )
    def test_who_may_not_answer_is_refused(
        self, cast: Cast, conversation: Conversation, who: str, refusal: type[Refused]
    ) -> None:
        with pytest.raises(refusal):
            send(cast, conversation, getattr(cast, who))
        assert OutboundEnvelope.objects.count() == 0


class TestUndo:
    def test_gives_the_words_back_as_a_draft(self, cast: Cast, conversation: Conversation) -> None:
        message = send(cast, conversation)
        assert replies.undo(message.ref, actor=cast.actor(cast.marta), at=LATER)
        conversation.refresh_from_db()
        assert Draft.objects.get().text == "Galds būs rīt."
        assert OutboundEnvelope.objects.get().state == OutboundState.CANCELLED
        assert conversation.state == State.WAITING_US

    def test_comes_too_late_once_the_letter_is_due(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        message = send(cast, conversation)
        assert not replies.undo(message.ref, actor=cast.actor(cast.marta), at=LATER + UNDO)
        assert Draft.objects.count() == 0

    def test_is_the_authors_alone(self, cast: Cast, conversation: Conversation) -> None:
        message = send(cast, conversation)
        assert not replies.undo(message.ref, actor=cast.actor(cast.janis), at=LATER)

    def test_keeps_what_was_typed_since(self, cast: Cast, conversation: Conversation) -> None:
        message = send(cast, conversation)
        marta = cast.actor(cast.marta)
        drafts.keep(conversation.ref, text="Un krēsli arī.", kind="reply", actor=marta, at=LATER)
        replies.undo(message.ref, actor=marta, at=LATER)
        assert Draft.objects.get().text == "Galds būs rīt.\n\nUn krēsli arī."

    def test_after_one_that_failed_leaves_the_move_ours(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        failed = send(cast, conversation)
        envelope = OutboundEnvelope.objects.get()
        replies.record_failure(failed.pk, code="refused", envelope_id=envelope.pk, at=LATER)
        again = send(cast, conversation, client_id="c-2")
        replies.undo(again.ref, actor=cast.actor(cast.marta), at=LATER)
        conversation.refresh_from_db()
        assert (conversation.state, conversation.waiting_since) == (State.WAITING_US, MORNING)

    def test_leaves_no_trace_in_lists(self, cast: Cast, conversation: Conversation) -> None:
        shown = {
            name: getattr(conversation, name)
            for name in (
                "preview",
                "message_count",
                "last_message_at",
                "last_direction",
                "waiting_since",
                "due_at",
                "order_at",
            )
        }
        replies.undo(send(cast, conversation).ref, actor=cast.actor(cast.marta), at=LATER)
        conversation.refresh_from_db()
        assert {name: getattr(conversation, name) for name in shown} == shown


class TestTheQuotation:
    @pytest.mark.threat("T23")
    def test_is_never_a_strangers_letter(self, cast: Cast, conversation: Conversation) -> None:
        asked = conversation.messages.get()
        answer = send(cast, conversation)
        signed = ThreadClue(
            conversation_id=conversation.pk, message_id=answer.pk, from_recipient=False
        )
        take_in(
            [letter(cast, sender=STRANGER, clue=signed, text="Between you and me: canary")],
            at=LATER,
        )
        send(cast, conversation, client_id="c-2")
        payload = OutboundEnvelope.objects.order_by("-pk")[0].payload
        assert payload["in_reply_to"] == asked.external_id
        assert payload["quote"].endswith("> Kur ir mans galds?")

    @pytest.mark.threat("T23")
    def test_tells_nobody_what_was_written_to_us_alone(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        """Irina was taken in later: Ilze's first letter was not for her eyes."""
        asked = conversation.messages.get()
        further = letter(
            cast, references=(asked.external_id,), cc=(IRINA,), text="Pievienoju Irinu."
        )
        alone = letter(
            cast, references=(asked.external_id,), text="Starp mums: budžets ir 900 eiro."
        )
        take_in([further, alone], at=LATER)
        send(cast, conversation)
        payload = OutboundEnvelope.objects.get().payload
        assert [one["address"] for one in payload["to"]] == [ILZE.address, IRINA.address]
        assert (payload["quote"], payload["in_reply_to"]) == ("", alone.external_id)
        send(cast, conversation, client_id="c-2", drop=[IRINA.address], drop_confirmed=True)
        payload = OutboundEnvelope.objects.order_by("-pk")[0].payload
        assert payload["quote"].endswith("> Starp mums: budžets ir 900 eiro.")

    def test_is_of_a_letter_that_all_who_get_the_reply_have(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        asked = conversation.messages.get()
        named = replace(IRINA, address="Irina@Vainovska.example")
        further = letter(cast, references=(asked.external_id,), cc=(named,), text="Jums abām.")
        take_in([further], at=LATER)
        send(cast, conversation)
        payload = OutboundEnvelope.objects.get().payload
        assert len(payload["to"]) == 2
        assert payload["quote"].endswith("> Jums abām.")


class TestDelivery:
    def test_is_not_delayed_any_more_by_news_that_came_late(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        message = send(cast, conversation)
        envelope = OutboundEnvelope.objects.get()
        replies.confirm_delivery(message.pk, sent_at=LATER, perhaps_twice=False, at=LATER)
        replies.record_delay(
            message.pk, code="try_later", envelope_id=envelope.pk, next_try_at=LATER, at=LATER
        )
        assert Message.objects.get(pk=message.pk).delivery == Delivery.SENT

    def test_that_failed_is_told_once_and_not_again_after_the_next_reply(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        message = send(cast, conversation)
        envelope = OutboundEnvelope.objects.get()
        replies.record_failure(message.pk, code="refused", envelope_id=envelope.pk, at=LATER)
        conversation.refresh_from_db()
        assert conversation.waiting_since == MORNING
        send(cast, conversation, client_id="c-2")
        replies.record_failure(message.pk, code="refused", envelope_id=envelope.pk, at=LATER)
        conversation.refresh_from_db()
        assert conversation.state == State.WAITING_CUSTOMER

    @pytest.mark.req("S-145")
    def test_keeps_the_promise_as_of_pressing_send(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        message = send(cast, conversation)
        assert Promise.objects.get().state == PromiseState.OPEN
        left = MORNING + timedelta(hours=3)  # after the due time: a slow server is not a late agent
        replies.confirm_delivery(message.pk, sent_at=left, perhaps_twice=False, at=left)
        promise = Promise.objects.get()
        assert (promise.state, promise.ended_at) == (PromiseState.KEPT, LATER)

    def test_that_failed_leaves_the_promise_open_and_the_move_ours(
        self, cast: Cast, conversation: Conversation
    ) -> None:
        message = send(cast, conversation)
        envelope = OutboundEnvelope.objects.get()
        replies.record_failure(message.pk, code="refused", envelope_id=envelope.pk, at=LATER)
        conversation.refresh_from_db()
        assert Promise.objects.get().state == PromiseState.OPEN
        assert (conversation.state, Message.objects.get(pk=message.pk).delivery) == (
            State.WAITING_US,
            Delivery.FAILED,
        )
