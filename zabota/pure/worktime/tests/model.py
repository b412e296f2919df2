"""The slow, obvious model: look at the wall clock in each minute and count.

A minute is open when its wall-clock reading, in the calendar's zone, lies in an interval of its
local date. Nothing here knows of offsets, transitions or tables.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from zabota.pure.worktime import Calendar, Hours

MINUTE = timedelta(minutes=1)

Open = Callable[[datetime], bool]
"""Says of a whole minute in UTC whether it is open."""


@lru_cache(maxsize=200_000)
def wall_clock(zone: str, minute: datetime) -> tuple[date, int]:
    local = minute.astimezone(ZoneInfo(zone))
    return local.date(), local.hour * 60 + local.minute


def reading(calendar: Calendar) -> Open:
    dates = dict(calendar.dates)

    def open_in(minute: datetime) -> bool:
        day, clock = wall_clock(calendar.zone, minute)
        hours: Hours = dates.get(day, calendar.week[day.weekday()])
        return any(interval.start <= clock < interval.end for interval in hours)

    return open_in


def floor(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def open_time(open_in: Open, since: datetime, until: datetime) -> timedelta:
    total, minute = timedelta(), floor(since)
    while minute < until:
        if open_in(minute):
            total += min(minute + MINUTE, until) - max(minute, since)
        minute += MINUTE
    return total


def due(open_in: Open, start: datetime, duration: timedelta, limit: datetime) -> datetime | None:
    at = start
    while duration:
        if at >= limit:
            return None
        rest = floor(at) + MINUTE - at
        if open_in(floor(at)):
            if duration <= rest:
                return at + duration
            duration -= rest
        at += rest
    return at


def next_turn(open_in: Open, at: datetime, *, to: bool, limit: datetime) -> datetime | None:
    """Find the first minute from `at` on that is open (or closed) after one that is not."""
    minute = floor(at) if floor(at) == at else floor(at) + MINUTE
    while minute < limit:
        if open_in(minute) is to and open_in(minute - MINUTE) is not to:
            return minute
        minute += MINUTE
    return None
