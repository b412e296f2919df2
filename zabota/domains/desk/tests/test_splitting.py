"""Another topic gets its own conversation with a telling subject."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import ThreadClue
from zabota.domains.desk.enums import State
from zabota.domains.desk.errors import Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import Conversation, Message, Participant
from zabota.domains.desk.queries import search, thread
from zabota.domains.desk.rules import subjects, topics
from zabota.domains.desk.services import closings, replies, splitting, tasks_of
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import IRINA, letter
from zabota.domains.promises.models import Promise

LATER = MORNING + timedelta(hours=1)
UNDO = timedelta(0)


@pytest.fixture
def other_topic(cast: Cast, matter: Conversation) -> Message:
    """We answered about the table; Ilze then asks in the same thread about a lamp."""
    marta = cast.actor(cast.marta)
    reply = replies.Reply(text="Galds būs rīt.", client_id="c-1", seen_message_id=10**9)
    replies.send(reply, to=matter.ref, actor=marta, at=MORNING, undo=UNDO)
    question = matter.messages.order_by("pk")[0]
    lamp = letter(
        cast,
        text="Labdien! Virtuves lampa zvirbulis mirgo.",
        references=(question.external_id,),
        at=LATER,
    )
    take_in([lamp], at=LATER)
    matter.refresh_from_db()
    return matter.messages.order_by("-pk")[0]


def split(
    cast: Cast, matter: Conversation, *messages: Message, subject: str = "Ilze: virtuves lampa"
) -> Conversation:
    return splitting.split(
        matter.ref,
        message_refs=[one.ref for one in messages],
        subject=subject,
        actor=cast.actor(cast.marta),
        at=LATER,
    )


@pytest.mark.req("S-117")
class TestSplitting:
    def test_makes_a_linked_conversation_with_its_own_subject(
        self, cast: Cast, matter: Conversation, other_topic: Message
    ) -> None:
        new = split(cast, matter, other_topic)
        marta = cast.actor(cast.marta)
        here = thread.thread(marta, new.ref, at=LATER)
        there = thread.thread(marta, matter.ref, at=LATER)
        assert here.comes_from == (matter.ref, matter.number, "Terases galds")
        assert there.led_to == [(new.ref, new.number, "Ilze: virtuves lampa")]
        assert [one.ref for one in here.entries] == [other_topic.ref]
        assert [one.address for one in here.people] == ["ilze@kalnina.example"]
        assert (here.subject, here.team_name, here.assignee_name) == (
            "Ilze: virtuves lampa",
            "Riga",
            "Marta Ozola",
        )

    def test_says_in_each_whose_move_it_is_and_what_is_promised(
        self, cast: Cast, matter: Conversation, other_topic: Message
    ) -> None:
        new = split(cast, matter, other_topic)
        matter.refresh_from_db()
        promise = Promise.objects.get(subject_id=new.pk)
        assert (matter.state, matter.preview, matter.message_count) == (
            State.WAITING_CUSTOMER,
            "Galds būs rīt.",
            2,
        )
        assert (new.state, new.waiting_since, new.due_at) == (
            State.WAITING_US,
            LATER,
            promise.due_at,
        )
        assert (promise.given_at, promise.owner_id) == (LATER, cast.marta.pk)

    def test_leaves_out_who_has_nothing_to_do_with_it(
        self, cast: Cast, matter: Conversation, other_topic: Message
    ) -> None:
        question = matter.messages.order_by("pk")[0]
        copied = letter(cast, cc=(IRINA,), references=(question.external_id,), at=LATER)
        take_in([copied], at=LATER)
        new = split(cast, matter, other_topic)
        taken = Participant.objects.filter(conversation=new)
        assert [one.identity.value for one in taken] == ["ilze@kalnina.example"]

    def test_takes_tasks_and_the_search_along(
        self, cast: Cast, matter: Conversation, other_topic: Message
    ) -> None:
        marta = cast.actor(cast.marta)
        task = tasks_of.add(
            matter.ref, text="Lampa", asked_in=other_topic.ref, actor=marta, at=LATER
        )
        new = split(cast, matter, other_topic)
        task.refresh_from_db()
        assert task.conversation == new
        assert [one.ref for one in search.search(marta, "zvirbulis")] == [new.ref]
        assert [one.ref for one in search.search(marta, "mans galds")] == [matter.ref]
        assert search.search(cast.actor(cast.oleg), "zvirbulis") == []

    @pytest.mark.fault("F21")
    def test_lets_a_reply_to_a_moved_letter_join_the_new_one(
        self, cast: Cast, matter: Conversation, other_topic: Message
    ) -> None:
        reply = replies.Reply(text="Lampu nomainīsim.", client_id="c-2", seen_message_id=10**9)
        sent = replies.send(reply, to=matter.ref, actor=cast.actor(cast.marta), at=LATER, undo=UNDO)
        old = matter.pk
        new = split(cast, matter, other_topic, sent)
        signed = ThreadClue(conversation_id=old, message_id=sent.pk, from_recipient=True)
        by_clue = letter(cast, clue=signed, at=LATER)
        by_reference = letter(cast, references=(sent.external_id,), at=LATER)
        take_in([by_clue, by_reference], at=LATER)
        assert Conversation.objects.count() == 2
        assert (new.messages.count(), matter.messages.count()) == (4, 2)

    def test_lets_a_reply_to_what_stayed_join_the_old_one(
        self, cast: Cast, matter: Conversation, other_topic: Message
    ) -> None:
        sent = matter.messages.get(direction="out")
        new = split(cast, matter, other_topic)
        signed = ThreadClue(conversation_id=matter.pk, message_id=sent.pk, from_recipient=True)
        take_in([letter(cast, clue=signed, at=LATER)], at=LATER)
        assert (new.messages.count(), matter.messages.count()) == (1, 3)


@pytest.mark.req("S-117")
class TestAnotherTopic:
    def other(self, cast: Cast, matter: Conversation, message: Message) -> str:
        return splitting.other_topic(
            matter.ref, message_ref=message.ref, actor=cast.actor(cast.marta), at=LATER
        )

    def further(self, cast: Cast, matter: Conversation, **what: str) -> Message:
        question = matter.messages.order_by("pk")[0]
        take_in([letter(cast, references=(question.external_id,), at=LATER, **what)], at=LATER)
        return matter.messages.order_by("-pk")[0]

    def test_is_proposed_with_a_telling_subject(self, cast: Cast, matter: Conversation) -> None:
        lamp = self.further(cast, matter, text="Labdien! Virtuves lampa mirgo un sīc vakaros.")
        assert self.other(cast, matter, lamp) == (
            "Ilze Kalniņa: Virtuves lampa mirgo un sīc vakaros"
        )

    def test_is_seen_by_the_subject_that_the_customer_gave_it(
        self, cast: Cast, matter: Conversation
    ) -> None:
        told = self.further(cast, matter, subject="Re: Virtuves lampa", text="Mirgo.")
        same = self.further(cast, matter, subject="RE: terases galds", text="Nu?")
        empty = self.further(cast, matter, subject="Jautājums", text="Nu?")
        assert self.other(cast, matter, told) == "Virtuves lampa"
        assert [self.other(cast, matter, one) for one in (same, empty)] == ["", ""]

    @pytest.mark.parametrize(
        "text",
        [
            "Un kad?",
            "Vai galdam būs arī pārsegs no auduma, zaļš?",
            "Labdien! Vai varat lūdzu man vēl šodien pateikt?",
        ],
    )
    def test_is_not_seen_in_what_belongs_here(
        self, cast: Cast, matter: Conversation, text: str
    ) -> None:
        assert self.other(cast, matter, self.further(cast, matter, text=text)) == ""
        assert self.other(cast, matter, matter.messages.order_by("pk")[0]) == ""

    @pytest.mark.threat("T20")
    def test_of_another_team_is_not_told(self, cast: Cast, foreign: Conversation) -> None:
        with pytest.raises(NotFound):
            self.other(cast, foreign, foreign.messages.get())


@pytest.mark.parametrize(
    ("text", "before", "other"),
    [
        ("Где мой заказ на шкафы, доставка была вчера?", ["Когда доставят шкаф?"], False),
        ("Не включается посудомоечная машина, пищит датчик.", ["Когда доставят шкаф?"], True),
        ("The dishwasher does not start and beeps loudly.", ["My wardrobe is late"], True),
        ("My late wardrobes still have not been delivered.", ["My wardrobe is late"], False),
        ("Anything at all about something else entirely", [], False),
    ],
)
def test_a_topic_is_told_by_words_in_any_form(text: str, before: list[str], other: bool) -> None:
    assert topics.is_other(text, before=before) is other


class TestAnOpenQuestion:
    def test_stays_with_the_old_matter(
        self, cast: Cast, matter: Conversation, other_topic: Message
    ) -> None:
        marta = cast.actor(cast.marta)
        closings.propose(matter.ref, actor=marta, at=LATER)
        lamp = letter(cast, references=(other_topic.external_id,), text="Un lampa?", at=LATER)
        take_in([lamp], at=LATER)
        answer = matter.messages.order_by("-pk")[0]
        new = split(cast, matter, answer)
        matter.refresh_from_db()
        assert (matter.state, new.state) == (State.AWAITING_CONSENT, State.WAITING_US)
        with pytest.raises(Incomplete, match="no_reply_to_confirm"):
            closings.confirm_agreement(matter.ref, actor=marta, at=LATER)


class TestWhatIsRefused:
    @pytest.mark.req("S-118")
    @pytest.mark.parametrize("subject", ["", "Jautājums", "Labdien!", "Re: вопрос", "hello"])
    def test_a_subject_that_tells_nothing(
        self, cast: Cast, matter: Conversation, other_topic: Message, subject: str
    ) -> None:
        with pytest.raises(Incomplete, match="subject_not_telling"):
            split(cast, matter, other_topic, subject=subject)
        assert Conversation.objects.count() == 1

    @pytest.mark.usefixtures("other_topic")
    def test_no_message_or_all_of_them(self, cast: Cast, matter: Conversation) -> None:
        with pytest.raises(Incomplete, match="messages_needed"):
            split(cast, matter)
        with pytest.raises(Incomplete, match="leave_a_message"):
            split(cast, matter, *matter.messages.all())
        assert Conversation.objects.count() == 1

    @pytest.mark.threat("T20")
    def test_a_message_of_another_conversation_and_strange_hands(
        self, cast: Cast, matter: Conversation, foreign: Conversation
    ) -> None:
        stranger = foreign.messages.get()
        with pytest.raises(NotFound):
            split(cast, matter, stranger)
        with pytest.raises(NotFound):
            split(cast, foreign, stranger)
        for user, refusal in ((cast.oleg, NotFound), (cast.kolja, NotAllowed)):
            with pytest.raises(refusal):
                splitting.split(
                    matter.ref,
                    message_refs=[matter.messages.get().ref],
                    subject="Ilze: galds",
                    actor=cast.actor(user),
                    at=LATER,
                )
        stranger.refresh_from_db()
        assert stranger.conversation == foreign


@pytest.mark.req("S-118")
class TestAProposedSubject:
    def test_names_the_customer_and_the_matter(
        self, cast: Cast, matter: Conversation, other_topic: Message
    ) -> None:
        proposed = splitting.propose_subject(
            matter.ref,
            message_refs=[other_topic.ref],
            actor=cast.actor(cast.marta),
            at=LATER,
        )
        assert proposed == "Ilze Kalniņa: Virtuves lampa zvirbulis mirgo"

    @pytest.mark.parametrize(
        ("texts", "files", "proposed"),
        [
            (["Здравствуйте! Не работает кран на кухне."], [], "Анна: Не работает кран на кухне"),
            (["Hello.", "Paldies!"], ["plāns_2.pdf"], "Анна: plāns_2"),
            (["Hello."], [], ""),
            (["Вопрос: " + "очень " * 40 + "длинный"], [], "Анна: " + "очень " * 14 + "очень…"),
        ],
    )
    def test_leaves_greetings_out_and_is_never_long(
        self, texts: list[str], files: list[str], proposed: str
    ) -> None:
        empty = ("здравствуйте", "hello", "вопрос", "paldies")
        assert (
            subjects.propose(customer="Анна", texts=texts, files=files, empty_words=empty)
            == proposed
        )
