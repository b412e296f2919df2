"""One place's or one person's hours: a week, dates that differ, public holidays, a time zone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from typing_extensions import override

from zabota.pure.worktime import countries, intervals, zones
from zabota.pure.worktime.errors import CalendarError
from zabota.pure.worktime.intervals import WEEKDAYS, Hours, Interval
from zabota.pure.worktime.schedules import DAY, PAGE_DAYS, SECOND, Schedule, Span

FIRST_YEAR, LAST_YEAR = 1900, 2199
_EPOCH = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = date(1970, 1, 1).weekday()


@dataclass(frozen=True)
class Calendar(Schedule):
    """Hours by the wall clock of `zone`; make one with `of` or `always_open`.

    A date in `dates` has those hours and no others; else a public holiday of the country is
    closed; else the weekday's hours hold. Raises CalendarError when the parts cannot be together.
    """

    zone: str
    week: tuple[Hours, ...]
    dates: tuple[tuple[date, Hours], ...] = ()
    public_holidays: str | None = None

    @classmethod
    def of(
        cls,
        *,
        zone: str,
        week: Mapping[str, Iterable[Interval | str]],
        holidays: Iterable[date] = (),
        dates: Mapping[date, Iterable[Interval | str]] | None = None,
        public_holidays: str | None = None,
    ) -> Self:
        """Make a calendar from readable parts.

        `week` maps names of `WEEKDAYS` to intervals ("09:00-13:00"); an absent day is closed.
        `holidays` are closed dates, `dates` have hours of their own, `public_holidays` is an
        ISO 3166 code ("LV", or with a region "DE-BY"). Raises CalendarError in one sentence.
        """
        for name in week:
            if name not in WEEKDAYS:
                raise CalendarError(
                    f"{name!r} is not a day of the week; use {', '.join(WEEKDAYS)}.",
                    code="weekday",
                    weekday=str(name),
                )
        special = {day: intervals.hours(given, of=str(day)) for day, given in (dates or {}).items()}
        for day in holidays:
            if special.setdefault(day, ()):
                raise CalendarError(
                    f"{day} is both a holiday and a date with hours of its own; keep one.",
                    code="holiday",
                    day=str(day),
                )
        return cls(
            zone=zone,
            week=tuple(intervals.hours(week.get(name, ()), of=name) for name in WEEKDAYS),
            dates=tuple(sorted(special.items())),
            public_holidays=public_holidays,
        )

    @classmethod
    def always_open(cls, *, zone: str = "UTC") -> Self:
        """Open day and night, every day."""
        return cls(zone=zone, week=(intervals.ALL_DAY,) * 7)

    def __post_init__(self) -> None:
        zones.zone(self.zone)
        if len(self.week) != 7:
            raise CalendarError(
                f"A week has seven days, Monday first, not {len(self.week)}.", code="week"
            )
        for name, hours in zip(WEEKDAYS, self.week, strict=True):
            _require_order(hours, of=name)
        for day, hours in self.dates:
            _require_order(hours, of=str(day))
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise CalendarError(
                    f"{day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}.",
                    code="date",
                    day=str(day),
                )
        if self.public_holidays is not None:
            countries.require(self.public_holidays)
        if not any(self.week) and not any(hours for _, hours in self.dates):
            raise CalendarError(
                "A calendar without a single open hour can never answer; give at least one "
                "interval.",
                code="empty",
            )
        self.start_empty()

    def hours(self, day: date) -> Hours:
        """Give the wall-clock hours of one local date."""
        return next(self._hours_from(day.toordinal() - _EPOCH))

    @override
    def spans(self, page: int) -> Iterator[Span]:
        since = page * PAGE_DAYS * DAY
        for segment in zones.segments(self.zone, since, since + PAGE_DAYS * DAY):
            # Within one segment the wall clock runs evenly, so a local hour is a plain sum; what
            # the clocks skip falls outside each segment, what they repeat falls into two.
            first = (segment.since + segment.offset) // DAY
            last = (segment.until + segment.offset - 1) // DAY
            for day, hours in zip(range(first, last + 1), self._hours_from(first), strict=False):
                midnight = day * DAY - segment.offset
                for interval in hours:
                    start = max(midnight + interval.start * 60, segment.since)
                    end = min(midnight + interval.end * 60, segment.until)
                    if start < end:
                        yield start * SECOND, end * SECOND

    @property
    @override
    def last_date(self) -> date | None:
        return max((day for day, _ in self.dates), default=None)

    def _hours_from(self, day: int) -> Iterator[Hours]:
        """Give the hours of one date after another, counted in days since 1970."""
        special = {date.toordinal() - _EPOCH: hours for date, hours in self.dates}
        country = self.public_holidays
        year, closed = 0, frozenset[int]()
        while True:
            if country is not None and year != (now := date.fromordinal(day + _EPOCH).year):
                year, closed = now, countries.closed_days(country, now)
            if (own := special.get(day)) is not None:
                yield own
            elif day + _EPOCH in closed:
                yield ()
            else:
                yield self.week[(day + _EPOCH_WEEKDAY) % 7]
            day += 1


def _require_order(hours: Hours, *, of: str) -> None:
    if intervals.hours(hours, of=of) != tuple(hours):
        raise CalendarError(f"The intervals of {of} are not in order.", code="week", day=of)
