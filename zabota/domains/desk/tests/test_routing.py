"""Conversations find who answers, as our people and their visitors live it."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import MORNING, Cast
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import visits
from zabota.domains.channels.services.visits import Visitor
from zabota.domains.charter import services as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk import tasks
from zabota.domains.desk.enums import Chosen, Presence
from zabota.domains.desk.errors import NotAllowed
from zabota.domains.desk.models import Assignment, Competence, Conversation
from zabota.domains.desk.models import Presence as PresenceRow
from zabota.domains.desk.queries import staff
from zabota.domains.desk.rules.sections import Routing
from zabota.domains.desk.services import (
    assigning,
    chatting,
    hard_moments,
    presence,
    replies,
    routing,
)
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter
from zabota.domains.people.models import Customer
from zabota.domains.promises import services as promises
from zabota.domains.promises.models import Promise
from zabota.kernel import ids
from zabota.kernel.accounts.models import User
from zabota.kernel.facts.models import FactRow

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


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
    here = visits.chat(chat.address)
    token = visits.new_token(here, language="lv")
    return visits.read(token, chat=here, lasts=timedelta(days=90))


def write(visitor: Visitor, text: str = "Vai galds ir?", *, at: object = MORNING) -> Conversation:
    words = chatting.Words(text=text, client_id=ids.new_ref(), page="https://liepa.example/")
    return chatting.write(visitor, words, at=at).message.conversation  # type: ignore[arg-type]


def answer(cast: Cast, conversation: Conversation, user: User, *, at: object) -> None:
    replies.send(
        replies.Reply(text="Ir!", client_id=ids.new_ref(), seen_message_id=10**9),
        to=conversation.ref,
        actor=cast.actor(user),
        at=at,  # type: ignore[arg-type]
        undo=timedelta(0),
    )


def comes(cast: Cast, *users: User, at: object = MORNING) -> None:
    for user in users:
        presence.beat(actor=cast.actor(user), at=at)  # type: ignore[arg-type]


def has(conversation: Conversation) -> User | None:
    conversation.refresh_from_db()
    return conversation.assignee


def decide(cast: Cast, values: dict[str, object]) -> None:
    charter.change_section(
        section=Routing,
        scope=Scope(),
        values=values,
        actor=cast.actor(cast.olga),
        reason="We try it",
        at=MORNING,
    )


class TestPresence:
    def test_begins_with_an_open_page_and_ends_with_silence(self, cast: Cast) -> None:
        assert staff.presence_of(cast.marta.pk, at=MORNING)[0] is Presence.OFFLINE
        comes(cast, cast.marta)
        assert staff.presence_of(cast.marta.pk, at=MORNING)[0] is Presence.AVAILABLE
        later = MORNING + 2 * MINUTE
        assert staff.presence_of(cast.marta.pk, at=later)[0] is Presence.OFFLINE
        assert presence.notice_silence(at=later) == 1
        assert presence.notice_silence(at=later) == 0
        told = FactRow.objects.filter(name="desk.PresenceChanged").order_by("pk")
        assert [row.data["presence"] for row in told] == ["available", "offline"]

    def test_writes_once_in_half_a_minute_at_most(self, cast: Cast) -> None:
        comes(cast, cast.marta)
        comes(cast, cast.marta, at=MORNING + 29 * SECOND)
        assert PresenceRow.objects.get().seen_at == MORNING
        comes(cast, cast.marta, at=MORNING + 31 * SECOND)
        assert PresenceRow.objects.get().seen_at == MORNING + 31 * SECOND

    def test_away_stays_away_until_he_says_otherwise(self, cast: Cast) -> None:
        comes(cast, cast.marta)
        presence.choose(Chosen.AWAY, actor=cast.actor(cast.marta), at=MORNING)
        comes(cast, cast.marta, at=MORNING + MINUTE)
        assert staff.presence_of(cast.marta.pk, at=MORNING + MINUTE)[0] is Presence.AWAY
        presence.choose(Chosen.AVAILABLE, actor=cast.actor(cast.marta), at=MORNING + MINUTE)
        assert staff.presence_of(cast.marta.pk, at=MORNING + MINUTE)[0] is Presence.AVAILABLE

    def test_is_not_for_those_who_only_read(self, cast: Cast) -> None:
        comes(cast, cast.kolja)
        with pytest.raises(NotAllowed):
            presence.choose(Chosen.AVAILABLE, actor=cast.actor(cast.kolja), at=MORNING)
        assert PresenceRow.objects.count() == 0

    def test_tells_truly_whether_anybody_of_a_team_is_there(self, cast: Cast) -> None:
        comes(cast, cast.oleg)
        assert staff.is_anybody_available(cast.riga.pk, at=MORNING) is False
        assert staff.is_anybody_available(cast.moscow.pk, at=MORNING) is True
        assert staff.is_anybody_available(None, at=MORNING) is True
        presence.choose(Chosen.AWAY, actor=cast.actor(cast.oleg), at=MORNING)
        assert staff.is_anybody_available(None, at=MORNING) is False

    def test_counts_the_time_at_work_for_information(self, cast: Cast) -> None:
        for minutes in range(11):
            comes(cast, cast.marta, at=MORNING + minutes * MINUTE)
        assert staff.loads_of([cast.marta.pk], at=MORNING)[cast.marta.pk].minutes == 10


@pytest.mark.req("S-109")
class TestAChat:
    def test_goes_to_who_has_least_to_do_and_says_why(self, cast: Cast, visitor: Visitor) -> None:
        take_in([letter(cast)], at=MORNING)
        letters = Conversation.objects.get()
        assigning.take(letters.ref, actor=cast.actor(cast.marta), at=MORNING)
        comes(cast, cast.marta, cast.janis)
        conversation = write(visitor)
        assert routing.look(at=MORNING) == 1
        assert has(conversation) == cast.janis
        kept = Assignment.objects.get(conversation=conversation)
        assert (kept.user, kept.by, kept.because) == (
            cast.janis,
            None,
            ["language", "least_load"],
        )
        assert Promise.objects.get(subject_id=conversation.pk).owner_id == cast.janis.pk
        fact = FactRow.objects.filter(name="desk.ConversationAssigned").order_by("-pk")[0]
        assert fact.data["because"] == ["language", "least_load"]

    def test_never_goes_to_another_team(self, cast: Cast, visitor: Visitor) -> None:
        comes(cast, cast.oleg)
        conversation = write(visitor)
        assert routing.look(at=MORNING) == 0
        assert has(conversation) is None

    def test_waits_in_the_queue_until_somebody_comes(self, cast: Cast, visitor: Visitor) -> None:
        conversation = write(visitor)
        routing.look(at=MORNING)
        assert has(conversation) is None
        comes(cast, cast.marta, at=MORNING + MINUTE)
        routing.look(at=MORNING + MINUTE)
        assert has(conversation) == cast.marta

    def test_waits_until_somebody_is_free(self, cast: Cast, chat: Channel) -> None:
        comes(cast, cast.marta)
        here = visits.chat(chat.address)
        matters = []
        for _ in range(4):
            token = visits.new_token(here, language="lv")
            matters.append(write(visits.read(token, chat=here, lasts=timedelta(days=90))))
        routing.look(at=MORNING)
        assert [has(one) for one in matters] == [cast.marta] * 3 + [None]
        answer(cast, matters[0], cast.marta, at=MORNING)
        Conversation.objects.filter(pk=matters[0].pk).update(state="closed")
        routing.look(at=MORNING)
        assert has(matters[3]) == cast.marta

    def test_follows_languages_and_skills_of_our_people(self, cast: Cast, visitor: Visitor) -> None:
        comes(cast, cast.marta, cast.janis)
        Competence.objects.create(user=cast.janis, languages=["lv"], skills=["technical"])
        conversation = write(visitor, "Pults nedarbojas, kļūda ekrānā")
        routing.look(at=MORNING)
        assert has(conversation) == cast.janis
        assert Assignment.objects.get().because == ["language", "skill", "only_one"]


class TestOwnPeople:
    @pytest.mark.req("S-143")
    def test_the_preferred_agent_gets_the_letter_when_there(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        conversation = Conversation.objects.get()
        Customer.objects.update(preferred_agent_id=cast.janis.pk)
        comes(cast, cast.marta, cast.janis)
        routing.look(at=MORNING)
        assert has(conversation) == cast.janis

    def test_a_letter_of_nobodys_customer_stays_on_the_list(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        comes(cast, cast.marta)
        assert routing.look(at=MORNING) == 0
        assert has(Conversation.objects.get()) is None

    def test_unless_the_charter_gives_letters_to_people(self, cast: Cast) -> None:
        decide(cast, {"letters_to_all": True})
        take_in([letter(cast)], at=MORNING)
        comes(cast, cast.marta)
        routing.look(at=MORNING)
        assert has(Conversation.objects.get()) == cast.marta

    def test_a_letter_waits_for_the_dedicated_agent_who_is_away(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        Customer.objects.update(dedicated_agent_id=cast.janis.pk)
        comes(cast, cast.marta)
        routing.look(at=MORNING)
        assert has(Conversation.objects.get()) == cast.janis
        assert Assignment.objects.get().because == ["waits_for_own"]


class TestAnAgentWhoHasGone:
    def test_gives_back_the_chat_that_waits_and_another_gets_it(
        self, cast: Cast, visitor: Visitor
    ) -> None:
        comes(cast, cast.marta)
        conversation = write(visitor)
        routing.look(at=MORNING)
        later = MORNING + 3 * MINUTE
        comes(cast, cast.janis, at=later)
        tasks.find_who_answers(at=later)
        assert has(conversation) == cast.janis
        fact = FactRow.objects.get(name="desk.ChatGivenBack")
        assert (fact.about_id, fact.data["user_id"]) == (conversation.pk, cast.marta.pk)

    def test_keeps_the_chat_he_answered_a_moment_ago(self, cast: Cast, visitor: Visitor) -> None:
        comes(cast, cast.marta)
        conversation = write(visitor)
        routing.look(at=MORNING)
        answer(cast, conversation, cast.marta, at=MORNING + MINUTE)
        write(visitor, "Un krēsli?", at=MORNING + MINUTE)
        later = MORNING + 3 * MINUTE
        comes(cast, cast.janis, at=later)
        tasks.find_who_answers(at=later)
        assert has(conversation) == cast.marta

    def test_keeps_his_letters(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        conversation = Conversation.objects.get()
        assigning.take(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
        tasks.find_who_answers(at=MORNING + timedelta(days=1))
        assert has(conversation) == cast.marta


@pytest.mark.req("S-146")
class TestAtFortyFiveSeconds:
    def test_everybody_is_called_once_and_any_colleague_may_step_in(
        self, cast: Cast, visitor: Visitor
    ) -> None:
        comes(cast, cast.marta, cast.janis)
        conversation = write(visitor)
        routing.look(at=MORNING)
        assert has(conversation) == cast.marta
        promises.look_at_due(at=MORNING + 44 * SECOND)
        assert FactRow.objects.filter(name="promises.PromiseWarned").count() == 0
        now = MORNING + 46 * SECOND
        promises.look_at_due(at=now)
        warned = FactRow.objects.get(name="promises.PromiseWarned")
        tasks.call_for_help(fact_id=warned.pk)
        tasks.call_for_help(fact_id=warned.pk)
        assert FactRow.objects.filter(name="desk.HelpCalled").count() == 1
        assigning.take(conversation.ref, actor=cast.actor(cast.janis), at=now)
        assert has(conversation) == cast.janis
        answer(cast, conversation, cast.janis, at=now)
        conversation.refresh_from_db()
        assert conversation.called_at is None

    def test_a_letter_calls_nobody(self, cast: Cast) -> None:
        take_in([letter(cast)], at=MORNING)
        routing.call_for_help(Conversation.objects.get().pk, at=MORNING)
        assert Conversation.objects.get().called_at is None


class TestHardContacts:
    @pytest.mark.req("S-132")
    def test_after_his_share_of_them_the_next_goes_to_a_colleague(
        self, cast: Cast, visitor: Visitor
    ) -> None:
        comes(cast, cast.marta, cast.janis)
        conversation = write(visitor)
        hard_moments.note(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
        hard_moments.note(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
        assert staff.hard_today([cast.marta.pk], at=MORNING) == {cast.marta.pk: 1}
        decide(cast, {"hard_a_day": 1})
        routing.look(at=MORNING)
        assert has(conversation) == cast.janis

    @pytest.mark.req("S-132")
    def test_a_pause_keeps_new_chats_away_until_it_is_over(
        self, cast: Cast, visitor: Visitor
    ) -> None:
        comes(cast, cast.marta)
        until = presence.pause(actor=cast.actor(cast.marta), at=MORNING)
        assert until == MORNING + 10 * MINUTE
        conversation = write(visitor)
        routing.look(at=MORNING)
        assert has(conversation) is None
        comes(cast, cast.marta, at=until)
        routing.look(at=until)
        assert has(conversation) == cast.marta


@pytest.mark.req("S-141")
def test_who_decides_against_the_rule_is_on_record_with_his_reason(
    cast: Cast, visitor: Visitor
) -> None:
    comes(cast, cast.marta)
    conversation = write(visitor)
    routing.look(at=MORNING)
    assigning.give(
        conversation.ref,
        user_id=cast.janis.pk,
        team_id=cast.riga.pk,
        reason="Jānis pazīst šo klientu",
        actor=cast.actor(cast.kira),
        at=MORNING,
    )
    kept = Assignment.objects.get(is_override=True)
    assert (kept.user, kept.by, kept.note) == (cast.janis, cast.kira, "Jānis pazīst šo klientu")


@pytest.mark.req("S-123")
class TestUrgency:
    @pytest.mark.parametrize(
        "text",
        ["Lūdzu, steidzami!", "Нужно сегодня", "Birthday in 2 days", "Vajag līdz 20.05."],
    )
    def test_lifts_a_letter_to_the_top(self, cast: Cast, text: str) -> None:
        take_in([letter(cast, subject="Dāvana", text=text)], at=MORNING)
        conversation = Conversation.objects.get()
        assert (conversation.is_urgent, conversation.order_at) == (True, MORNING)

    @pytest.mark.parametrize("text", ["Pasūtīju 12.02., kur tas ir?", "Birthday in 20 days"])
    def test_is_not_seen_in_every_date(self, cast: Cast, text: str) -> None:
        take_in([letter(cast, text=text)], at=MORNING)
        assert Conversation.objects.get().is_urgent is False


@pytest.mark.parametrize("count", [1, 4])
def test_looking_at_what_waits_costs_the_same_however_much_it_is(
    cast: Cast, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    comes(cast, cast.marta)
    take_in([letter(cast, subject=f"Galds {number}") for number in range(count)], at=MORNING)
    with django_assert_num_queries(QUERIES):
        tasks.find_who_answers(at=MORNING)
    assert not Conversation.objects.filter(routed_at__isnull=True).exists()
    with django_assert_num_queries(QUIET):
        tasks.find_who_answers(at=MORNING + SECOND)


# Who is silent, whom chats wait for, what waits; then our people with what they have to do, and
# what is to be known of the letters and their customers.
QUERIES = 29
QUIET = 6  # nothing new waits
