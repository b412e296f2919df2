"""What a customer asked before, how he is reached, and what is found: within one's rights."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import MORNING, Cast
from zabota.domains.desk.enums import ClosedBy, State
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.queries import history, search, work
from zabota.domains.desk.services import assigning, closings, notes, replies, tasks_of
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter

HOUR = timedelta(hours=1)


class TestEarlierRequests:
    @pytest.mark.req("S-010")
    def test_tell_how_each_ended(self, cast: Cast, matter: Conversation) -> None:
        take_in([letter(cast, subject="Krēsls", at=MORNING + HOUR)], at=MORNING + HOUR)
        closings.close_on_spoken_word(
            matter.ref, reason="Galds atvests", actor=cast.actor(cast.marta), at=MORNING
        )
        now = Conversation.objects.exclude(pk=matter.pk).get()
        assert matter.customer_id is not None
        earlier = history.earlier(cast.actor(cast.janis), matter.customer_id, except_ref=now.ref)
        assert [(e.subject, e.state, e.ended_by, e.reason) for e in earlier] == [
            ("Terases galds", State.CLOSED, ClosedBy.VERBAL, "Galds atvests")
        ]

    @pytest.mark.threat("T20")
    def test_of_another_team_are_not_told(
        self, cast: Cast, matter: Conversation, foreign: Conversation
    ) -> None:
        assert foreign.customer_id is not None
        assert foreign.customer_id == matter.customer_id
        told = history.earlier(cast.actor(cast.marta), foreign.customer_id)
        assert [one.subject for one in told] == ["Terases galds"]
        assert "мета" not in repr(told)
        all_of_them = history.earlier(cast.actor(cast.vera), foreign.customer_id)
        assert len(all_of_them) == 2

    def test_cost_two_queries_however_many(
        self,
        cast: Cast,
        matter: Conversation,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        vera = cast.actor(cast.vera)
        assert matter.customer_id is not None
        for number in (1, 3):
            with django_assert_num_queries(2):
                assert len(history.earlier(vera, matter.customer_id)) == number
            take_in([letter(cast), letter(cast)], at=MORNING)

    def test_show_where_and_when_he_usually_writes(self, cast: Cast) -> None:
        evening = MORNING + 12 * HOUR
        take_in([letter(cast), letter(cast, at=evening), letter(cast, at=evening)], at=evening)
        customer = Conversation.objects.first()
        assert customer is not None
        assert customer.customer_id is not None
        found = history.habit(customer.customer_id, time_zone="Europe/Riga")
        assert found == history.Habit(channel_kind="email", hour=21, messages=3)
        assert history.habit(10**9) is None


class TestSearch:
    @pytest.mark.threat("T20")
    @pytest.mark.usefixtures("matter")
    def test_finds_what_one_may_see_only(self, cast: Cast, foreign: Conversation) -> None:
        assert search.search(cast.actor(cast.marta), "смета") == []
        for user in (cast.oleg, cast.vera, cast.olga, cast.kolja):
            found = search.search(cast.actor(user), "смета")
            assert [one.ref for one in found] == [foreign.ref]

    @pytest.mark.usefixtures("matter")
    def test_never_finds_a_letter_to_the_director_for_others(self, cast: Cast) -> None:
        Conversation.objects.update(private_to=cast.olga)
        for user in (cast.marta, cast.kira, cast.vera):
            assert search.search(cast.actor(user), "mans galds") == []
        assert len(search.search(cast.actor(cast.olga), "mans galds")) == 1

    def test_shows_each_matter_once_by_its_newest_hit(
        self, cast: Cast, matter: Conversation
    ) -> None:
        question = matter.messages.get()
        later = letter(
            cast, text="Galds atkal", references=(question.external_id,), at=MORNING + HOUR
        )
        take_in([later], at=MORNING + HOUR)
        found = search.search(cast.actor(cast.marta), "galds")
        assert [(one.ref, one.snippet) for one in found] == [(matter.ref, "Galds atkal")]

    @pytest.mark.usefixtures("matter")
    def test_costs_three_queries_however_many(
        self,
        cast: Cast,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        marta = cast.actor(cast.marta)
        for number in (1, 3):
            with django_assert_num_queries(3):
                assert len(search.search(marta, "galds")) == number
            take_in([letter(cast), letter(cast)], at=MORNING)


def test_the_sheet_of_a_handover_costs_the_same_however_much_there_is(
    cast: Cast, matter: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    marta = cast.actor(cast.marta)
    assigning.take(matter.ref, actor=marta, at=MORNING)
    for _ in range(2):
        with django_assert_num_queries(6):
            work.handover_sheet(marta, matter.ref)
        for text in "abc":
            tasks_of.add(matter.ref, text=text, owner_id=cast.janis.pk, actor=marta, at=MORNING)
            notes.write(matter.ref, text=text, actor=marta, at=MORNING)
        reply = replies.Reply(text="Jā", client_id="c", seen_message_id=10**9)
        replies.send(reply, to=matter.ref, actor=marta, at=MORNING, undo=HOUR)
