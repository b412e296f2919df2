"""What a calendar means, by examples from a shop in Riga and its people."""

import copy
import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from zabota.pure import worktime
from zabota.pure.worktime import schedules

RIGA = ZoneInfo("Europe/Riga")
WORKDAYS = worktime.WEEKDAYS[:5]
SHOP = worktime.Calendar.of(
    zone="Europe/Riga", week={name: ["09:00-13:00", "14:00-18:00"] for name in WORKDAYS}
)
HOUR = timedelta(hours=1)


def riga(text: str, *, fold: int = 0) -> datetime:
    # In UTC at once: Python never calls a moment of a doubled hour equal to one of another zone.
    return datetime.fromisoformat(text).replace(tzinfo=RIGA, fold=fold).astimezone(UTC)


def nights(*intervals: str, zone: str = "Europe/Riga") -> worktime.Calendar:
    return worktime.Calendar.of(zone=zone, week=dict.fromkeys(worktime.WEEKDAYS, intervals))


def test_an_hour_passes_within_opening_hours() -> None:
    due = worktime.due(SHOP, start=riga("2026-11-25T10:15"), duration=HOUR)
    assert due == riga("2026-11-25T11:15")
    assert due.tzinfo is UTC


def test_lunch_and_the_night_do_not_count() -> None:
    assert worktime.due(SHOP, start=riga("2026-11-25T12:30"), duration=HOUR) == riga(
        "2026-11-25T14:30"
    )
    assert worktime.due(SHOP, start=riga("2026-11-27T17:30"), duration=HOUR) == riga(
        "2026-11-30T09:30"
    )


def test_work_that_fills_the_day_is_due_at_closing_not_next_morning() -> None:
    assert worktime.due(SHOP, start=riga("2026-11-25T09:00"), duration=8 * HOUR) == riga(
        "2026-11-25T18:00"
    )


def test_no_duration_is_due_at_once_even_while_closed() -> None:
    at = riga("2026-11-29T03:00")
    assert worktime.due(SHOP, start=at, duration=timedelta()) == at


def test_the_opening_minute_is_open_and_the_closing_minute_is_not() -> None:
    assert worktime.is_open(SHOP, at=riga("2026-11-25T09:00"))
    assert not worktime.is_open(SHOP, at=riga("2026-11-25T18:00"))
    assert worktime.is_open(SHOP, at=riga("2026-11-25T18:00") - timedelta(microseconds=1))


def test_openings_and_closings_follow_one_another() -> None:
    at = riga("2026-11-25T10:00")
    assert worktime.next_closing(SHOP, at=at) == riga("2026-11-25T13:00")
    assert worktime.next_opening(SHOP, at=at) == riga("2026-11-25T14:00")
    assert worktime.next_opening(SHOP, at=riga("2026-11-25T14:00")) == riga("2026-11-25T14:00")
    assert worktime.next_closing(SHOP, at=riga("2026-11-25T18:00")) == riga("2026-11-26T13:00")


def test_a_shift_over_midnight_is_one_stretch() -> None:
    night = nights("22:00-24:00", "00:00-06:00")
    assert worktime.next_closing(night, at=riga("2026-11-25T23:00")) == riga("2026-11-26T06:00")
    assert worktime.stretches(
        night, since=riga("2026-11-25T12:00"), until=riga("2026-11-26T12:00")
    ) == [(riga("2026-11-25T22:00"), riga("2026-11-26T06:00"))]


def test_a_stretch_over_the_edge_of_a_page_of_the_tables_is_one_stretch() -> None:
    edge = datetime(2025, 10, 23, tzinfo=UTC)
    assert (edge - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    ) == schedules.PAGE * 56
    shift = nights("20:00-24:00", "00:00-04:00", zone="UTC")
    assert worktime.next_opening(shift, at=edge) == edge + 20 * HOUR
    assert worktime.next_closing(shift, at=edge - HOUR) == edge + 4 * HOUR
    assert worktime.due(shift, start=edge - HOUR, duration=2 * HOUR) == edge + HOUR
    assert worktime.stretches(shift, since=edge - HOUR, until=edge + HOUR) == [
        (edge - HOUR, edge + HOUR)
    ]


def test_stretches_are_cut_at_both_ends_of_the_period() -> None:
    assert worktime.stretches(
        SHOP, since=riga("2026-11-25T10:00"), until=riga("2026-11-25T15:00")
    ) == [
        (riga("2026-11-25T10:00"), riga("2026-11-25T13:00")),
        (riga("2026-11-25T14:00"), riga("2026-11-25T15:00")),
    ]


def test_a_holiday_is_closed_and_a_date_may_have_its_own_hours() -> None:
    shop = worktime.Calendar.of(
        zone="Europe/Riga",
        week={day: ["09:00-18:00"] for day in WORKDAYS},
        holidays=[date(2026, 11, 26)],
        dates={date(2026, 11, 28): ["10:00-12:00"]},
    )
    assert worktime.due(shop, start=riga("2026-11-25T17:30"), duration=HOUR) == riga(
        "2026-11-27T09:30"
    )
    assert worktime.due(shop, start=riga("2026-11-27T17:00"), duration=2 * HOUR) == riga(
        "2026-11-28T11:00"
    )


def test_public_holidays_close_every_year_unless_the_date_has_hours_of_its_own() -> None:
    shop = worktime.Calendar.of(
        zone="Europe/Riga",
        week={day: ["09:00-18:00"] for day in WORKDAYS},
        dates={date(2026, 11, 18): ["11:00-15:00"]},
        public_holidays="LV",
    )
    assert shop.hours(date(2025, 11, 18)) == ()
    assert shop.hours(date(2027, 11, 18)) == ()
    assert shop.hours(date(2026, 11, 18)) == (worktime.Interval.parse("11:00-15:00"),)
    assert worktime.due(shop, start=riga("2027-11-17T17:30"), duration=HOUR) == riga(
        "2027-11-19T09:30"
    )


@pytest.mark.fault("F17")
def test_on_the_skipped_hour_nothing_counts() -> None:
    # Clocks in Riga go from 03:00 to 04:00.
    assert worktime.open_time(
        nights("02:00-05:00"), since=riga("2026-03-29T00:00"), until=riga("2026-03-30T00:00")
    ) == timedelta(hours=2)
    assert (
        worktime.stretches(
            nights("03:00-04:00"), since=riga("2026-03-29T00:00"), until=riga("2026-03-30T00:00")
        )
        == []
    )


@pytest.mark.fault("F17")
def test_on_the_doubled_hour_both_count() -> None:
    # Clocks in Riga go from 04:00 back to 03:00.
    assert worktime.open_time(
        nights("02:00-05:00"), since=riga("2026-10-25T00:00"), until=riga("2026-10-26T00:00")
    ) == timedelta(hours=4)
    assert worktime.stretches(
        nights("03:00-03:30"), since=riga("2026-10-25T00:00"), until=riga("2026-10-26T00:00")
    ) == [
        (riga("2026-10-25T03:00"), riga("2026-10-25T03:30")),
        (riga("2026-10-25T03:00", fold=1), riga("2026-10-25T03:30", fold=1)),
    ]
    assert worktime.due(
        nights("03:00-03:30"), start=riga("2026-10-25T03:10", fold=1), duration=HOUR / 6
    ) == riga("2026-10-25T03:20", fold=1)


@pytest.mark.fault("F17")
def test_half_an_hour_is_skipped_and_doubled_on_lord_howe() -> None:
    night = nights("01:00-03:00", zone="Australia/Lord_Howe")
    for day, hours in ((date(2026, 10, 4), 1.5), (date(2026, 4, 5), 2.5), (date(2026, 6, 1), 2)):
        midnight = datetime.combine(
            day, datetime.min.time(), tzinfo=ZoneInfo("Australia/Lord_Howe")
        )
        assert worktime.open_time(
            night, since=midnight, until=midnight + timedelta(days=1)
        ) == timedelta(hours=hours)


@pytest.mark.fault("F17")
def test_a_zone_that_changes_for_good_keeps_the_wall_clock() -> None:
    # Moscow moved from UTC+4 to UTC+3 on 26 October 2014 and stayed.
    office = nights("09:00-18:00", zone="Europe/Moscow")
    opening = worktime.next_opening(office, at=datetime(2014, 10, 25, 0, tzinfo=UTC))
    later = worktime.next_opening(office, at=datetime(2014, 10, 26, 0, tzinfo=UTC))
    assert opening == datetime(2014, 10, 25, 5, tzinfo=UTC)
    assert later == datetime(2014, 10, 26, 6, tzinfo=UTC)


@pytest.mark.fault("F17")
@pytest.mark.req("S-739")
def test_a_person_who_moves_keeps_the_hours_by_the_clock_of_the_new_zone() -> None:
    asked = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    in_riga = nights("09:00-18:00")
    in_kolkata = nights("09:00-18:00", zone="Asia/Kolkata")
    assert worktime.due(in_riga, start=asked, duration=8 * HOUR) == riga("2026-11-26T09:30")
    assert worktime.due(in_kolkata, start=asked, duration=8 * HOUR) == datetime(
        2026, 11, 26, 7, 30, tzinfo=UTC
    )


@pytest.mark.req("S-739")
def test_a_human_is_reachable_when_at_least_one_person_is() -> None:
    anna = nights("09:00-17:00")
    mark = nights("09:00-17:00", zone="America/New_York")
    reachable = worktime.union([anna, mark])
    assert worktime.stretches(
        reachable,
        since=datetime(2026, 11, 25, 0, tzinfo=UTC),
        until=datetime(2026, 11, 26, 0, tzinfo=UTC),
    ) == [
        (datetime(2026, 11, 25, 7, tzinfo=UTC), datetime(2026, 11, 25, 22, tzinfo=UTC)),
    ]
    both = worktime.common([anna, mark])
    assert worktime.next_opening(both, at=riga("2026-11-25T00:00")) == riga("2026-11-25T16:00")
    assert worktime.next_closing(both, at=riga("2026-11-25T00:00")) == riga("2026-11-25T17:00")


def test_always_open_never_turns() -> None:
    always = worktime.Calendar.always_open(zone="Europe/Riga")
    at = riga("2026-10-25T03:30")
    assert worktime.is_open(always, at=at)
    assert worktime.due(always, start=at, duration=1000 * HOUR) == (
        at.astimezone(UTC) + 1000 * HOUR
    )
    assert worktime.next_opening(always, at=at) is None
    assert worktime.next_closing(always, at=at) is None


def test_always_open_with_one_holiday_turns_twice() -> None:
    always = worktime.Calendar.of(
        zone="Europe/Riga",
        week={day: ["00:00-24:00"] for day in worktime.WEEKDAYS},
        holidays=[date(2027, 12, 24)],
    )
    at = riga("2026-11-25T00:00")
    assert worktime.next_closing(always, at=at) == riga("2027-12-24T00:00")
    assert worktime.next_opening(always, at=at) == riga("2027-12-25T00:00")
    assert worktime.next_closing(always, at=riga("2027-12-25T00:00")) is None


def test_a_duty_roster_that_ends_says_so_instead_of_searching_for_ever() -> None:
    roster = worktime.Calendar.of(
        zone="Europe/Riga", week={}, dates={date(2026, 11, 28): ["10:00-12:00"]}
    )
    friday = riga("2026-11-27T10:00")
    assert worktime.due(roster, start=friday, duration=2 * HOUR) == riga("2026-11-28T12:00")
    with pytest.raises(worktime.NoAnswerError, match="nothing is open any more") as caught:
        worktime.due(roster, start=friday, duration=3 * HOUR)
    assert caught.value.code == "never"
    sunday = riga("2026-11-29T10:00")
    assert not worktime.is_open(roster, at=sunday)
    assert worktime.next_opening(roster, at=sunday) is None
    assert worktime.next_closing(roster, at=sunday) is None


def test_people_who_never_meet_have_no_common_due_time() -> None:
    never = worktime.common([nights("08:00-10:00"), nights("10:00-12:00")])
    with pytest.raises(worktime.NoAnswerError) as caught:
        worktime.due(never, start=riga("2026-11-25T08:00"), duration=HOUR)
    assert caught.value.code == "never"


def test_a_due_time_beyond_fifty_years_is_refused() -> None:
    with pytest.raises(worktime.NoAnswerError, match="more than fifty years") as caught:
        worktime.due(SHOP, start=riga("2026-11-25T08:00"), duration=timedelta.max)
    assert caught.value.code == "far"


@pytest.mark.parametrize(
    ("start", "duration", "code"),
    [
        (datetime(2026, 11, 25), HOUR, "naive"),  # noqa: DTZ001 - the refusal of such is tested
        (riga("2026-11-25T10:00"), -HOUR, "negative"),
        (datetime(1800, 1, 1, tzinfo=UTC), HOUR, "range"),
        (datetime.max.replace(tzinfo=UTC), HOUR, "range"),
    ],
)
def test_a_question_without_sense_is_refused(
    start: datetime, duration: timedelta, code: str
) -> None:
    with pytest.raises(worktime.NoAnswerError) as caught:
        worktime.due(SHOP, start=start, duration=duration)
    assert caught.value.code == code


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(worktime.NoAnswerError, match="ends before it begins"):
        worktime.open_time(SHOP, since=riga("2026-11-26T00:00"), until=riga("2026-11-25T00:00"))


def test_equal_calendars_are_equal_whatever_was_asked_of_them() -> None:
    first, second = nights("09:00-18:00"), nights("09:00-18:00")
    worktime.due(first, start=riga("2026-11-25T10:00"), duration=HOUR)
    assert first == second
    assert hash(first) == hash(second)
    for again in (pickle.loads(pickle.dumps(first)), copy.deepcopy(first)):
        assert again == first
        assert worktime.is_open(again, at=riga("2026-11-25T10:00"))


def test_a_calendar_keeps_few_pages_whatever_it_is_asked() -> None:
    shop = nights("09:00-18:00")
    for year in range(1900, 2199):
        assert worktime.is_open(shop, at=datetime(year, 6, 1, 12, tzinfo=UTC))
    assert len(shop._pages) == 16
