"""Every answer equals the minute-by-minute model, above all around changes of the clock."""

import itertools
import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zabota.pure import worktime
from zabota.pure.worktime.tests import model

# The nights on which clocks changed: forward, back, by half an hour, for good, by a whole day
# (Samoa skipped 30 December 2011), and one zone where they never do.
CHANGES = {
    "Europe/Riga": ["2026-03-29T01:00", "2026-10-25T01:00"],
    "America/New_York": ["2026-03-08T07:00", "2026-11-01T06:00"],
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],
    "Europe/Moscow": ["2011-03-26T23:00", "2014-10-25T22:00"],
    "Pacific/Apia": ["2011-12-30T10:00"],
    "Asia/Kolkata": ["2026-03-29T01:00"],
    # A page of 52 weeks ends here, so every answer has to cross its edge.
    "Atlantic/Azores": ["2025-10-23T00:00"],
}
NIGHTS = [
    (zone, datetime.fromisoformat(text).replace(tzinfo=UTC))
    for zone, texts in CHANGES.items()
    for text in texts
]
EVERY_NIGHT = pytest.mark.parametrize(
    ("zone", "night"), NIGHTS, ids=[f"{zone} {night:%Y-%m-%d}" for zone, night in NIGHTS]
)
HORIZON = timedelta(days=8)
# Full size: ZABOTA_STORM_CYCLES=2000.
EXAMPLES = int(os.environ.get("ZABOTA_STORM_CYCLES", "20"))
CAREFUL = settings(max_examples=EXAMPLES, deadline=None)


@st.composite
def hours(draw: st.DrawFn) -> list[worktime.Interval]:
    edges = draw(
        st.lists(
            # Small hours come often: clocks change in them.
            st.one_of(st.integers(0, 1440), st.integers(0, 300), st.sampled_from([0, 1440])),
            unique=True,
            max_size=6,
        )
    )
    edges.sort()
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [worktime.Interval(start, end) for start, end in pairs]


@st.composite
def calendars(draw: st.DrawFn, zone: str, night: datetime) -> worktime.Calendar:
    week = {name: draw(hours()) for name in worktime.WEEKDAYS}
    near = st.integers(-2, 9).map(lambda days: (night + timedelta(days=days)).date())
    dates = draw(st.dictionaries(near, hours(), max_size=3))
    # One open minute a week at least: a calendar without any is refused.
    week["wednesday"] = week["wednesday"] or [worktime.Interval(600, 601)]
    return worktime.Calendar.of(zone=zone, week=week, dates=dates)


def moments(night: datetime) -> st.SearchStrategy[datetime]:
    day = timedelta(days=1) // timedelta(microseconds=1)
    whole = st.integers(-24 * 60, 24 * 60).map(lambda minutes: night + minutes * model.MINUTE)
    odd = st.integers(-day, day).map(lambda micros: night + timedelta(microseconds=micros))
    return st.one_of(whole, odd)


durations = st.one_of(
    st.integers(0, 40 * 60).map(lambda minutes: minutes * model.MINUTE),
    st.timedeltas(timedelta(), timedelta(hours=40)),
)


@pytest.mark.fault("F17")
@pytest.mark.req("S-739")
@EVERY_NIGHT
def test_due_times_equal_the_model(zone: str, night: datetime) -> None:
    @CAREFUL
    @given(calendars(zone, night), moments(night), durations)
    def equal(calendar: worktime.Calendar, start: datetime, duration: timedelta) -> None:
        limit = night + HORIZON
        modelled = model.due(model.reading(calendar), start, duration, limit)
        answered = worktime.due(calendar, start=start, duration=duration)
        assert modelled == (answered if answered <= limit else None)

    equal()


@pytest.mark.fault("F17")
@EVERY_NIGHT
def test_open_time_equals_the_model(zone: str, night: datetime) -> None:
    @CAREFUL
    @given(calendars(zone, night), moments(night), st.timedeltas(timedelta(), timedelta(days=5)))
    def equal(calendar: worktime.Calendar, since: datetime, length: timedelta) -> None:
        until = since + length
        modelled = model.open_time(model.reading(calendar), since, until)
        assert worktime.open_time(calendar, since=since, until=until) == modelled
        drawn = worktime.stretches(calendar, since=since, until=until)
        assert sum((end - start for start, end in drawn), timedelta()) == modelled
        assert all(earlier.end < later.start for earlier, later in itertools.pairwise(drawn))

    equal()


@pytest.mark.fault("F17")
@EVERY_NIGHT
def test_openings_and_closings_equal_the_model(zone: str, night: datetime) -> None:
    @CAREFUL
    @given(calendars(zone, night), moments(night))
    def equal(calendar: worktime.Calendar, at: datetime) -> None:
        limit = night + HORIZON
        open_in = model.reading(calendar)
        assert worktime.is_open(calendar, at=at) == open_in(model.floor(at))
        opening = worktime.next_opening(calendar, at=at)
        assert model.next_turn(open_in, at, to=True, limit=limit) == within(opening, limit)
        # A moment that is itself the closing lies before the next one.
        after = at + timedelta(microseconds=1)
        closing = worktime.next_closing(calendar, at=at)
        assert model.next_turn(open_in, after, to=False, limit=limit) == within(closing, limit)

    equal()


def within(moment: datetime | None, limit: datetime) -> datetime | None:
    return moment if moment is not None and moment < limit else None


@pytest.mark.fault("F17")
@pytest.mark.req("S-739")
@CAREFUL
@given(st.data())
def test_people_in_several_zones_together_equal_the_model(data: st.DataObject) -> None:
    night = datetime(2026, 10, 25, 1, tzinfo=UTC)
    zones = st.sampled_from(["Europe/Riga", "America/New_York", "Asia/Kolkata"])
    people = [
        data.draw(calendars(zone, night))
        for zone in data.draw(st.lists(zones, min_size=1, max_size=3))
    ]
    readings = [model.reading(person) for person in people]
    start, duration = data.draw(moments(night)), data.draw(durations)
    limit = night + HORIZON

    somebody = worktime.union(people)
    modelled = model.due(
        lambda minute: any(reads(minute) for reads in readings), start, duration, limit
    )
    answered = worktime.due(somebody, start=start, duration=duration)
    assert modelled == (answered if answered <= limit else None)

    everybody = worktime.common(people)
    until = start + timedelta(days=4)
    assert worktime.open_time(everybody, since=start, until=until) == model.open_time(
        lambda minute: all(reads(minute) for reads in readings), start, until
    )


@CAREFUL
@given(
    st.timedeltas(timedelta(), timedelta(days=65 * 365)).map(
        lambda after: datetime(1995, 1, 1, tzinfo=UTC) + after
    ),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=900)),
)
def test_a_due_time_is_the_first_moment_with_so_much_open_time(
    start: datetime, duration: timedelta
) -> None:
    shop = worktime.Calendar.of(
        zone="Europe/Riga",
        week={name: ["09:00-13:00", "14:00-18:00"] for name in worktime.WEEKDAYS[:5]},
        public_holidays="LV",
    )
    due = worktime.due(shop, start=start, duration=duration)
    assert worktime.open_time(shop, since=start, until=due) == duration
    just_before = due - timedelta(microseconds=1)
    assert worktime.open_time(shop, since=start, until=just_before) < duration
