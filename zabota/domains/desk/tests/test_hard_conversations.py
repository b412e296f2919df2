"""Hard conversations: asking the leader, warning, refusing service."""

from datetime import date, timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import Bounce
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.enums import Delivery, RefusalStepKind
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import Conversation, LeaderRequest, Mention, RefusalStep
from zabota.domains.desk.queries import work
from zabota.domains.desk.services import leaders, refusals, replies, returns
from zabota.domains.desk.tests.letters import ILZE
from zabota.domains.people.enums import RelationshipState
from zabota.domains.people.models import Customer, Refusal, RelationshipChange
from zabota.kernel.accounts.models import User
from zabota.kernel.facts.models import FactRow

LATER = MORNING + timedelta(days=1)
REVIEW = date(2027, 5, 20)


def ask(cast: Cast, matter: Conversation, user: User | None = None) -> LeaderRequest:
    return leaders.ask(
        matter.ref,
        question="Kliente kliedz. Ko darīt?",
        actor=cast.actor(user or cast.marta),
        at=MORNING,
    )


@pytest.mark.req("S-130")
class TestAskingTheLeader:
    def test_is_seen_by_the_leader_of_that_team_alone(
        self, cast: Cast, matter: Conversation
    ) -> None:
        ask(cast, matter)
        seen = work.open_questions(cast.actor(cast.kira))
        assert [(one.question, one.asked_by_name) for one in seen] == [
            ("Kliente kliedz. Ko darīt?", "Marta Ozola")
        ]
        for user in (cast.marta, cast.janis, cast.oleg, cast.kolja):
            assert work.open_questions(cast.actor(user)) == []

    def test_is_answered_with_advice_in_a_note_to_who_asked(
        self, cast: Cast, matter: Conversation
    ) -> None:
        request = ask(cast, matter)
        leaders.decide(
            request.pk,
            decision="advised",
            advice="Piedāvā jaunu termiņu",
            actor=cast.actor(cast.kira),
            at=LATER,
        )
        mention = Mention.objects.get()
        assert (mention.user, mention.message.text, mention.message.author) == (
            cast.marta,
            "Piedāvā jaunu termiņu",
            cast.kira,
        )
        assert work.open_questions(cast.actor(cast.kira)) == []
        told = work.questions_of(cast.actor(cast.marta), matter.ref)
        assert [(one.decision, one.decided_by_name) for one in told] == [("advised", "Kira Zimina")]

    def test_is_joined_by_the_leader_while_the_agent_stays(
        self, cast: Cast, matter: Conversation
    ) -> None:
        Conversation.objects.update(assignee=cast.marta)
        request = ask(cast, matter)
        leaders.decide(request.pk, decision="joined", actor=cast.actor(cast.kira), at=LATER)
        matter.refresh_from_db()
        assert matter.assignee == cast.marta
        assert FactRow.objects.get(name="desk.LeaderDecided").data["decision"] == "joined"

    def test_is_decided_once_and_by_a_leader(self, cast: Cast, matter: Conversation) -> None:
        request = ask(cast, matter)
        for user, refusal in (
            (cast.marta, NotAllowed),
            (cast.kolja, NotAllowed),
            (cast.oleg, NotFound),
        ):
            with pytest.raises(refusal):
                leaders.decide(request.pk, decision="joined", actor=cast.actor(user), at=LATER)
        kira = cast.actor(cast.kira)
        for decision, code in (("advised", "advice_empty"), ("slept", "decision_unknown")):
            with pytest.raises(Incomplete, match=code):
                leaders.decide(request.pk, decision=decision, actor=kira, at=LATER)
        leaders.decide(request.pk, decision="joined", actor=kira, at=LATER)
        with pytest.raises(Conflict, match="already_decided"):
            leaders.decide(request.pk, decision="joined", actor=kira, at=LATER)
        with pytest.raises(NotFound):
            leaders.decide(10**9, decision="joined", actor=kira, at=LATER)

    def test_waits_for_one_answer_at_a_time(self, cast: Cast, matter: Conversation) -> None:
        ask(cast, matter)
        with pytest.raises(Conflict, match="already_asked"):
            ask(cast, matter, cast.janis)
        with pytest.raises(NotFound):
            ask(cast, matter, cast.oleg)


def warn(cast: Cast, matter: Conversation, user: User | None = None, *, left: bool = True) -> None:
    step = refusals.warn(
        matter.ref,
        evidence="Trīs vēstules ar draudiem",
        actor=cast.actor(user or cast.kira),
        at=MORNING,
    )
    if left and step.message:
        replies.confirm_delivery(step.message.pk, sent_at=MORNING, perhaps_twice=False, at=MORNING)


def refuse(cast: Cast, matter: Conversation, user: User | None = None, **what: object) -> None:
    values: dict[str, object] = {"evidence": "Ceturtā vēstule ar draudiem", "review_on": REVIEW}
    refusals.refuse(
        matter.ref,
        actor=cast.actor(user or cast.kira),
        at=LATER,
        **(values | what),  # type: ignore[arg-type]  # by name
    )


@pytest.mark.req("S-131")
class TestRefusingService:
    def test_comes_after_a_warning_in_polite_firm_words(
        self, cast: Cast, matter: Conversation
    ) -> None:
        with pytest.raises(Incomplete, match="warning_first"):
            refuse(cast, matter)
        warn(cast, matter)
        refuse(cast, matter)
        warning, refusal = (one.payload["text"] for one in OutboundEnvelope.objects.order_by("pk"))
        assert warning.startswith("Labdien, Ilze Kalniņa!")
        assert "Liepa pārtrauc jūsu pieteikumu apkalpošanu" in refusal
        assert "draudiem" not in warning + refusal

    @pytest.mark.req("S-044")
    def test_is_logged_with_evidence_approver_and_a_date_to_look_again(
        self, cast: Cast, matter: Conversation
    ) -> None:
        warn(cast, matter)
        refuse(cast, matter)
        entry, change = Refusal.objects.get(), RelationshipChange.objects.get()
        assert Customer.objects.get().state == RelationshipState.ENDED
        assert (entry.evidence, entry.approver_id, entry.review_on) == (
            "Ceturtā vēstule ar draudiem",
            cast.kira.pk,
            REVIEW,
        )
        assert (change.reason, change.approver_id) == ("abuse", cast.kira.pk)
        steps = work.refusal_steps(cast.actor(cast.marta), matter.ref)
        assert [(one.step, one.by_name) for one in steps] == [
            (RefusalStepKind.WARNED, "Kira Zimina"),
            (RefusalStepKind.REFUSED, "Kira Zimina"),
        ]

    @pytest.mark.parametrize(
        ("who", "refusal"),
        [("marta", NotAllowed), ("kolja", NotAllowed), ("oleg", NotFound)],
    )
    def test_is_a_leaders_alone(
        self, cast: Cast, matter: Conversation, who: str, refusal: type[Exception]
    ) -> None:
        user = getattr(cast, who)
        with pytest.raises(refusal):
            warn(cast, matter, user)
        warn(cast, matter)
        with pytest.raises(refusal):
            refuse(cast, matter, user)
        assert (RefusalStep.objects.count(), Refusal.objects.count()) == (1, 0)

    def test_needs_a_warning_that_has_really_left(self, cast: Cast, matter: Conversation) -> None:
        warn(cast, matter, left=False)
        with pytest.raises(Incomplete, match="warning_first"):
            refuse(cast, matter)

    def test_needs_evidence_and_a_date_to_come(self, cast: Cast, matter: Conversation) -> None:
        warn(cast, matter)
        for what, code in (
            ({"evidence": " "}, "evidence_needed"),
            ({"review_on": LATER.date()}, "review_date_needed"),
        ):
            with pytest.raises(Incomplete, match=code):
                refuse(cast, matter, **what)
        assert OutboundEnvelope.objects.count() == 1

    @pytest.mark.req("S-043")
    def test_for_a_single_slip_is_refused_and_nothing_leaves(
        self, cast: Cast, matter: Conversation
    ) -> None:
        warn(cast, matter)
        with pytest.raises(Exception, match="reason_not_allowed"):
            refuse(cast, matter, reason="late_payment_once")
        assert (OutboundEnvelope.objects.count(), RefusalStep.objects.count()) == (1, 1)
        assert Customer.objects.get().state == RelationshipState.ACTIVE

    def test_twice_is_refused(self, cast: Cast, matter: Conversation) -> None:
        warn(cast, matter)
        refuse(cast, matter)
        with pytest.raises(Conflict, match="already_refused"):
            refuse(cast, matter)

    @pytest.mark.req("S-044")
    def test_whose_letter_is_taken_back_in_time_is_no_refusal(
        self, cast: Cast, matter: Conversation
    ) -> None:
        Customer.objects.update(state=RelationshipState.AT_RISK)
        kira = cast.actor(cast.kira)
        RelationshipChange.objects.create(
            customer=Customer.objects.get(), state="at_risk", reason="Quarrel", at=MORNING
        )
        warn(cast, matter)
        refuse(cast, matter)
        last = matter.messages.order_by("-pk")[0]
        assert replies.undo(last.ref, actor=kira, at=LATER)
        assert Customer.objects.get().state == RelationshipState.AT_RISK
        assert Refusal.objects.get().lifted_at == LATER
        steps = work.refusal_steps(cast.actor(cast.marta), matter.ref)
        assert [one.step for one in steps] == [RefusalStepKind.WARNED]
        refuse(cast, matter)  # and may be decided anew
        assert Customer.objects.get().state == RelationshipState.ENDED

    def test_that_no_server_took_is_no_refusal(self, cast: Cast, matter: Conversation) -> None:
        warn(cast, matter)
        refuse(cast, matter)
        last = matter.messages.order_by("-pk")[0]
        envelope = OutboundEnvelope.objects.get(key=f"message:{last.pk}")
        replies.record_failure(last.pk, code="refused", envelope_id=envelope.pk, at=LATER)
        assert Refusal.objects.get().lifted_at == LATER
        assert Customer.objects.get().state == RelationshipState.ACTIVE
        refuse(cast, matter)  # and may be decided anew
        assert Customer.objects.get().state == RelationshipState.ENDED

    @pytest.mark.threat("T14")
    def test_is_not_ended_by_a_report_that_its_letter_came_back(
        self, cast: Cast, matter: Conversation
    ) -> None:
        warn(cast, matter)
        refuse(cast, matter)
        last = matter.messages.order_by("-pk")[0]
        replies.confirm_delivery(last.pk, sent_at=LATER, perhaps_twice=False, at=LATER)
        last.refresh_from_db()
        returned = Bounce(external_id=last.external_id, address=ILZE.address, permanent=True)
        returns.mark([returned], at=LATER)
        last.refresh_from_db()
        assert last.delivery == Delivery.FAILED
        assert Refusal.objects.get().lifted_at is None

    def test_stays_when_its_letter_has_left(self, cast: Cast, matter: Conversation) -> None:
        warn(cast, matter)
        refuse(cast, matter)
        last = matter.messages.order_by("-pk")[0]
        replies.confirm_delivery(last.pk, sent_at=LATER, perhaps_twice=False, at=LATER)
        assert not replies.undo(last.ref, actor=cast.actor(cast.kira), at=LATER)
        assert Refusal.objects.get().lifted_at is None
        assert Customer.objects.get().state == RelationshipState.ENDED

    @pytest.mark.parametrize("language", ["ru", "lv", "en"])
    def test_is_proposed_in_the_customers_language(
        self, cast: Cast, matter: Conversation, language: str
    ) -> None:
        Customer.objects.update(language=language)
        text = refusals.proposed_text(
            matter.ref, RefusalStepKind.WARNED, actor=cast.actor(cast.kira), at=MORNING
        )
        greeting = {"ru": "Здравствуйте", "lv": "Labdien", "en": "Hello"}[language]
        assert text.startswith(f"{greeting}, Ilze" if language != "en" else "Hello Ilze")
