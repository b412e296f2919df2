"""The clock of a promise: when it is warned about, when it breaks, what keeping it late means."""

from datetime import datetime, timedelta

import pytest

from tests.cast import MORNING
from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.promises import queries, rules, services
from zabota.domains.promises.enums import PromiseKind, PromiseState
from zabota.domains.promises.models import Promise, PromiseChange
from zabota.domains.promises.rules.sections import Answers
from zabota.kernel import tx
from zabota.kernel.facts.base import Context
from zabota.kernel.facts.models import FactRow

MATTER = ("conversation", 7)
MINUTE = timedelta(minutes=1)


def promised(at: datetime = MORNING, about: tuple[str, int] = MATTER) -> Promise:
    """A first answer by the charter as it ships, in Riga's hours."""
    standard = charter.in_force(at=at)
    calendar = standard.section(Hours).calendar(time_zone="Europe/Riga", country="LV")
    vow = services.Vow(
        kind=PromiseKind.FIRST_ANSWER,
        subject=about,
        clock=rules.clock_of(standard.section(Answers).terms(), calendar, at),
        given_at=at,
        owner_id=3,
        context=Context(),
    )
    with tx.write():
        return services.promise([vow])[0]


def keep(at: datetime) -> None:
    with tx.write():
        services.keep(PromiseKind.FIRST_ANSWER, MATTER, kept_at=at, actor_id=3)


def warned() -> list[int]:
    rows = FactRow.objects.filter(name="promises.PromiseWarned").order_by("pk")
    return [row.data["percent"] for row in rows]


@pytest.mark.req("S-145")
@pytest.mark.django_db
class TestAFirstAnswer:
    def test_is_ideally_given_in_one_hour_and_owed_in_two(self) -> None:
        row = promised()
        assert (row.ideal_at, row.due_at) == (MORNING + 60 * MINUTE, MORNING + 120 * MINUTE)

    def test_is_counted_in_service_hours_only(self) -> None:
        before_closing = MORNING.replace(hour=14, minute=30)  # 17:30 in Riga; we work until six
        tomorrow = MORNING.replace(day=20)
        row = promised(before_closing)
        assert (row.ideal_at, row.due_at) == (tomorrow + 30 * MINUTE, tomorrow + 90 * MINUTE)

    def test_warns_at_half_at_four_fifths_and_at_the_end_each_once(self) -> None:
        row = promised()
        steps = []
        for minute in (59, 60, 61, 95, 96, 119, 120, 240):
            for _worker in range(2):
                services.look_at_due(at=MORNING + minute * MINUTE)
            row.refresh_from_db()
            steps.append((minute, row.state, warned()))
        assert steps == [
            (59, "open", []),
            (60, "open", [50]),
            (61, "open", [50]),
            (95, "open", [50]),
            (96, "at_risk", [50, 80]),
            (119, "at_risk", [50, 80]),
            (120, "broken", [50, 80, 100]),
            (240, "broken", [50, 80, 100]),
        ]
        told = PromiseChange.objects.filter(promise=row).order_by("pk")
        assert [one.state for one in told] == ["open", "at_risk", "broken"]

    def test_after_a_night_of_silence_is_told_of_once(self) -> None:
        promised()
        services.look_at_due(at=MORNING + timedelta(days=1))
        assert warned() == [100]

    def test_in_time_is_kept_and_warned_about_no_more(self) -> None:
        row = promised()
        keep(MORNING + 119 * MINUTE)
        services.look_at_due(at=MORNING + timedelta(days=1))
        row.refresh_from_db()
        assert (row.state, row.ended_at, warned()) == (
            PromiseState.KEPT,
            MORNING + 119 * MINUTE,
            [],
        )

    def test_that_comes_late_stays_broken_and_stands_in_the_breach_list(self) -> None:
        promised()
        promised(about=("conversation", 8))  # still owed
        promised(about=("conversation", 9))
        services.keep(
            PromiseKind.FIRST_ANSWER, ("conversation", 9), kept_at=MORNING + MINUTE, actor_id=3
        )
        keep(MORNING + 121 * MINUTE)
        services.look_at_due(at=MORNING + 121 * MINUTE)
        rows = queries.broken("conversation", since=MORNING, limit=9)
        assert sorted((one.subject_id, one.ended_at) for one in rows if one.ended_at) == [
            (7, MORNING + 121 * MINUTE)
        ]
        assert [one.subject_id for one in rows if one.ended_at is None] == [8]
        assert queries.broken("conversation", since=MORNING + timedelta(days=1), limit=9) == []
