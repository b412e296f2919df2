"""A calendar that cannot be is refused with one clear sentence."""

from collections.abc import Callable
from datetime import date

import pytest

from zabota.pure import worktime
from zabota.pure.worktime import Calendar, Interval


def riga(**parts: object) -> Calendar:
    return Calendar.of(**{"zone": "Europe/Riga", "week": {"monday": ["09:00-18:00"]}, **parts})  # type: ignore[arg-type] # odd parts are the test


@pytest.mark.parametrize(
    ("make", "code", "sentence"),
    [
        (
            lambda: riga(week={"monday": ["09:00-13:00", "12:00-18:00"]}),
            "overlap",
            "On monday the intervals 09:00-13:00 and 12:00-18:00 overlap; join or part them.",
        ),
        (
            lambda: riga(dates={date(2026, 12, 24): ["09:00-13:00", "12:59-14:00"]}),
            "overlap",
            "On 2026-12-24 the intervals 09:00-13:00 and 12:59-14:00 overlap; join or part them.",
        ),
        (
            lambda: riga(week={"monday": ["22:00-06:00"]}),
            "order",
            (
                "22:00-06:00 does not end after it starts; write a night as two intervals, "
                "up to 24:00 and from 00:00 on the next day."
            ),
        ),
        (
            lambda: riga(week={"monday": ["09:00-24:01"]}),
            "time",
            "24:01 is not a time of day; use 00:00 to 24:00.",
        ),
        (
            lambda: riga(week={"monday": ["09:00-17:75"]}),
            "time",
            "'09:00-17:75' names minute 75; an hour has minutes 00 to 59.",
        ),
        (
            lambda: Interval(-5, 60),
            "time",
            "-00:05 is not a time of day; use 00:00 to 24:00.",
        ),
        (
            lambda: riga(week={"monday": ["nine to five"]}),
            "interval",
            "'nine to five' is not an interval; write it like 09:00-18:00.",
        ),
        (
            lambda: riga(week={"montag": ["09:00-18:00"]}),
            "weekday",
            (
                "'montag' is not a day of the week; use monday, tuesday, wednesday, thursday, "
                "friday, saturday, sunday."
            ),
        ),
        (
            lambda: riga(zone="Europe/Rigga"),
            "zone",
            "'Europe/Rigga' is not a time zone; use an IANA name such as Europe/Riga.",
        ),
        (
            lambda: riga(week={"monday": []}),
            "empty",
            "A calendar without a single open hour can never answer; give at least one interval.",
        ),
        (
            lambda: riga(holidays=[date(2026, 5, 1)], dates={date(2026, 5, 1): ["10:00-12:00"]}),
            "holiday",
            "2026-05-01 is both a holiday and a date with hours of its own; keep one.",
        ),
        (
            lambda: riga(holidays=[date(2926, 5, 1)]),
            "date",
            "2926-05-01 lies outside the years 1900 to 2199.",
        ),
        (
            lambda: riga(public_holidays="XX"),
            "country",
            "No public holidays are known for 'XX'; use a code of ISO 3166 such as LV.",
        ),
        (
            lambda: Calendar(zone="UTC", week=((Interval(0, 60),),)),
            "week",
            "A week has seven days, Monday first, not 1.",
        ),
        (
            lambda: worktime.union([]),
            "empty",
            "A group without a single calendar can never answer; give at least one.",
        ),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_in_one_sentence(
    make: Callable[[], object], code: str, sentence: str
) -> None:
    with pytest.raises(worktime.CalendarError) as caught:
        make()
    assert str(caught.value) == sentence
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["Europe", "../etc/passwd", "", "/etc/localtime", "Europe/Riga\0"])
def test_a_zone_is_only_ever_a_name(name: str) -> None:
    with pytest.raises(worktime.CalendarError, match="is not a time zone"):
        riga(zone=name)


@pytest.mark.parametrize("code", ["HolidayBase", "date", "lv", "", "LV-", "DE-ZZ"])
def test_a_country_is_only_ever_a_code(code: str) -> None:
    with pytest.raises(worktime.CalendarError, match="No public holidays are known"):
        riga(public_holidays=code)


def test_any_dash_is_read_and_the_order_of_intervals_does_not_matter() -> None:
    assert riga(week={"monday": ["14:00 – 18:00", "9:00—13:00"]}).hours(date(2026, 11, 23)) == (
        Interval(540, 780),
        Interval(840, 1080),
    )
