"""The chat on a site, as its visitor and our agents live it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels import tasks as channel_tasks
from zabota.domains.channels.enums import OutboundState
from zabota.domains.channels.models import Channel, OutboundEnvelope, Visit
from zabota.domains.channels.services import visits
from zabota.domains.channels.services.visits import Visitor
from zabota.domains.desk.enums import Delivery, State
from zabota.domains.desk.errors import Conflict, Incomplete, NotFound
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.queries import talk
from zabota.domains.desk.services import chatting, closings, notes, replies
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter
from zabota.domains.promises.models import Promise
from zabota.kernel import ids
from zabota.kernel.facts import log as facts

NIGHT = datetime(2026, 5, 19, 22, 0, tzinfo=UTC)
DAYS = timedelta(days=90)


@pytest.fixture
def chat(cast: Cast) -> Channel:
    return Channel.objects.create(
        kind="webchat",
        brand=cast.brand,
        team=cast.riga,
        address="liepashop",
        settings={"origins": ["https://liepa.example"]},
        created_at=MORNING,
    )


@pytest.fixture
def visitor(chat: Channel) -> Visitor:
    return arrive(chat)


def arrive(chat: Channel) -> Visitor:
    here = visits.chat(chat.address)
    return visits.read(visits.new_token(here, language="lv"), chat=here, lasts=DAYS)


def again(visitor: Visitor) -> Visitor:
    return visits.read(visits.renewed(visitor, language="lv"), chat=visitor.chat, lasts=DAYS)


def write(
    visitor: Visitor,
    text: str = "Vai galds ir noliktavā?",
    *,
    at: datetime = MORNING,
    name: str = "",
) -> Message:
    words = chatting.Words(
        text=text, client_id=name or ids.new_ref(), page="https://liepa.example/"
    )
    return chatting.write(visitor, words, at=at).message


def answer(cast: Cast, conversation: Conversation, *, at: datetime, text: str = "Ir!") -> Message:
    return replies.send(
        replies.Reply(text=text, client_id=ids.new_ref(), seen_message_id=10**9),
        to=conversation.ref,
        actor=cast.actor(cast.marta),
        at=at,
        undo=timedelta(seconds=10),
    )


def said(visitor: Visitor, *, at: datetime) -> list[tuple[str, str]]:
    lines = talk.talk(visitor.ref, at=at).lines
    return [("me" if line.is_mine else line.author, line.text) for line in lines]


class TestWriting:
    def test_the_first_words_open_a_matter_that_waits_for_us(self, visitor: Visitor) -> None:
        write(visitor)
        conversation = Conversation.objects.get()
        assert (conversation.subject, conversation.state, conversation.language) == (
            "Vai galds ir noliktavā?",
            State.WAITING_US,
            "lv",
        )

    @pytest.mark.usefixtures("visitor")
    def test_looking_at_a_page_leaves_nothing_with_us(self) -> None:
        assert not Visit.objects.exists()

    @pytest.mark.req("S-146")
    def test_a_first_answer_is_owed_within_a_minute(self, visitor: Visitor) -> None:
        write(visitor)
        assert Promise.objects.get().due_at == MORNING + timedelta(seconds=60)

    def test_at_night_the_minute_begins_when_people_come(self, visitor: Visitor) -> None:
        write(visitor, at=NIGHT)
        opens = datetime(2026, 5, 20, 6, 0, tzinfo=UTC)
        assert Promise.objects.get().due_at == opens + timedelta(seconds=60)

    def test_further_words_join_the_same_matter(self, visitor: Visitor) -> None:
        write(visitor)
        write(visitor, "Un krēsli?", at=MORNING + timedelta(seconds=20))
        assert Conversation.objects.get().message_count == 2

    @pytest.mark.fault("F23")
    def test_the_same_name_again_is_the_same_message(self, visitor: Visitor) -> None:
        first = write(visitor, name="7f3a")
        words = chatting.Words(text="Vai galds ir noliktavā?", client_id="7f3a")
        heard = chatting.write(again(visitor), words, at=MORNING)
        assert (heard.message.pk, heard.is_new, Message.objects.count()) == (first.pk, False, 1)

    def test_two_visitors_may_use_one_name(self, chat: Channel, visitor: Visitor) -> None:
        write(visitor, "Mans galds", name="7f3a")
        other = arrive(chat)
        write(other, "Cita galds", name="7f3a")
        assert said(other, at=MORNING) == [("me", "Cita galds")]

    def test_nothing_is_no_message(self, visitor: Visitor) -> None:
        with pytest.raises(Incomplete, match="text_empty"):
            write(visitor, " \n ")
        assert not Conversation.objects.exists()

    def test_too_much_for_one_message_is_refused_whole(self, visitor: Visitor) -> None:
        with pytest.raises(Incomplete, match="text_long"):
            write(visitor, "a" * 4001)
        assert not Message.objects.exists()


class TestAnswering:
    def test_an_answer_is_read_at_once_and_keeps_the_promise(
        self, cast: Cast, visitor: Visitor
    ) -> None:
        write(visitor)
        at = MORNING + timedelta(seconds=30)
        message = answer(cast, Conversation.objects.get(), at=at)
        assert message.send_at == at
        assert said(visitor, at=at) == [("me", "Vai galds ir noliktavā?"), ("Marta Ozola", "Ir!")]

    def test_an_answer_is_there_in_the_moment_in_which_it_is_sent(
        self, cast: Cast, visitor: Visitor
    ) -> None:
        write(visitor)
        sent = answer(cast, Conversation.objects.get(), at=MORNING)
        assert (sent.delivery, sent.sent_at) == (Delivery.SENT, MORNING)
        row = OutboundEnvelope.objects.get()
        assert (row.state, row.delivered, row.external_id) == (
            OutboundState.SENT,
            [visitor.ref],
            sent.external_id,
        )
        told = facts.history("conversation", sent.conversation_id).values_list("name", flat=True)
        assert list(told)[-2:] == ["desk.ReplyQueued", "desk.ReplySent"]

    @pytest.mark.parametrize("hindrance", ["before", "off"])
    def test_words_that_may_not_be_there_at_once_wait_and_come_in_order(
        self, cast: Cast, chat: Channel, visitor: Visitor, hindrance: str
    ) -> None:
        """Behind what has not left yet, and while the chat is switched off."""
        write(visitor)
        conversation = Conversation.objects.get()
        Channel.objects.filter(pk=chat.pk).update(is_active=False)
        numbers = [answer(cast, conversation, at=MORNING, text="Viens").pk]
        if hindrance == "before":
            Channel.objects.filter(pk=chat.pk).update(is_active=True)
        numbers.append(answer(cast, conversation, at=MORNING, text="Divi").pk)
        rows = OutboundEnvelope.objects.order_by("pk")
        assert [row.state for row in rows] == [OutboundState.WAITING] * 2
        assert [Message.objects.get(pk=one).delivery for one in numbers] == ["queued"] * 2
        Channel.objects.filter(pk=chat.pk).update(is_active=True)
        channel_tasks.keep_chats(at=MORNING)
        assert [row.key for row in rows.filter(state=OutboundState.SENT)] == [
            f"message:{one}" for one in numbers
        ]

    def test_notes_of_colleagues_are_never_seen(self, cast: Cast, visitor: Visitor) -> None:
        write(visitor)
        conversation = Conversation.objects.get()
        notes.write(
            conversation.ref,
            text="Uzmanību: dārgs klients",
            client_id="n-1",
            actor=cast.actor(cast.marta),
            at=MORNING,
        )
        assert said(visitor, at=MORNING) == [("me", "Vai galds ir noliktavā?")]

    def test_nobody_sees_what_another_visitor_said_and_heard(
        self, cast: Cast, chat: Channel, visitor: Visitor
    ) -> None:
        write(visitor, "Mans noslēpums")
        answer(cast, Conversation.objects.get(), at=MORNING, text="Tikai jums")
        assert said(arrive(chat), at=MORNING) == []

    def test_only_what_is_new_is_asked_for(self, cast: Cast, visitor: Visitor) -> None:
        first = write(visitor)
        answer(cast, Conversation.objects.get(), at=MORNING)
        found = talk.talk(visitor.ref, at=MORNING, after=first.pk)
        assert ([line.text for line in found.lines], found.more) == (["Ir!"], False)


class TestClosing:
    @pytest.fixture
    def asked(self, cast: Cast, visitor: Visitor) -> Conversation:
        write(visitor)
        conversation = Conversation.objects.get()
        answer(cast, conversation, at=MORNING)
        closings.propose(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
        return conversation

    def test_the_visitor_agrees_and_the_matter_is_closed(
        self, visitor: Visitor, asked: Conversation
    ) -> None:
        assert talk.matter(asked.pk, at=MORNING).asks_to_close
        chatting.agree(visitor, at=MORNING)
        chatting.agree(visitor, at=MORNING)
        asked.refresh_from_db()
        assert asked.state == State.CLOSED

    def test_not_yet_gives_the_matter_back_to_us(
        self, visitor: Visitor, asked: Conversation
    ) -> None:
        chatting.decline(visitor, at=MORNING)
        asked.refresh_from_db()
        assert asked.state == State.WAITING_US

    def test_nobody_agrees_to_what_was_not_asked(self, visitor: Visitor) -> None:
        with pytest.raises(NotFound):
            chatting.agree(visitor, at=MORNING)
        write(visitor)
        with pytest.raises(Conflict, match="not_proposed"):
            chatting.agree(visitor, at=MORNING)

    def test_words_soon_after_open_it_again_and_later_ones_are_a_new_matter(
        self, cast: Cast, visitor: Visitor, asked: Conversation
    ) -> None:
        chatting.agree(visitor, at=MORNING)
        later = MORNING + timedelta(hours=1)
        write(visitor, "Vēl viens jautājums", at=later)
        asked.refresh_from_db()
        assert asked.state == State.WAITING_US
        answer(cast, asked, at=later)
        closings.propose(asked.ref, actor=cast.actor(cast.marta), at=later)
        chatting.agree(visitor, at=later)
        write(visitor, "Par ko citu", at=MORNING + timedelta(days=20))
        assert Conversation.objects.count() == 2


class TestTokens:
    @pytest.mark.threat("T28")
    def test_a_token_opens_its_own_chat_only(self, cast: Cast, chat: Channel) -> None:
        other = Channel.objects.create(
            kind="webchat", brand=cast.brand, address="othershop", created_at=MORNING
        )
        token = visits.new_token(visits.chat(chat.address), language="lv")
        with pytest.raises(visits.BadToken):
            visits.read(token, chat=visits.chat(other.address), lasts=DAYS)

    @pytest.mark.threat("T28")
    @pytest.mark.parametrize("token", ["", "abc", "W10:1:x", "\x00", "a" * 5000])
    def test_nonsense_is_no_token(self, chat: Channel, token: str) -> None:
        with pytest.raises(visits.BadToken):
            visits.read(token, chat=visits.chat(chat.address), lasts=DAYS)

    @pytest.mark.threat("T28")
    def test_an_old_token_and_one_of_an_ended_visit_open_nothing(
        self, chat: Channel, visitor: Visitor
    ) -> None:
        token = visits.renewed(visitor, language="lv")
        write(visitor)
        with pytest.raises(visits.BadToken):
            visits.read(token, chat=visits.chat(chat.address), lasts=timedelta(seconds=-1))
        visits.end(Visit.objects.filter(ref=visitor.ref), at=MORNING)
        with pytest.raises(visits.BadToken):
            visits.read(token, chat=visits.chat(chat.address), lasts=DAYS)

    @pytest.mark.threat("T29")
    @pytest.mark.parametrize(
        "origin",
        [
            "https://liepa.example.evil.example",
            "http://liepa.example",
            "https://liepa.example:8443",
            "https://evil.example",
            "null",
            "",
        ],
    )
    def test_a_page_that_is_not_listed_is_sent_away(self, chat: Channel, origin: str) -> None:
        with pytest.raises(visits.ForeignSite):
            visits.admit(visits.chat(chat.address), origin)

    def test_mail_and_chat_of_one_team_stand_in_one_list(
        self, cast: Cast, visitor: Visitor
    ) -> None:
        take_in([letter(cast)], at=MORNING)
        write(visitor)
        kinds = Conversation.objects.order_by("pk").values_list("channel__kind", flat=True)
        assert list(kinds) == ["email", "webchat"]
