"""The stretches of time during which a zone keeps one distance from UTC."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zabota.pure.worktime.errors import CalendarError

# Since 1900 no zone of the tz database has changed its offset twice within six days, so looking
# once a day misses nothing.
_STEP = 24 * 60 * 60


class Segment(NamedTuple):
    """Seconds since 1970 in UTC, and the seconds to add for the wall clock."""

    since: int
    until: int
    offset: int


def zone(name: str) -> ZoneInfo:
    """Find an IANA zone. Raises CalendarError (`zone`) when there is none of that name."""
    try:
        return ZoneInfo(name)
    # A bad name is a missing file, a folder, or a path the loader refuses, by turn.
    except (ZoneInfoNotFoundError, OSError, ValueError, TypeError) as error:
        raise CalendarError(
            f"{name!r} is not a time zone; use an IANA name such as Europe/Riga.",
            code="zone",
            zone=str(name),
        ) from error


@lru_cache(maxsize=1024)
def segments(name: str, since: int, until: int) -> tuple[Segment, ...]:
    """Cut [since, until) where the zone changes its distance from UTC, in order, without gaps."""
    info = zone(name)
    found = []
    begun, offset = since, _offset(info, since)
    for seen in range(since, until, _STEP):
        later = min(seen + _STEP, until)
        if _offset(info, later) != offset:
            change = _first_second_of_change(info, seen, later)
            if change < until:
                found.append(Segment(begun, change, offset))
                begun, offset = change, _offset(info, change)
    found.append(Segment(begun, until, offset))
    return tuple(found)


def _first_second_of_change(info: ZoneInfo, before: int, after: int) -> int:
    old = _offset(info, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(info, middle) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(info: ZoneInfo, second: int) -> int:
    offset = datetime.fromtimestamp(second, UTC).astimezone(info).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())
