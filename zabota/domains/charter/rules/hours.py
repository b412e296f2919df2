"""The section `hours`: when the company works. It becomes a calendar of `pure.worktime`.

Source: S-739 (working-time calendars and time zones; published hours are kept by a human).
"""

from datetime import date
from typing import ClassVar, Self

from pydantic import PrivateAttr, ValidationInfo, field_validator, model_validator

from zabota.domains.charter.rules.sections import Part, Section
from zabota.pure import worktime
from zabota.pure.worktime import intervals

OF_BRAND = "brand"
NONE = "none"

Intervals = tuple[str, ...]


class Week(Part):
    """Hours of each weekday, such as ["09:00-13:00", "14:00-18:00"]; an empty list is closed."""

    monday: Intervals
    tuesday: Intervals
    wednesday: Intervals
    thursday: Intervals
    friday: Intervals
    saturday: Intervals
    sunday: Intervals

    @field_validator("*")
    @classmethod
    def _in_order(cls, given: Intervals, info: ValidationInfo) -> Intervals:
        return _ordered(given, of=str(info.field_name))


class Hours(Section):
    """When the company works, by wall clock.

    `time_zone` is an IANA name, or "brand" for the brand's own. `public_holidays` is a code of
    ISO 3166 whose holidays are closed, "brand" for the brand's country, "none" for no closing.
    `dates` have hours of their own, stronger than week and holidays; an empty list is closed.
    """

    name: ClassVar[str] = "hours"

    week: Week
    time_zone: str
    public_holidays: str
    dates: dict[date, Intervals]

    _calendars: dict[tuple[str, str], worktime.Calendar] = PrivateAttr(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, given: str) -> str:
        if given != OF_BRAND:
            worktime.Calendar.always_open(zone=given)
        return given

    @field_validator("public_holidays")
    @classmethod
    def _known_country(cls, given: str) -> str:
        if given not in {OF_BRAND, NONE}:
            worktime.public_holidays(country=given, year=2000)
        return given

    @field_validator("dates")
    @classmethod
    def _dates_in_order(cls, given: dict[date, Intervals]) -> dict[date, Intervals]:
        return {day: _ordered(hours, of=str(day)) for day, hours in sorted(given.items())}

    @model_validator(mode="after")
    def _open_at_all(self) -> Self:
        self._calendar(zone="UTC", country=NONE)
        return self

    def calendar(self, *, time_zone: str, country: str) -> worktime.Calendar:
        """Give the calendar of a brand with that zone and country; the same object each time, so
        that its tables are made once.
        """
        zone = time_zone if self.time_zone == OF_BRAND else self.time_zone
        closed = country if self.public_holidays == OF_BRAND else self.public_holidays
        found = self._calendars.get((zone, closed))
        if found is None:
            found = self._calendars[zone, closed] = self._calendar(zone=zone, country=closed)
        return found

    def _calendar(self, *, zone: str, country: str) -> worktime.Calendar:
        return worktime.Calendar.of(
            zone=zone,
            week=self.week.model_dump(),
            dates=self.dates,
            public_holidays=None if country in {NONE, ""} else country,
        )


def _ordered(given: Intervals, *, of: str) -> Intervals:
    return tuple(str(interval) for interval in intervals.hours(given, of=of))
