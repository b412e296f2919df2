"""The desk's decisions, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zabota.domains.desk import rules
from zabota.domains.desk.enums import State, Trust

ILZE, MALLORY = "ilze@kalnina.example", "mallory@evil.example"
HERS = rules.Candidate(conversation_id=12, participants={ILZE})


def thread(**given: object) -> rules.Thread:
    values: dict[str, object] = {
        "sender": ILZE,
        "sender_verified": True,
        "signed": None,
        "signed_to_sender": False,
        "referenced": [],
    }
    return rules.thread_for(**(values | given))  # type: ignore[arg-type]  # keywords by name


class TestThreads:
    def test_a_signed_id_joins_its_conversation(self) -> None:
        found = thread(signed=HERS, signed_to_sender=True, sender_verified=False)
        assert found == rules.Thread(joins=12, comes_from=None, trust=Trust.VERIFIED)

    @pytest.mark.threat("T10")
    def test_a_signed_id_from_a_stranger_joins_as_someone_else(self) -> None:
        found = thread(sender=MALLORY, signed=HERS)
        assert found == rules.Thread(joins=12, comes_from=None, trust=Trust.SOMEONE_ELSE)

    def test_references_join_a_verified_sender_who_takes_part(self) -> None:
        found = thread(referenced=[HERS])
        assert found == rules.Thread(joins=12, comes_from=None, trust=Trust.VERIFIED)

    @pytest.mark.threat("T10", "T12")
    def test_references_of_an_unverified_sender_only_link(self) -> None:
        found = thread(sender_verified=False, referenced=[HERS])
        assert found == rules.Thread(joins=None, comes_from=12, trust=Trust.UNVERIFIED)

    @pytest.mark.threat("T12")
    def test_references_of_a_verified_stranger_only_link(self) -> None:
        found = thread(sender=MALLORY, referenced=[HERS])
        assert found == rules.Thread(joins=None, comes_from=12, trust=Trust.VERIFIED)

    def test_an_archive_joins_by_references_of_a_participant(self) -> None:
        found = thread(sender_verified=False, referenced=[HERS], history=True)
        assert found.joins == 12

    @pytest.mark.threat("T12")
    @given(
        sender=st.sampled_from([ILZE, MALLORY, ""]),
        verified=st.booleans(),
        signed=st.sampled_from([None, HERS]),
        referenced=st.lists(st.just(HERS), max_size=2),
    )
    def test_a_mail_joins_only_by_a_signed_id_or_as_a_verified_participant(
        self,
        sender: str,
        verified: bool,
        signed: rules.Candidate | None,
        referenced: list[rules.Candidate],
    ) -> None:
        found = thread(
            sender=sender, sender_verified=verified, signed=signed, referenced=referenced
        )
        joined = found.joins is not None
        assert joined == (signed is not None or (bool(referenced) and verified and sender == ILZE))


class TestMoves:
    @staticmethod
    def after(state: State, **given: object) -> rules.Arrival:
        values: dict[str, object] = {
            "automatic": False,
            "thanks_only": False,
            "trust": Trust.VERIFIED,
            "asked_to_close": False,
        }
        return rules.after_arrival(state, **(values | given))  # type: ignore[arg-type]

    def test_a_letter_makes_it_our_move(self) -> None:
        assert self.after(State.WAITING_CUSTOMER) == rules.Arrival(state=State.WAITING_US)

    @pytest.mark.threat("T14")
    @pytest.mark.parametrize("state", list(State))
    def test_a_machine_changes_nothing(self, state: State) -> None:
        assert self.after(state, automatic=True) == rules.Arrival(state=state)

    def test_thanks_alone_does_not_reopen(self) -> None:
        assert self.after(State.CLOSED, thanks_only=True) == rules.Arrival(state=State.CLOSED)

    def test_any_other_word_reopens(self) -> None:
        found = self.after(State.CLOSED)
        assert found == rules.Arrival(state=State.WAITING_US, reopens=True)

    @pytest.mark.req("S-100")
    def test_thanks_alone_is_not_consent(self) -> None:
        found = self.after(State.AWAITING_CONSENT, asked_to_close=True, thanks_only=True)
        assert found == rules.Arrival(state=State.AWAITING_CONSENT)

    def test_thanks_behind_a_question_leave_the_question_with_us(self) -> None:
        found = self.after(State.WAITING_US, asked_to_close=True, thanks_only=True)
        assert found == rules.Arrival(state=State.WAITING_US)

    def test_another_reply_may_be_consent_and_an_agent_decides(self) -> None:
        found = self.after(State.AWAITING_CONSENT, asked_to_close=True)
        assert found == rules.Arrival(state=State.WAITING_US, maybe_agrees=True)

    def test_a_strangers_reply_is_no_consent(self) -> None:
        found = self.after(State.AWAITING_CONSENT, asked_to_close=True, trust=Trust.SOMEONE_ELSE)
        assert found == rules.Arrival(state=State.WAITING_US)


class TestSubjects:
    @pytest.mark.parametrize(
        ("written", "bare"),
        [
            ("Re: Terases galds", "Terases galds"),
            ("RE: Fwd: re[2]: Terases galds", "Terases galds"),
            ("Отв: Пересл: Панель", "Панель"),
            ("Atb.: galds", "Atb.: galds"),
            ("Report: galds", "Report: galds"),
            ("  two \t spaces ", "two spaces"),
            ("Re:", ""),
        ],
    )
    def test_marks_of_replying_are_no_part_of_a_subject(self, written: str, bare: str) -> None:
        assert rules.bare_subject(written) == bare

    @pytest.mark.req("S-116")
    @given(st.text(max_size=300))
    def test_a_reply_carries_the_locked_subject_unchanged(self, subject: str) -> None:
        locked = rules.bare_subject(subject)
        assert rules.reply_subject(locked).removeprefix("Re:").strip() == locked.strip()

    @pytest.mark.parametrize("empty", ["", "Вопрос", "Question", "hello!", "Срочно вопрос"])
    def test_a_subject_of_empty_words_tells_nothing(self, empty: str) -> None:
        assert not rules.is_telling(empty, {"вопрос", "question", "hello", "срочно"})

    def test_a_subject_that_names_the_matter_is_telling(self) -> None:
        assert rules.is_telling("Вопрос о столе 4118", {"вопрос", "о"})


class TestClosing:
    def test_what_hangs_loose_hinders(self) -> None:
        assert [
            rules.hinders_closing(rules.Loose(open_tasks=1)),
            rules.hinders_closing(rules.Loose(unreported_tasks=1)),
            rules.hinders_closing(rules.Loose(unresolved_problems=1)),
            rules.hinders_closing(rules.Loose(undelivered=1)),
            rules.hinders_closing(rules.Loose()),
        ] == ["tasks_open", "tasks_unreported", "problem_unresolved", "reply_undelivered", ""]

    @pytest.mark.parametrize(
        ("leads", "reminders", "reason", "refused"),
        [
            (False, 2, "silent for a week", "leader_only"),
            (True, 1, "silent for a week", "reminders_first"),
            (True, 2, "  ", "reason_needed"),
            (True, 2, "silent for a week", ""),
        ],
    )
    @pytest.mark.req("S-100")
    def test_silence_is_closed_by_a_leader_after_reminders_with_a_reason(
        self, leads: bool, reminders: int, reason: str, refused: str
    ) -> None:
        found = rules.may_close_on_silence(
            leads=leads, reminders=reminders, wanted=2, reason=reason
        )
        assert found == refused


class TestQuestions:
    @pytest.mark.req("S-120")
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("Когда удобно? И куда привезти?", True),
            ("1. Когда удобно?\n2. Куда привезти?", False),
            ("Когда удобно?", False),
            ("Привезём завтра.", False),
        ],
    )
    def test_two_questions_want_a_numbered_list(self, text: str, wanted: bool) -> None:
        assert rules.must_be_list(text) == wanted
