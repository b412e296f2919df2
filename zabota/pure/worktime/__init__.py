"""Business calendars and due times: when somebody works, and when so much working time has passed.

A pure library: no clock, no input or output, no framework. Calendars are frozen values, moments
are aware datetimes, answers are in UTC. How local hours meet the nights on which clocks change is
written in the README beside this file and checked against a minute-by-minute model.
"""

from zabota.pure.worktime.calendars import Calendar
from zabota.pure.worktime.countries import PublicHoliday, public_holidays
from zabota.pure.worktime.errors import CalendarError, NoAnswerError, WorktimeError
from zabota.pure.worktime.groups import Common, Union, common, union
from zabota.pure.worktime.intervals import WEEKDAYS, Hours, Interval
from zabota.pure.worktime.questions import (
    Stretch,
    due,
    is_open,
    next_closing,
    next_opening,
    open_time,
    stretches,
)
from zabota.pure.worktime.schedules import Schedule

__all__ = [
    "WEEKDAYS",
    "Calendar",
    "CalendarError",
    "Common",
    "Hours",
    "Interval",
    "NoAnswerError",
    "PublicHoliday",
    "Schedule",
    "Stretch",
    "Union",
    "WorktimeError",
    "common",
    "due",
    "is_open",
    "next_closing",
    "next_opening",
    "open_time",
    "public_holidays",
    "stretches",
    "union",
]
