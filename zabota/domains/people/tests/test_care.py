"""What a customer needs, likes and wants; days and people dear to him; what we do by ourselves."""

from datetime import date, timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.people import tasks
from zabota.domains.people.enums import (
    CareKind,
    DayKind,
    NeedState,
    Origin,
    ProposalState,
    Purpose,
)
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.people.models import CareTask, Customer, Dear, ImportantDay, Need
from zabota.domains.people.queries import care as seen
from zabota.domains.people.rules import calendar
from zabota.domains.people.services import (
    attention,
    care,
    consents,
    merging,
    observations,
    rounds,
    wishes,
)
from zabota.domains.people.services.care import Day
from zabota.domains.people.services.wishes import Said
from zabota.kernel.facts.models import FactRow

DAY = timedelta(days=1)
TODAY = MORNING.date()  # 19 May 2026


def proof(**what: object) -> consents.Proof:
    values: dict[str, object] = {
        "wording": "Piekrītu",
        "wording_version": "1",
        "language": "lv",
        "origin": Origin.IN_PERSON,
        "controllers": [("SIA Liepa", "Rīga")],
        "of_age": True,
    }
    return consents.Proof(**(values | what))  # type: ignore[arg-type]  # by name


@pytest.fixture
def agreed(cast: Cast, ilze: Customer) -> Customer:
    """Ilze agrees to be congratulated, and that we know whom she cares for."""
    for purpose in (Purpose.GREETING, Purpose.CARE):
        consents.record(ilze.ref, purpose, proof(), actor=cast.actor(cast.marta), at=MORNING)
    return ilze


def shown(cast: Cast, customer: Customer, *, at: object = MORNING) -> seen.Care:
    return seen.care_for(cast.actor(cast.marta), customer.ref, at=at)  # type: ignore[arg-type]


@pytest.mark.req("S-008")
class TestANeed:
    def test_is_logged_with_where_it_was_said_and_who_looks_after_it(
        self, cast: Cast, ilze: Customer
    ) -> None:
        marta = cast.actor(cast.marta)
        said = Said(conversation_id=7, message_ref="abcdefghjkmn")
        for _double_click in range(2):
            wishes.raise_need(ilze.ref, "Galds\n  bērnam", said=said, actor=marta, at=MORNING)
        (entry,) = shown(cast, ilze).needs
        assert (entry.text, entry.state, entry.owner_name, entry.message_ref, entry.at) == (
            "Galds bērnam",
            NeedState.OPEN,
            "Marta Ozola",
            "abcdefghjkmn",
            MORNING,
        )

    @pytest.mark.parametrize("state", [NeedState.MET, NeedState.EXCEEDED, NeedState.DECLINED])
    def test_is_met_exceeded_or_declined_and_may_open_again(
        self, cast: Cast, ilze: Customer, state: NeedState
    ) -> None:
        marta = cast.actor(cast.marta)
        need = wishes.raise_need(ilze.ref, "Galds", actor=marta, at=MORNING)
        wishes.settle_need(need.pk, state, actor=marta, at=MORNING)
        assert shown(cast, ilze).needs[0].state is state
        with pytest.raises(Conflict, match="already_so"):
            wishes.settle_need(need.pk, state, actor=marta, at=MORNING)
        wishes.settle_need(need.pk, NeedState.OPEN, actor=marta, at=MORNING)
        need.refresh_from_db()
        assert (need.state, need.settled_at) == (NeedState.OPEN, None)

    def test_is_not_raised_by_who_only_reads_nor_without_words(
        self, cast: Cast, ilze: Customer
    ) -> None:
        with pytest.raises(NotAllowed):
            wishes.raise_need(ilze.ref, "Galds", actor=cast.actor(cast.kolja), at=MORNING)
        with pytest.raises(Incomplete, match="text_empty"):
            wishes.raise_need(ilze.ref, "  ", actor=cast.actor(cast.marta), at=MORNING)
        assert Need.objects.count() == 0


class TestWhatHeLikes:
    @pytest.mark.req("S-006")
    def test_is_listed_with_date_and_place_until_taken_away(
        self, cast: Cast, ilze: Customer
    ) -> None:
        marta, said = cast.actor(cast.marta), Said(conversation_id=7, message_ref="abcdefghjkmn")
        row = wishes.note_interest(
            ilze.ref, "Ozolkoks", item="oak-1", said=said, actor=marta, at=MORNING
        )
        (entry,) = shown(cast, ilze).interests
        assert (entry.text, entry.item, entry.at, entry.message_ref) == (
            "Ozolkoks",
            "oak-1",
            MORNING,
            "abcdefghjkmn",
        )
        wishes.drop_interest(row.pk, actor=marta, at=MORNING)
        assert shown(cast, ilze).interests == []

    @pytest.mark.req("S-007")
    def test_right_now_stands_apart_expires_and_is_asked_again_once(
        self, cast: Cast, ilze: Customer
    ) -> None:
        marta = cast.actor(cast.marta)
        wishes.note_interest(ilze.ref, "Ozolkoks", actor=marta, at=MORNING)
        wishes.note_interest(ilze.ref, "Galds", is_wanted_now=True, actor=marta, at=MORNING)
        now = shown(cast, ilze)
        assert [[one.text for one in each] for each in (now.interests, now.wanted)] == [
            ["Ozolkoks"],
            ["Galds"],
        ]
        assert (now.wanted[0].wanted_until, now.wanted[0].is_expired) == (date(2026, 6, 18), False)
        assert [rounds.make_rounds(at=MORNING + n * DAY) for n in (30, 31, 32)] == [0, 1, 0]
        (task,) = shown(cast, ilze).tasks
        assert (task.kind, task.what, "Galds" in task.draft) == (CareKind.ASK_AGAIN, "Galds", True)
        assert shown(cast, ilze, at=MORNING + 31 * DAY).wanted[0].is_expired


class TestAnImportantDay:
    @pytest.mark.req("S-002")
    def test_is_kept_on_consent_alone(self, cast: Cast, ilze: Customer) -> None:
        marta = cast.actor(cast.marta)
        with pytest.raises(Incomplete, match="consent_needed"):
            care.keep_day(
                ilze.ref, Day(kind=DayKind.BIRTHDAY, day=1, month=6), actor=marta, at=MORNING
            )
        consents.record(ilze.ref, Purpose.MARKETING, proof(), actor=marta, at=MORNING)
        with pytest.raises(Incomplete, match="consent_needed"):
            care.keep_day(
                ilze.ref, Day(kind=DayKind.BIRTHDAY, day=1, month=6), actor=marta, at=MORNING
            )
        assert ImportantDay.objects.count() == 0

    @pytest.mark.req("S-002")
    def test_may_be_one_of_many(self, cast: Cast, agreed: Customer) -> None:
        marta = cast.actor(cast.marta)
        birthday = Day(kind=DayKind.BIRTHDAY, day=29, month=2, year=1988)
        care.keep_day(agreed.ref, birthday, actor=marta, at=MORNING)
        for name, month in (("Līgo", 6), ("Kāzu diena", 9)):
            day = Day(kind=DayKind.HOLIDAY, day=23, month=month, name=name)
            care.keep_day(agreed.ref, day, actor=marta, at=MORNING)
        assert [
            (one.name, one.day, one.month, one.consent_at) for one in shown(cast, agreed).days
        ] == [
            ("", 29, 2, MORNING),
            ("Līgo", 23, 6, MORNING),
            ("Kāzu diena", 23, 9, MORNING),
        ]

    @pytest.mark.parametrize(
        ("day", "code"),
        [
            (Day(kind=DayKind.BIRTHDAY, day=31, month=4), "date_unclear"),
            (Day(kind=DayKind.BIRTHDAY, day=1, month=13), "date_unclear"),
            (Day(kind=DayKind.BIRTHDAY, day=29, month=2, year=1989), "date_unclear"),
            (Day(kind=DayKind.BIRTHDAY, day=1, month=1, year=2041), "date_unclear"),
            (Day(kind=DayKind.HOLIDAY, day=1, month=1), "name_empty"),
        ],
    )
    def test_must_be_a_day(self, cast: Cast, agreed: Customer, day: Day, code: str) -> None:
        with pytest.raises(Incomplete, match=code):
            care.keep_day(agreed.ref, day, actor=cast.actor(cast.marta), at=MORNING)

    @pytest.mark.req("S-003")
    def test_becomes_one_task_with_a_greeting_for_who_looks_after_him_every_year(
        self, cast: Cast, agreed: Customer
    ) -> None:
        marta = cast.actor(cast.marta)
        attention.prefer(agreed.ref, cast.janis.pk, actor=marta, at=MORNING)
        day = Day(kind=DayKind.BIRTHDAY, day=22, month=5, year=1988)
        care.keep_day(agreed.ref, day, actor=marta, at=MORNING)
        made = [rounds.make_rounds(at=MORNING + n * DAY) for n in (-1, 0, 0, 1, 3, 4, 365)]
        assert made == [0, 1, 0, 0, 0, 0, 1]
        first, second = CareTask.objects.order_by("due_on")
        assert (first.due_on, second.due_on) == (date(2026, 5, 22), date(2027, 5, 22))
        assert (first.owner_id, first.draft.splitlines()[0]) == (
            cast.janis.pk,
            "Ilze Kalniņa, sveicam dzimšanas dienā!",
        )
        assert [one.id for one in seen.to_do(cast.actor(cast.janis))] == [first.pk, second.pk]
        assert seen.to_do(cast.actor(cast.oleg)) == []

    @pytest.mark.req("S-003")
    def test_is_marked_when_he_was_congratulated_and_the_first_one_counts(
        self, cast: Cast, agreed: Customer
    ) -> None:
        day = Day(kind=DayKind.HOLIDAY, day=20, month=5, name="Vārda diena")
        care.keep_day(agreed.ref, day, actor=cast.actor(cast.marta), at=MORNING)
        rounds.make_rounds(at=MORNING)
        task = CareTask.objects.get()
        care.finish(task.pk, actor=cast.actor(cast.janis), at=MORNING + DAY)
        care.finish(task.pk, actor=cast.actor(cast.marta), at=MORNING + 2 * DAY)
        (entry,) = shown(cast, agreed).tasks
        assert (entry.done_by, entry.done_at) == ("Jānis Liepiņš", MORNING + DAY)
        assert "Vārda diena" in entry.draft
        assert (rounds.make_rounds(at=MORNING + DAY), seen.to_do(cast.actor(cast.marta))) == (0, [])

    def test_across_the_turn_of_the_year_is_not_missed(self) -> None:
        assert calendar.next_on(day=1, month=1, after=date(2026, 12, 30)) == date(2027, 1, 1)
        assert calendar.next_on(day=29, month=2, after=date(2027, 1, 1)) == date(2027, 2, 28)
        assert calendar.next_on(day=29, month=2, after=date(2028, 1, 1)) == date(2028, 2, 29)


@pytest.mark.req("S-731")
def test_what_was_kept_on_a_consent_goes_with_it(cast: Cast, agreed: Customer) -> None:
    marta = cast.actor(cast.marta)
    care.keep_day(agreed.ref, Day(kind=DayKind.BIRTHDAY, day=20, month=5), actor=marta, at=MORNING)
    care.hold_dear(agreed.ref, name="Anna", relation="meita", needs="", actor=marta, at=MORNING)
    rounds.make_rounds(at=MORNING)
    consents.withdraw(agreed.ref, Purpose.GREETING, proof(), actor=marta, at=MORNING)
    fact = FactRow.objects.get(name="people.ConsentWithdrawn")
    tasks.forget_by_consent.function(fact_id=fact.pk)
    left = (ImportantDay.objects.count(), CareTask.objects.count(), Dear.objects.count())
    assert left == (0, 0, 1)


@pytest.mark.req("S-045")
def test_whom_he_cares_for_is_kept_on_consent_with_what_they_need(
    cast: Cast, ilze: Customer
) -> None:
    marta = cast.actor(cast.marta)
    with pytest.raises(Incomplete, match="consent_needed"):
        care.hold_dear(ilze.ref, name="Anna", relation="meita", needs="", actor=marta, at=MORNING)
    consents.record(ilze.ref, Purpose.CARE, proof(), actor=marta, at=MORNING)
    row = care.hold_dear(
        ilze.ref, name="Anna", relation="māte", needs="ratiņkrēsls", actor=marta, at=MORNING
    )
    (entry,) = shown(cast, ilze).dears
    assert (entry.name, entry.relation, entry.needs) == ("Anna", "māte", "ratiņkrēsls")
    care.forget_dear(row.pk, actor=marta, at=MORNING)
    assert shown(cast, ilze).dears == []


@pytest.mark.req("S-139")
class TestAnObservation:
    def test_is_written_by_any_role_and_its_proposal_answered_by_a_leader(
        self, cast: Cast, ilze: Customer
    ) -> None:
        row = observations.observe(
            ilze.ref,
            text="Kastes pienāk saspiestas",
            proposal="Biezāks kartons",
            actor=cast.actor(cast.kolja),
            at=MORNING,
        )
        with pytest.raises(NotAllowed, match="leader_only"):
            observations.answer(
                row.pk, is_taken=True, answer="", actor=cast.actor(cast.marta), at=MORNING
            )
        kira = cast.actor(cast.kira)
        with pytest.raises(Incomplete, match="reason_needed"):
            observations.answer(row.pk, is_taken=False, answer="", actor=kira, at=MORNING)
        observations.answer(row.pk, is_taken=True, answer="No jūnija", actor=kira, at=MORNING)
        with pytest.raises(Conflict, match="already_decided"):
            observations.answer(row.pk, is_taken=False, answer="Nē", actor=kira, at=MORNING)
        (entry,) = shown(cast, ilze).observations
        assert (entry.author_name, entry.proposal, entry.state, entry.answer) == (
            "Kolja Colleague",
            "Biezāks kartons",
            ProposalState.TAKEN,
            "No jūnija",
        )


@pytest.mark.req("S-046")
def test_all_of_it_is_one_when_records_are_united_and_as_before_when_they_part(
    cast: Cast, agreed: Customer
) -> None:
    marta = cast.actor(cast.marta)
    other = Customer.objects.create(name="Ilze K.", created_at=MORNING)
    wishes.raise_need(other.ref, "Krēsls", actor=marta, at=MORNING)
    wishes.note_interest(other.ref, "Bērzs", actor=marta, at=MORNING)
    observations.observe(other.ref, text="Kārtīga", actor=marta, at=MORNING)
    care.keep_day(agreed.ref, Day(kind=DayKind.BIRTHDAY, day=20, month=5), actor=marta, at=MORNING)
    row = merging.merge(other.ref, into_ref=agreed.ref, actor=marta, at=MORNING)
    one = shown(cast, agreed)
    assert [len(each) for each in (one.needs, one.interests, one.observations, one.days)] == [1] * 4
    merging.part(row.pk, actor=marta, at=MORNING)
    here, there = shown(cast, agreed), shown(cast, other)
    assert [len(each) for each in (here.needs, here.interests, here.observations, here.days)] == [
        *(0, 0, 0),
        1,
    ]
    assert [len(each) for each in (there.needs, there.interests, there.observations)] == [1, 1, 1]
