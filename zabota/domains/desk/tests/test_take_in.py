"""Letters become conversations."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import Bounce, InboundFile, Party, TakenIn, ThreadClue
from zabota.domains.channels.rules.sections import Mail
from zabota.domains.charter import services as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.enums import Delivery, ParticipantRole, State, Trust
from zabota.domains.desk.models import Awaited, Conversation, Message, Participant
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries import thread as threads
from zabota.domains.desk.services import closings
from zabota.domains.desk.services.take_in import forget_awaited, take_in
from zabota.domains.desk.tests.letters import ILZE, IRINA, STRANGER, answered, letter
from zabota.domains.people.models import Customer, Identity
from zabota.domains.promises.enums import PromiseState
from zabota.domains.promises.models import Promise
from zabota.kernel.facts.models import FactRow
from zabota.kernel.files import store

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def clue_to(message: Message, *, from_recipient: bool = True) -> ThreadClue:
    return ThreadClue(
        conversation_id=message.conversation_id,
        message_id=message.pk,
        from_recipient=from_recipient,
    )


class TestANewLetter:
    def test_opens_a_conversation_that_waits_for_us(self, cast: Cast) -> None:
        found = take_in([letter(cast)], at=MORNING)
        conversation = Conversation.objects.get()
        assert found == TakenIn(messages=1, conversations=1)
        assert (
            conversation.subject,
            conversation.state,
            conversation.team,
            conversation.assignee,
            conversation.waiting_since,
            conversation.preview,
        ) == ("Terases galds", State.WAITING_US, cast.riga, None, MORNING, "Kur ir mans galds?")

    def test_makes_its_sender_a_customer(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        identity = Identity.objects.get()
        assert (identity.value, identity.customer.name, identity.customer.language) == (
            "ilze@kalnina.example",
            "Ilze Kalniņa",
            "lv",
        )
        assert identity.verified_at == MORNING

    @pytest.mark.req("S-145")
    def test_is_promised_a_first_answer_in_two_working_hours(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        promise = Promise.objects.get()
        assert (promise.kind, promise.state, promise.ideal_at, promise.due_at) == (
            "first_answer",
            PromiseState.OPEN,
            MORNING + HOUR,
            MORNING + 2 * HOUR,
        )
        assert Conversation.objects.get().due_at == MORNING + 2 * HOUR

    def test_in_the_evening_is_promised_an_answer_next_morning(self, cast: Cast) -> None:
        evening = MORNING + 8 * HOUR + timedelta(minutes=30)  # 17:30, half an hour before closing
        take_in([letter(cast, at=evening)], at=evening)
        assert Promise.objects.get().due_at == MORNING + timedelta(days=1, hours=1, minutes=30)

    def test_of_a_machine_is_kept_and_promised_nothing(self, cast: Cast) -> None:
        take_in([letter(cast, automatic="mailing_list")], at=MORNING)
        assert (Message.objects.count(), Promise.objects.count()) == (1, 0)

    def test_from_an_archive_is_marked_and_promised_nothing(self, cast: Cast) -> None:
        take_in([letter(cast, history=True)], at=MORNING)
        conversation = Conversation.objects.get()
        assert (conversation.history, conversation.state, Promise.objects.count()) == (
            True,
            State.WAITING_US,
            0,
        )

    def test_without_a_readable_sender_is_visible_all_the_same(self, cast: Cast) -> None:
        take_in([letter(cast, sender=None, sender_verified=False)], at=MORNING)
        assert (Conversation.objects.get().customer, Message.objects.get().identity) == (None, None)

    def test_without_a_subject_is_called_by_its_first_words(self, cast: Cast) -> None:
        take_in([letter(cast, subject="Re: ")], at=MORNING)
        assert Conversation.objects.get().subject == "Kur ir mans galds?"

    def test_keeps_its_files(self, cast: Cast) -> None:
        file = store.keep(b"bill", name="rēķins.pdf", media_type="application/pdf")
        kept = InboundFile(file_id=file.pk, name="rēķins.pdf", media_type="application/pdf", size=4)
        take_in([letter(cast, files=(kept,))], at=MORNING)
        assert [one.file for one in Message.objects.get().attachments.all()] == [file]

    @pytest.mark.threat("T10")
    def test_of_an_unverified_sender_adds_nobody_he_copied_in(self, cast: Cast) -> None:
        copied = (STRANGER,)
        take_in([letter(cast, sender_verified=False, cc=copied)], at=MORNING)
        people = Participant.objects.values_list("identity__value", flat=True)
        assert list(people) == ["ilze@kalnina.example"]
        assert Message.objects.get().cc == [["Mallory", "mallory@evil.example"]]

    def test_of_a_verified_sender_takes_those_he_copied_in(self, cast: Cast) -> None:
        take_in([letter(cast, cc=(IRINA,))], at=MORNING)
        assert dict(Participant.objects.values_list("identity__value", "role")) == {
            "ilze@kalnina.example": ParticipantRole.CUSTOMER,
            "irina@vainovska.example": ParticipantRole.COPY,
        }

    @pytest.mark.req("S-087")
    def test_by_the_directors_direct_line_is_for_the_director_alone(self, cast: Cast) -> None:
        cast.brand.director_address = "director@liepa.example"
        cast.brand.save()
        to = (Party(address="director@liepa.example"),)
        take_in([letter(cast, to=to)], at=MORNING)
        conversation = Conversation.objects.get()
        assert conversation.private_to == cast.olga
        # Nobody else finds it in any list, and its answer has a time of its own.
        for user in (cast.marta, cast.kira, cast.vera):
            assert access.conversations_for(cast.actor(user)).count() == 0
        nine_hours = MORNING + timedelta(hours=9)
        assert Promise.objects.get().due_at == nine_hours


class TestAReply:
    def test_to_our_letter_joins_by_its_signed_id(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        ours = answered(cast, Conversation.objects.get())
        found = take_in(
            [letter(cast, sender_verified=False, clue=clue_to(ours))], at=MORNING + 2 * HOUR
        )
        conversation = Conversation.objects.get()
        assert (found.conversations, conversation.state) == (0, State.WAITING_US)
        assert [m.trust for m in conversation.messages.filter(direction="in")] == [
            Trust.VERIFIED,
            Trust.VERIFIED,
        ]

    @pytest.mark.threat("T10")
    def test_of_a_stranger_with_our_id_is_flagged_and_gets_no_answer(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        ours = answered(cast, Conversation.objects.get())
        take_in([letter(cast, sender=STRANGER, clue=clue_to(ours))], at=MORNING + 2 * HOUR)
        conversation = Conversation.objects.get()
        assert conversation.messages.order_by("-pk")[0].trust == Trust.SOMEONE_ELSE
        from zabota.domains.desk.services import threads as writes  # beside its reader

        assert writes.recipients(conversation) == (("Ilze Kalniņa", "ilze@kalnina.example"),)

    def test_within_the_same_batch_joins_its_question(self, cast: Cast) -> None:
        question = letter(cast)
        further = letter(cast, references=(question.external_id,), text="Un vēl: cik tas maksā?")
        assert take_in([question, further], at=MORNING) == TakenIn(messages=2, conversations=1)
        assert Promise.objects.count() == 1

    def test_from_nowhere_only_remembers_the_old_conversation(self, cast: Cast) -> None:
        question = letter(cast)
        take_in([question], at=MORNING)
        forged = letter(
            cast, sender=STRANGER, sender_verified=False, references=(question.external_id,)
        )
        take_in([forged], at=MORNING)
        old, new = Conversation.objects.order_by("pk")
        assert new.comes_from == old

    def test_to_a_merged_conversation_joins_where_it_lives_on(self, cast: Cast) -> None:
        take_in([letter(cast), letter(cast, subject="Krēsli")], at=MORNING)
        table, chairs = Conversation.objects.order_by("pk")
        ours = answered(cast, table)
        table.merged_into = chairs
        table.save()
        take_in([letter(cast, clue=clue_to(ours))], at=MORNING)
        assert chairs.messages.count() == 2


class TestAnArchiveImportedLater:
    def test_moves_nothing_of_what_is_now(self, cast: Cast) -> None:
        before = letter(cast)
        take_in([before], at=MORNING)
        us = Party(address=cast.mailbox.address)
        ours = letter(
            cast,
            at=MORNING - HOUR,
            history=True,
            sender=us,
            to=(ILZE,),
            references=(before.external_id,),
        )
        take_in([ours], at=MORNING + HOUR)
        conversation = Conversation.objects.get()
        assert (conversation.state, conversation.last_message_at, conversation.message_count) == (
            State.WAITING_US,
            MORNING,
            2,
        )

    def test_does_not_reopen_what_is_closed(self, cast: Cast) -> None:
        question = letter(cast)
        take_in([question], at=MORNING)
        conversation = Conversation.objects.get()
        marta = cast.actor(cast.marta)
        closings.close_on_spoken_word(conversation.ref, reason="Jā", actor=marta, at=MORNING)
        late = letter(cast, at=MORNING + HOUR, history=True, references=(question.external_id,))
        take_in([late], at=MORNING + 2 * HOUR)
        conversation.refresh_from_db()
        assert conversation.state == State.CLOSED

    def test_that_begins_with_our_letter_has_somebody_to_ask(self, cast: Cast) -> None:
        us = Party(address=cast.mailbox.address)
        take_in([letter(cast, history=True, sender=us, to=(ILZE,))], at=MORNING)
        conversation = Conversation.objects.get()
        proposal = closings.propose(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
        assert proposal.message is not None
        assert proposal.message.to == [["ilze@kalnina.example", "ilze@kalnina.example"]]


class TestOddLetters:
    @pytest.mark.fault("F19")
    @pytest.mark.threat("T13")
    def test_with_one_message_id_are_both_kept_and_the_second_flagged(self, cast: Cast) -> None:
        take_in([letter(cast, external_id="<same@x>")], at=MORNING)
        take_in([letter(cast, external_id="<same@x>", text="Cits teksts")], at=MORNING)
        assert [m.id_reused for m in Message.objects.order_by("pk")] == [False, True]

    @pytest.mark.fault("F35")
    @pytest.mark.threat("T14")
    def test_a_bounce_marks_the_letter_that_came_back(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        ours = answered(cast, Conversation.objects.get())
        bounce = Bounce(
            external_id=ours.external_id,
            address="ilze@kalnina.example",
            permanent=True,
            status="5.1.1",
            diagnostic="no such user",
        )
        postmaster = Party(address="mailer-daemon@kalnina.example")
        take_in(
            [letter(cast, sender=postmaster, automatic="bounce", bounced=(bounce,))],
            at=MORNING + 2 * HOUR,
        )
        ours.refresh_from_db()
        conversation = Conversation.objects.get()
        assert (ours.delivery, ours.delivery_error) == (Delivery.FAILED, "returned")
        assert conversation.state == State.WAITING_US
        assert Identity.objects.get(value="ilze@kalnina.example").unusable_reason == "returned"
        assert Participant.objects.count() == 1

    @pytest.mark.threat("T14")
    def test_a_forged_report_closes_nobody_elses_address(self, cast: Cast) -> None:
        take_in([letter(cast), letter(cast, sender=IRINA)], at=MORNING)
        ours = answered(cast, Conversation.objects.order_by("pk")[0])
        forged = Bounce(external_id=ours.external_id, address=IRINA.address, permanent=True)
        take_in([letter(cast, automatic="bounce", bounced=(forged,))], at=MORNING)
        assert Identity.objects.get(value=IRINA.address).unusable_since is None

    @pytest.mark.threat("T12")
    def test_an_answer_that_comes_before_its_question_keeps_a_place_for_its_writer_alone(
        self, cast: Cast
    ) -> None:
        question = letter(cast, text="Kur ir mans galds?")
        planted = letter(cast, sender=STRANGER, references=(question.external_id,))
        answer = letter(cast, references=(question.external_id,), text="Un krēsli?")
        take_in([planted], at=MORNING)
        take_in([question], at=MORNING)
        assert [one.message_count for one in Conversation.objects.order_by("pk")] == [1, 1]
        Conversation.objects.all().delete()
        take_in([replace(answer, envelope_id=None)], at=MORNING)
        take_in([replace(question, envelope_id=None)], at=MORNING)
        assert Conversation.objects.get().message_count == 2
        assert Awaited.objects.count() == 0

    def test_a_letter_that_never_came_is_awaited_for_a_month(self, cast: Cast) -> None:
        take_in([letter(cast, references=("<never@seen.example>",))], at=MORNING)
        assert forget_awaited(at=MORNING + 29 * DAY) == 0
        assert forget_awaited(at=MORNING + 31 * DAY) == 1

    def test_how_long_it_is_awaited_is_the_charters(self, cast: Cast) -> None:
        charter.change_section(
            section=Mail,
            scope=Scope(),
            values={"awaited_days": 90},
            actor=cast.actor(cast.olga),
            reason="Slow post",
            at=MORNING,
        )
        take_in([letter(cast, references=("<never@seen.example>",))], at=MORNING)
        assert forget_awaited(at=MORNING + 89 * DAY) == 0
        assert forget_awaited(at=MORNING + 91 * DAY) == 1

    def test_everything_is_told_as_facts(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        names = list(FactRow.objects.order_by("pk").values_list("name", flat=True))
        assert names == [
            "promises.PromiseGiven",
            "desk.ConversationOpened",
            "desk.MessageReceived",
        ]

    def test_facts_hold_no_words_of_the_letter(self, cast: Cast) -> None:
        take_in([letter(cast, text="CANARY-9F3")], at=MORNING)
        stored = repr(list(FactRow.objects.values()))
        assert "CANARY" not in stored
        assert "kalnina" not in stored

    def test_a_merged_customer_is_recognised_as_the_one_who_stays(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        stays = Customer.objects.create(name="Ilze K.", created_at=MORNING)
        Customer.objects.exclude(pk=stays.pk).update(merged_into=stays)
        take_in([letter(cast, subject="Krēsli")], at=MORNING)
        assert Conversation.objects.order_by("-pk")[0].customer == stays


class TestTheThread:
    def test_shows_who_wrote_with_the_address_and_folds_the_quotation(self, cast: Cast) -> None:
        text = "Paldies!\n> Galds būs rīt.\n"
        take_in([letter(cast, text=text, folds=((9, 26, "quote"),))], at=MORNING)
        found = threads.thread(cast.actor(cast.marta), Conversation.objects.get().ref, at=MORNING)
        entry = found.entries[0]
        assert (entry.author_name, entry.address) == (ILZE.name, ILZE.address)
        assert [(piece.text, piece.kind) for piece in entry.pieces] == [
            ("Paldies!\n", "own"),
            ("> Galds būs rīt.\n", "quote"),
        ]
