"""Hours of one day on the wall clock, to the minute. Which day they belong to is a calendar's."""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self, TypeAlias

from typing_extensions import override

from zabota.pure.worktime.errors import CalendarError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_A_DAY = 24 * 60

_WRITTEN = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})\s*", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From `start` up to, not including, `end`, in minutes after local midnight; 1440 is 24:00.

    Raises CalendarError (`time`, `order`) for anything else.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        for minute in (self.start, self.end):
            if not 0 <= minute <= MINUTES_A_DAY:
                raise CalendarError(
                    f"{_clock(minute)} is not a time of day; use 00:00 to 24:00.",
                    code="time",
                    time=_clock(minute),
                )
        if self.end <= self.start:
            raise CalendarError(
                f"{self} does not end after it starts; write a night as two intervals, "
                "up to 24:00 and from 00:00 on the next day.",
                code="order",
                interval=str(self),
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "09:00-18:00" (any dash). Raises CalendarError (`interval`, `time`, `order`)."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise CalendarError(
                f"{text!r} is not an interval; write it like 09:00-18:00.",
                code="interval",
                interval=text,
            )
        hour, minute, end_hour, end_minute = map(int, match.groups())
        for part in (minute, end_minute):
            if part > 59:
                raise CalendarError(
                    f"{text!r} names minute {part}; an hour has minutes 00 to 59.",
                    code="time",
                    time=text,
                )
        return cls(hour * 60 + minute, end_hour * 60 + end_minute)

    @override
    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


Hours: TypeAlias = tuple[Interval, ...]
"""The intervals of one day in order, none overlapping; empty means closed."""

ALL_DAY: Hours = (Interval(0, MINUTES_A_DAY),)


def hours(intervals: Iterable[Interval | str], *, of: str) -> Hours:
    """Put the intervals of one day in order; touching ones are allowed.

    `of` names the day in the sentence. Raises CalendarError (`overlap`, or what parsing raises).
    """
    if isinstance(intervals, str):
        intervals = (intervals,)
    ordered = sorted(
        item if isinstance(item, Interval) else Interval.parse(item) for item in intervals
    )
    for earlier, later in itertools.pairwise(ordered):
        if later.start < earlier.end:
            raise CalendarError(
                f"On {of} the intervals {earlier} and {later} overlap; join or part them.",
                code="overlap",
                day=of,
                first=str(earlier),
                second=str(later),
            )
    return tuple(ordered)


def _clock(minute: int) -> str:
    sign = "-" if minute < 0 else ""
    return f"{sign}{abs(minute) // 60:02d}:{abs(minute) % 60:02d}"
