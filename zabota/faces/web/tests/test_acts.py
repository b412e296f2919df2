"""Acts on a conversation, as pages and presses: who is offered them and what they do."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.cast import Cast
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.enums import State
from zabota.domains.desk.models import (
    Closure,
    Conversation,
    Handover,
    LeaderRequest,
    Mention,
    Message,
    Problem,
    ReadMark,
    Task,
)
from zabota.domains.desk.services import closings, handovers, leaders
from zabota.domains.desk.tests.letters import IRINA, STRANGER
from zabota.domains.people.models import Customer, Tie
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import answer, arrive
from zabota.kernel import clock

HTMX = {"HX-Request": "true"}


def at(conversation: Conversation, act: str = "") -> str:
    return f"/conversations/{conversation.ref}/" + (f"{act}/" if act else "")


def offered(client: Client, conversation: Conversation) -> list[str]:
    """What may be done with each who takes part, "" where nothing is offered."""
    page = client.get(at(conversation)).context["page"]
    people = page.dossier.participants
    return [one.act and one.act_url.split("/")[-2] for one in people]


class TestWorking:
    def test_one_press_takes_a_conversation(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        answered = visit(cast.marta).post(at(conversation, "take"), headers=HTMX)
        conversation.refresh_from_db()
        assert conversation.assignee == cast.marta
        assert 'id="head" hx-swap-oob="true"' in answered.content.decode()
        assert "Saruna tagad ir jūsu." in answered.content.decode()

    def test_a_colleagues_conversation_is_not_offered_to_be_taken(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        visit(cast.janis).post(at(conversation, "take"))
        page = visit(cast.marta).get(at(conversation)).content.decode()
        assert at(conversation, "take") not in page

    @pytest.mark.req("S-112")
    def test_a_handover_without_a_next_step_comes_back_and_with_one_is_shown_to_its_receiver(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        client = visit(cast.marta)
        words = {"to": f"user:{cast.janis.pk}", "known": "izmērs: 40", "mood": "mierīga"}
        assert client.post(at(conversation, "hand-over"), words).status_code == 422
        assert Handover.objects.count() == 0
        client.post(at(conversation, "hand-over"), {**words, "next_step": "Nosaukt reisu"})
        receiver = visit(cast.janis)
        page = receiver.get(at(conversation)).content.decode()
        assert "Nosaukt reisu" in page
        assert "izmērs: 40" in page
        receiver.post(at(conversation, "read"))
        assert Handover.objects.get().read_by == cast.janis

    def test_a_reply_before_the_handover_was_read_is_refused_in_words(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        handovers.offer(
            conversation.ref,
            to_user_id=cast.janis.pk,
            next_step="Atbildēt",
            actor=cast.actor(cast.marta),
            at=clock.now(),
        )
        back = visit(cast.janis).post(at(conversation, "write"), {"text": "Labdien"})
        assert "Vispirms apstipriniet, ka izlasījāt nodošanu." in back.content.decode()

    def test_tags_are_set_and_shown(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        client = visit(cast.marta)
        client.post(at(conversation, "tags"), {"names": "Galds, piegāde"})
        assert client.get(at(conversation)).context["page"].dossier.tags == ["galds", "piegāde"]

    @pytest.mark.req("S-121")
    def test_a_request_becomes_a_task_is_done_and_reported_in_a_reply(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast, text="Lūdzu, atsūtiet rēķinu uz uzņēmuma vārda.")
        client = visit(cast.marta)
        asked = client.get(at(conversation)).context["page"].dossier
        client.post(at(conversation, "task"), {"text": asked.asks[0], "asked_in": asked.asked_in})
        task = Task.objects.get()
        client.post(at(conversation, "task-done"), {"task": task.pk})
        refused = client.post(at(conversation, "propose"), follow=True)
        assert "Par izdarītu uzdevumu klientam vēl nav uzrakstīts." in refused.content.decode()
        client.post(at(conversation, "write"), {"text": "Rēķins pielikumā.", "reports": task.pk})
        task.refresh_from_db()
        assert task.reported_in == conversation.messages.get(direction="out")

    def test_a_problem_is_opened_and_resolved_with_words(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        client = visit(cast.marta)
        client.post(at(conversation, "problem"), {"title": "Skrūves neder"})
        problem = Problem.objects.get()
        address = at(conversation, "problem-resolved")
        empty = client.post(address, {"problem": problem.ref, "resolution": ""})
        client.post(address, {"problem": problem.ref, "resolution": "Nosūtītas citas"})
        problem.refresh_from_db()
        assert (empty.status_code, problem.resolution) == (422, "Nosūtītas citas")

    @pytest.mark.req("S-098", "S-099")
    def test_conversations_of_one_problem_are_linked_listed_and_parted(
        self, cast: Cast, visit: Visit
    ) -> None:
        first, second = arrive(cast), arrive(cast, subject="Skrūves", sender=IRINA)
        secret = arrive(cast, subject="Секрет", team_id=cast.moscow.pk)
        client = visit(cast.marta)
        assert at(second, "same-problem") not in client.get(at(second)).content.decode()
        client.post(at(first, "problem"), {"title": "Skrūves neder"})
        visit(cast.oleg).post(at(secret, "problem"), {"title": "Сейф"})
        assert at(second, "same-problem") in client.get(at(second)).content.decode()
        form = client.get(at(second, "same-problem")).content.decode()
        assert ("Skrūves neder (1 saruna)" in form, "Сейф" in form) == (True, False)
        problem = Problem.objects.get(title="Skrūves neder")
        client.post(at(second, "same-problem"), {"problem": problem.ref})
        shown = client.get(at(second)).content.decode()
        assert f'<a class="small" href="{at(first)}">' in shown
        assert "Marta Ozola saistīja sarunu ar zināmu problēmu" in shown
        answer(cast, second, cast.marta)
        refused = client.post(at(second, "propose"), follow=True).content.decode()
        assert "Saistītajai problēmai vēl nav pierakstīts risinājums." in refused
        client.post(at(second, "other-problem"), {"problem": problem.ref})
        assert "Skrūves neder" not in client.get(at(second)).content.decode()
        last = client.post(at(first, "other-problem"), {"problem": problem.ref})
        assert last.status_code == 422
        assert list(problem.links.values_list("conversation", flat=True)) == [first.pk]

    @pytest.mark.req("S-130")
    def test_the_leader_sees_the_question_and_decides(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        visit(cast.marta).post(at(conversation, "ask-leader"), {"question": "Klients draud."})
        leader = visit(cast.kira)
        assert "Klients draud." in leader.get(at(conversation)).content.decode()
        request = LeaderRequest.objects.get()
        leader.post(
            at(conversation, "decide"),
            {"question": request.pk, "decision": "advised", "advice": "Atbildēšu es."},
        )
        request.refresh_from_db()
        assert (request.decision, request.advice) == ("advised", "Atbildēšu es.")

    def test_questions_are_a_list_of_the_leaders_own(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        leaders.ask(
            conversation.ref, question="Ko darīt?", actor=cast.actor(cast.marta), at=clock.now()
        )
        assert "Ko darīt?" in visit(cast.kira).get("/questions/").content.decode()
        assert visit(cast.marta).get("/questions/").status_code == 404

    def test_an_agent_is_not_asked_to_decide(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        leaders.ask(
            conversation.ref, question="Ko darīt?", actor=cast.actor(cast.marta), at=clock.now()
        )
        page = visit(cast.janis).get(at(conversation)).content.decode()
        assert at(conversation, "decide") not in page


class TestClosing:
    @pytest.mark.req("AS-25", "S-099", "S-100")
    def test_after_a_solved_problem_asks_and_only_the_customers_yes_closes(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation, client = arrive(cast, cc=(STRANGER,)), visit(cast.marta)

        def state() -> str:
            conversation.refresh_from_db()
            return conversation.state

        client.post(at(conversation, "problem"), {"title": "Skrūves neder"})
        client.post(at(conversation, "write"), {"text": "Sūtām citas skrūves."})
        client.post(at(conversation, "propose"))
        assert state() == State.WAITING_CUSTOMER  # not before the problem is solved
        solved = {"problem": Problem.objects.get().ref, "resolution": "Nosūtītas citas"}
        client.post(at(conversation, "problem-resolved"), solved)
        client.post(at(conversation, "propose"))
        assert state() == State.AWAITING_CONSENT
        asked = conversation.messages.get(by_system=True)
        said = {"references": (asked.external_id,), "thanks_only": True, "text": "Paldies!"}
        arrive(cast, **said)
        for who, act in (
            (cast.marta, "agreed"),
            (cast.marta, "silence"),
            (cast.kira, "silence"),
            (cast.kira, "unanswered"),
            (cast.kolja, "spoken"),
        ):
            visit(who).post(at(conversation, act), {"reason": ""})
            assert (act, state()) == (act, State.AWAITING_CONSENT)
        link = OutboundEnvelope.objects.get(key=f"message:{asked.pk}").payload["links"][0][1]
        assert Client().get(urlsplit(link).path).status_code == 200
        assert state() == State.AWAITING_CONSENT  # to look at the question is no answer
        Client().post(f"{urlsplit(link).path}agree/")
        assert state() == State.CLOSED
        closure = Closure.objects.get()
        assert (closure.how, closure.by) == ("button", None)

    def test_e_proposes_and_the_page_says_what_is_waited_for(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        answer(cast, conversation, cast.marta)
        client = visit(cast.marta)
        page = client.get(at(conversation)).content.decode()
        assert 'data-key="e"' in page
        answered = client.post(at(conversation, "propose"), headers=HTMX)
        conversation.refresh_from_db()
        assert conversation.state == State.AWAITING_CONSENT
        assert "Pajautājām, vai var slēgt" in answered.content.decode()

    @pytest.mark.req("S-100")
    def test_the_customers_reply_is_confirmed_with_the_same_key(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        answer(cast, conversation, cast.marta)
        closings.propose(conversation.ref, actor=cast.actor(cast.marta), at=clock.now())
        asked = conversation.messages.filter(by_system=True).get()
        arrive(cast, text="Jā, viss kārtībā, var slēgt.", references=(asked.external_id,))
        client = visit(cast.marta)
        assert at(conversation, "agreed") in client.get(at(conversation)).content.decode()
        client.post(at(conversation, "agreed"))
        conversation.refresh_from_db()
        assert (conversation.state, Closure.objects.get().how) == (State.CLOSED, "reply")

    @pytest.mark.req("S-100")
    def test_an_agent_does_not_close_on_silence(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        answer(cast, conversation, cast.marta)
        closings.propose(conversation.ref, actor=cast.actor(cast.marta), at=clock.now())
        visit(cast.marta).post(at(conversation, "silence"), {"reason": "Klusē"})
        assert Closure.objects.count() == 0

    def test_spoken_consent_needs_its_words(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        client = visit(cast.marta)
        assert client.post(at(conversation, "spoken"), {"reason": ""}).status_code == 422
        client.post(at(conversation, "spoken"), {"reason": "19. maijā: viss kārtībā"})
        assert Closure.objects.get().reason == "19. maijā: viss kārtībā"

    def test_thanks_alone_leads_to_the_proposal(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast, text="Paldies!", thanks_only=True)
        page = visit(cast.marta).get(at(conversation)).content.decode()
        assert "Klients tikai pateicas" in page

    def test_an_act_nobody_made_is_not_there(self, cast: Cast, visit: Visit) -> None:
        assert visit(cast.marta).get(at(arrive(cast), "explode")).status_code == 404


class TestThreads:
    def test_a_merge_leads_to_the_conversation_that_stays(self, cast: Cast, visit: Visit) -> None:
        one, other = arrive(cast), arrive(cast, subject="Krēsls")
        answered = visit(cast.marta).post(at(one, "merge"), {"number": other.pk})
        assert answered.headers["Location"] == at(other)
        assert other.messages.count() == 2

    def test_a_merge_into_a_number_of_another_team_is_refused_as_unknown(
        self, cast: Cast, visit: Visit
    ) -> None:
        mine, theirs = arrive(cast), arrive(cast, subject="Slepens")
        Conversation.objects.filter(pk=theirs.pk).update(team=cast.moscow)
        back = visit(cast.marta).post(at(mine, "merge"), {"number": theirs.pk})
        assert "Sarunas ar šādu numuru jums nav." in back.content.decode()
        assert "Slepens" not in back.content.decode()

    @pytest.mark.req("S-117")
    def test_a_split_needs_a_telling_subject(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        answer(cast, conversation, cast.marta)
        later = arrive(
            cast,
            text="Un cik maksā krēsls?",
            references=(conversation.messages.get(direction="out").external_id,),
        )
        assert later == conversation
        moved = conversation.messages.filter(direction="in").latest("pk")
        client = visit(cast.marta)
        form = {"messages": moved.ref, "subject": "Jautājums"}
        back = client.post(at(conversation, "split"), form)
        assert "Tematam jānosauc klienta lieta" in back.content.decode()
        client.post(at(conversation, "split"), {**form, "subject": "Krēsla cena"})
        moved.refresh_from_db()
        assert moved.conversation.subject == "Krēsla cena"

    @pytest.mark.req("S-052")
    def test_whom_it_is_for_is_chosen_among_those_he_orders_for(
        self, cast: Cast, visit: Visit
    ) -> None:
        arrive(cast, sender=IRINA)
        conversation, client = arrive(cast), visit(cast.marta)
        irina = Customer.objects.get(identities__value=IRINA.address)
        assert conversation.customer is not None
        Tie.objects.create(
            orderer=conversation.customer, beneficiary=irina, kind="relative", since=clock.now()
        )
        assert IRINA.name in client.get(at(conversation, "for-whom")).content.decode()
        client.post(at(conversation, "for-whom"), {"whom": irina.ref})
        shown = client.get(at(conversation)).context["page"].dossier.for_whom
        assert (shown.name, shown.url) == (IRINA.name, f"/customers/{irina.ref}/")

    @pytest.mark.req("S-093")
    def test_leaving_a_participant_out_asks_for_a_confirmation(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast, cc=(IRINA,))
        person = conversation.participants.get(identity__value=IRINA.address)
        client, form = visit(cast.marta), {"person": person.identity_id}
        assert client.post(at(conversation, "leave-out"), form).status_code == 422
        assert offered(client, conversation) == ["leave-out", "leave-out"]
        client.post(at(conversation, "leave-out"), {**form, "confirmed": "on"})
        person.refresh_from_db()
        assert person.dropped_at is not None
        # A reply must reach somebody: the last one is not offered to be left out.
        assert offered(client, conversation) == ["", "take-back"]


class TestNotes:
    def test_a_note_names_a_colleague_and_no_customer_gets_it(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        visit(cast.kolja).post(
            at(conversation, "write"), {"kind": "note", "text": "@Jānis Liepiņš, paskaties"}
        )
        note = Message.objects.get(direction="note")
        assert (note.author, Mention.objects.get().user) == (cast.kolja, cast.janis)
        mentions = visit(cast.janis).get("/inbox/mentions/").context["inbox"]
        assert [row.ref for group in mentions.groups for row in group.rows] == [conversation.ref]

    def test_opening_a_conversation_reads_it(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        client = visit(cast.marta)
        client.get(at(conversation))
        row = client.get("/inbox/unassigned/").context["inbox"].groups[0].rows[0]
        assert (row.is_new, ReadMark.objects.get().user) == (False, cast.marta)

    def test_a_draft_is_kept_while_one_types_and_is_there_again(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        client = visit(cast.marta)
        kept = client.post(at(conversation, "draft"), {"text": "Iesākts", "kind": "reply"})
        assert "Melnraksts saglabāts" in kept.content.decode()
        assert "Iesākts</textarea>" in client.get(at(conversation)).content.decode()
        other = visit(cast.janis).get(at(conversation)).content.decode()
        assert "Iesākts" not in other
        assert "Marta Ozola šeit jau raksta" in other


class TestCustomers:
    @pytest.mark.req("S-005", "S-011", "S-047")
    def test_the_customers_page_keeps_address_notes_and_stages(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        assert conversation.customer is not None
        client, page = visit(cast.marta), f"/customers/{conversation.customer.ref}/"
        form = {"name": "Ilze Kalniņa", "say": "Ilzes kundze", "formality": "formal"}
        client.post(page, {**form, "language": "lv", "kind": "person", "contact_kind": "buyer"})
        client.post(f"{page}notes/", {"kind": "worry", "text": "Galds vajadzīgs līdz svētkiem"})
        client.post(f"{page}stage/", {"name": "Pirmais pirkums"})
        html = client.get(page).content.decode()
        for words in ("Ilzes kundze", "Galds vajadzīgs līdz svētkiem", "Pirmais pirkums"):
            assert words in html

    def test_a_customer_of_another_team_is_not_there(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        assert conversation.customer is not None
        page = f"/customers/{conversation.customer.ref}/"
        assert visit(cast.oleg).get(page).status_code == 404

    @pytest.mark.req("S-010")
    def test_earlier_matters_stand_beside_the_thread_with_how_they_ended(
        self, cast: Cast, visit: Visit
    ) -> None:
        earlier = arrive(cast, subject="Krēsls")
        closings.close_on_spoken_word(
            earlier.ref,
            reason="Jā",
            actor=cast.actor(cast.marta),
            at=clock.now() - timedelta(minutes=1),
        )
        page = visit(cast.marta).get(at(arrive(cast))).context["page"]
        assert [(one.subject, one.ended) for one in page.dossier.earlier] == [
            ("Krēsls", "Klients piekrita mutiski")
        ]


def test_a_reply_that_did_not_arrive_is_written_anew_and_hinders_closing_no_more(
    cast: Cast, visit: Visit
) -> None:
    conversation = arrive(cast)
    failed = answer(cast, conversation, cast.marta, text="Nepienāca")
    Message.objects.filter(pk=failed.pk).update(delivery="failed", delivery_error="returned")
    client = visit(cast.marta)
    page = client.get(at(conversation)).content.decode()
    assert f"?again={failed.ref}#composer" in page
    again = client.get(at(conversation), {"again": failed.ref}).content.decode()
    assert "Nepienāca</textarea>" in again
    refused = client.post(at(conversation, "propose"), follow=True).content.decode()
    assert "Kāda atbilde nav piegādāta." in refused
    client.post(at(conversation, "write"), {"text": "Nepienāca"})
    client.post(at(conversation, "propose"))
    conversation.refresh_from_db()
    assert conversation.state == State.AWAITING_CONSENT
