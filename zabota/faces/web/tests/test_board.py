"""The leader's board, presence in the bar, and what stands beside a thread for those who answer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, Cast
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import visits
from zabota.domains.desk.enums import ClosedBy, Kind, Presence
from zabota.domains.desk.models import Assignment, Closure, Competence, Conversation, Message
from zabota.domains.desk.queries import kinds as month
from zabota.domains.desk.queries import staff
from zabota.domains.desk.services import assigning, chatting, hard_moments, presence, routing
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel import clock, ids

LATER = MORNING + timedelta(minutes=6)


@pytest.fixture(autouse=True)
def _in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages read the clock; in these tests it stands at the fixed moment."""
    monkeypatch.setattr(clock, "now", lambda: MORNING)


@pytest.fixture
def chat(cast: Cast) -> Conversation:
    """A visitor has asked in the chat of the team Riga."""
    channel = Channel.objects.create(
        kind="webchat",
        brand=cast.brand,
        team=cast.riga,
        name="Veikala čats",
        address="liepashop",
        settings={"origins": ["https://liepa.example"]},
        created_at=MORNING,
    )
    here = visits.chat(channel.address)
    token = visits.new_token(here, language="lv")
    visitor = visits.read(token, chat=here, lasts=timedelta(days=90))
    words = chatting.Words(text="Vai galds ir?", client_id=ids.new_ref(), page="https://l.example/")
    return chatting.write(visitor, words, at=MORNING).message.conversation


@pytest.fixture
def matter(cast: Cast) -> Conversation:
    take_in([letter(cast)], at=MORNING)
    return Conversation.objects.get()


class TestDuty:
    def test_an_open_page_says_that_i_am_there(self, cast: Cast, visit: Visit) -> None:
        page = visit(cast.marta).get("/inbox/mine/").content.decode()
        assert 'id="duty"' in page
        assert staff.presence_of(cast.marta.pk, at=MORNING)[0] is Presence.AVAILABLE

    def test_one_press_makes_me_away_or_pauses(self, cast: Cast, visit: Visit) -> None:
        browser = visit(cast.marta)
        assert browser.post("/duty/", {"chosen": "away"}).status_code == 303
        assert staff.presence_of(cast.marta.pk, at=MORNING)[0] is Presence.AWAY
        browser.post("/duty/", {"chosen": "pause"})
        assert staff.presence_of(cast.marta.pk, at=MORNING)[0] is Presence.PAUSED
        assert browser.post("/duty/", {"chosen": "asleep"}).status_code == 404

    def test_a_beat_brings_nothing_while_nothing_changed(
        self, cast: Cast, visit: Visit, chat: Conversation
    ) -> None:
        browser = visit(cast.marta)
        browser.get("/inbox/mine/")
        there = {"mark": "available.0"}
        assert browser.get("/duty/", there, headers={"HX-Request": "true"}).status_code == 204
        assigning.take(chat.ref, actor=cast.actor(cast.marta), at=MORNING)
        told = browser.get("/duty/", there, headers={"HX-Request": "true"})
        assert 'data-waiting="1"' in told.content.decode()

    def test_who_only_reads_has_none(self, cast: Cast, visit: Visit) -> None:
        browser = visit(cast.kolja)
        assert 'id="duty"' not in browser.get("/inbox/waiting_us/").content.decode()
        assert browser.get("/duty/").status_code == 404


@pytest.mark.req("S-110")
class TestTheBoard:
    def test_shows_each_group_with_its_people_and_what_waits(
        self, cast: Cast, visit: Visit, matter: Conversation
    ) -> None:
        presence.beat(actor=cast.actor(cast.marta), at=MORNING)
        assigning.take(matter.ref, actor=cast.actor(cast.marta), at=MORNING)
        page = visit(cast.kira).get("/board/").content.decode()
        assert all(name in page for name in ("Riga", "Marta Ozola", "Jānis Liepiņš"))
        assert "Moscow" not in page
        assert "Oleg Sable" not in page

    def test_of_a_manager_shows_every_team(self, cast: Cast, visit: Visit) -> None:
        page = visit(cast.vera).get("/board/").content.decode()
        assert all(name in page for name in ("Riga", "Moscow", "Oleg Sable"))

    def test_is_not_there_for_an_agent(self, cast: Cast, visit: Visit) -> None:
        assert visit(cast.marta).get("/board/").status_code == 404

    def test_says_that_nothing_needs_the_leader_when_so(self, cast: Cast, visit: Visit) -> None:
        page = visit(cast.vera).get("/board/").content.decode()
        assert "nobody waits in vain" in page

    @pytest.mark.req("S-083")
    def test_lists_missed_contacts_by_channel_until_somebody_answers(
        self, cast: Cast, visit: Visit, chat: Conversation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(clock, "now", lambda: LATER)
        browser = visit(cast.vera)
        assert "1 missed: Veikala čats" in browser.get("/board/").content.decode()
        Conversation.objects.filter(pk=chat.pk).update(state="waiting_customer")
        assert "missed: Veikala čats" not in browser.get("/board/").content.decode()

    @pytest.mark.req("S-146")
    def test_calls_the_leader_to_a_visitor_who_waits(
        self, cast: Cast, visit: Visit, chat: Conversation
    ) -> None:
        routing.call_for_help(chat.pk, at=MORNING)
        assert "A visitor needs somebody now" in visit(cast.vera).get("/board/").content.decode()
        inbox = visit(cast.olga).get("/inbox/called/").content.decode()
        assert chat.ref in inbox

    def test_costs_as_many_queries_for_three_matters_as_for_one(
        self, cast: Cast, visit: Visit
    ) -> None:
        take_in([letter(cast)], at=MORNING)
        browser = visit(cast.vera)
        browser.get("/board/")
        with CaptureQueriesContext(connection) as one:
            browser.get("/board/")
        take_in([letter(cast), letter(cast)], at=MORNING)
        with CaptureQueriesContext(connection) as three:
            browser.get("/board/")
        assert len(one) == len(three)

    def test_lets_a_leader_say_what_his_people_can(self, cast: Cast, visit: Visit) -> None:
        told = {"languages": ["lv", "ru"], "skills": "Technical, complaints ,", "most_chats": 5}
        browser = visit(cast.kira)
        assert browser.post(f"/board/people/{cast.marta.pk}/", told).status_code == 302
        row = Competence.objects.get(user=cast.marta)
        assert (row.languages, row.skills, row.most_chats) == (
            ["lv", "ru"],
            ["complaints", "technical"],
            5,
        )
        assert browser.get(f"/board/people/{cast.oleg.pk}/").status_code == 404


class TestBesideTheThread:
    @pytest.mark.req("S-133")
    def test_a_difficult_moment_has_its_steps_concessions_and_help(
        self, cast: Cast, visit: Visit, matter: Conversation
    ) -> None:
        page = visit(cast.marta).get(f"/conversations/{matter.ref}/").content.decode()
        assert "Grūts brīdis" in page
        assert "ievelciet elpu" in page
        assert "10 % atlaide" in page
        for act in ("ask-leader", "hard", "pause"):
            assert f"/conversations/{matter.ref}/{act}/" in page

    @pytest.mark.req("S-132")
    def test_a_hard_contact_and_a_pause_are_two_presses(
        self, cast: Cast, visit: Visit, matter: Conversation
    ) -> None:
        browser = visit(cast.marta)
        browser.post(f"/conversations/{matter.ref}/hard/", {"what": "Kliedza"})
        browser.post(f"/conversations/{matter.ref}/pause/")
        assert staff.hard_today([cast.marta.pk], at=MORNING) == {cast.marta.pk: 1}
        assert staff.presence_of(cast.marta.pk, at=MORNING)[0] is Presence.PAUSED

    @pytest.mark.req("S-124", "S-127", "S-129")
    def test_situation_phase_and_kind_are_suggested_chosen_and_reported(
        self, cast: Cast, visit: Visit
    ) -> None:
        take_in([letter(cast, text="Galds ir saplīsis, sabojāts")], at=MORNING)
        matter = Conversation.objects.get()
        browser = visit(cast.marta)
        page = browser.get(f"/conversations/{matter.ref}/").content.decode()
        assert ("Sūdzība" in page, "varbūt" in page) == (True, True)
        told = {"situation": "complaint", "phase": "after", "kind": "talk", "is_urgent": "on"}
        browser.post(f"/conversations/{matter.ref}/about/", told)
        matter.refresh_from_db()
        assert (matter.situation, matter.phase, matter.kind, matter.is_urgent) == (
            "complaint",
            "after",
            Kind.TALK,
            True,
        )
        board = visit(cast.olga).get("/board/").content.decode()
        assert all(words in board for words in ("A complaint", "after the purchase", "as care"))

    @pytest.mark.req("S-109")
    def test_why_somebody_got_it_is_said_in_words(
        self, cast: Cast, visit: Visit, chat: Conversation
    ) -> None:
        presence.beat(actor=cast.actor(cast.marta), at=MORNING)
        routing.look(at=MORNING)
        page = visit(cast.olga).get(f"/conversations/{chat.ref}/").content.decode()
        assert "The conversation came to Marta Ozola: speaks the customer" in page

    @pytest.mark.req("S-141")
    def test_a_leader_decides_otherwise_with_a_reason_that_the_board_shows(
        self, cast: Cast, visit: Visit, chat: Conversation
    ) -> None:
        presence.beat(actor=cast.actor(cast.marta), at=MORNING)
        routing.look(at=MORNING)
        browser = visit(cast.olga)
        address = f"/conversations/{chat.ref}/give/"
        assert "The rule would choose Marta Ozola" in browser.get(address).content.decode()
        assert browser.post(address, {"to": cast.janis.pk, "reason": ""}).status_code == 422
        browser.post(address, {"to": cast.janis.pk, "reason": "He knows the table"})
        assert Assignment.objects.get(is_override=True).user == cast.janis
        assert "He knows the table" in browser.get("/board/").content.decode()


@pytest.mark.req("AS-69", "S-128")
def test_a_long_talk_is_care_with_its_outcome_and_no_fault(
    cast: Cast, visit: Visit, chat: Conversation
) -> None:
    first = Message.objects.get()
    for minute in range(20, 200, 20):
        first.pk, first.ref, first.client_id = None, ids.new_ref(), None
        first.external_id, first.at = "", MORNING - timedelta(hours=4) + timedelta(minutes=minute)
        first.save(force_insert=True)
    Message.objects.filter(at=MORNING).update(at=MORNING - timedelta(hours=4))
    Conversation.objects.update(message_count=10, kind="talk", state="closed")
    Closure.objects.create(conversation=chat, at=MORNING, how=ClosedBy.BUTTON)
    [talk] = month.kinds(cast.actor(cast.vera), at=MORNING).long
    assert (talk.length, talk.is_talk, talk.closed_by) == (timedelta(hours=3), True, "button")
    page = visit(cast.vera).get("/board/").content.decode()
    assert "care, not a fault" in page
    assert "The customer agreed" in page


def test_a_hard_contact_is_told_among_us_alone(cast: Cast, matter: Conversation) -> None:
    row = hard_moments.note(matter.ref, what="Kliedza", actor=cast.actor(cast.marta), at=MORNING)
    assert row.note == "Kliedza"
    assert Message.objects.filter(text__contains="Kliedza").count() == 0
