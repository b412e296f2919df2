"""The questions a schedule answers. Moments go in aware, of any zone, and come out in UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from zabota.pure.worktime.calendars import FIRST_YEAR, LAST_YEAR
from zabota.pure.worktime.errors import NoAnswerError
from zabota.pure.worktime.schedules import DAY, PAGE, SECOND, Schedule, Span

# How far a due time is sought, and how long nothing may be open, after the last date with hours
# of its own, before it is said that nothing ever will. A year repeats what weeks and clock
# changes can do together; three leave room for a government that moves its clocks.
_PAGES_SOUGHT = 50
_PAGES_OF_SILENCE = 3

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Stretch(NamedTuple):
    """An unbroken open time, in UTC; `end` is the first moment no longer open."""

    start: datetime
    end: datetime


def due(schedule: Schedule, *, start: datetime, duration: timedelta) -> datetime:
    """Find the first moment at which `duration` of working time has passed since `start`.

    Eight hours from nine, closing at five, are due at five, not at nine next morning; no duration
    is due at once, even while closed. Raises NoAnswerError (`naive`, `range`, `negative`,
    `never`, `far`).
    """
    at = _micros(start)
    need = duration // _MICROSECOND
    if need <= 0:
        if need < 0:
            raise NoAnswerError(
                f"A duration of working time cannot be negative: {duration}.", code="negative"
            )
        return _moment(at)
    page = first = at // PAGE
    table = schedule.table(page)
    need += table.worked(at)
    quiet_after = _quiet_after(schedule, first)
    while need > table.total:
        if table.total:
            quiet_after = max(quiet_after, page)
        need -= table.total
        page += 1
        if page > quiet_after + _PAGES_OF_SILENCE:
            raise NoAnswerError(
                f"{duration} of working time after {start.isoformat()} never passes: nothing is "
                "open any more.",
                code="never",
            )
        if page > first + _PAGES_SOUGHT:
            raise NoAnswerError(
                f"{duration} of working time after {start.isoformat()} takes more than fifty "
                "years to pass.",
                code="far",
            )
        table = schedule.table(page)
    return _moment(table.moment(need))


def open_time(schedule: Schedule, *, since: datetime, until: datetime) -> timedelta:
    """Sum the working time between two moments. Raises NoAnswerError (`naive`, `range`,
    `negative` when `until` is before `since`).
    """
    first, last = _micros(since), _micros(until)
    _require_forward(first, last, since=since, until=until)
    whole = sum(schedule.table(page).total for page in range(first // PAGE, last // PAGE))
    worked = schedule.table(last // PAGE).worked(last) - schedule.table(first // PAGE).worked(first)
    return timedelta(microseconds=whole + worked)


def is_open(schedule: Schedule, *, at: datetime) -> bool:
    """Say whether it is open; at the closing minute it is not. Raises NoAnswerError (`naive`,
    `range`).
    """
    moment = _micros(at)
    return schedule.table(moment // PAGE).open_at(moment)


def next_opening(schedule: Schedule, *, at: datetime) -> datetime | None:
    """Find the next moment, `at` itself included, at which it turns from closed to open.

    None when it never does: always open, or never again. Raises NoAnswerError (`naive`, `range`).
    """
    moment = _micros(at)
    found = next((start for start, _ in _whole_spans(schedule, moment) if start >= moment), None)
    return None if found is None else _moment(found)


def next_closing(schedule: Schedule, *, at: datetime) -> datetime | None:
    """Find the next moment after `at` at which it turns from open to closed.

    None when it never does: always open, or never again. Raises NoAnswerError (`naive`, `range`).
    """
    found = next((end for _, end in _whole_spans(schedule, _micros(at)) if end is not None), None)
    return None if found is None else _moment(found)


def stretches(schedule: Schedule, *, since: datetime, until: datetime) -> list[Stretch]:
    """List the open times between two moments, cut at both, to draw a week or a month.

    Raises NoAnswerError (`naive`, `range`, `negative` when `until` is before `since`).
    """
    first, last = _micros(since), _micros(until)
    _require_forward(first, last, since=since, until=until)
    found: list[Span] = []
    for page in range(first // PAGE, last // PAGE + 1):
        for start, end in schedule.table(page).spans():
            cut = max(start, first), min(end, last)
            if cut[0] >= cut[1]:
                continue
            if found and found[-1][1] == cut[0]:
                cut = found.pop()[0], cut[1]
            found.append(cut)
    return [Stretch(_moment(start), _moment(end)) for start, end in found]


def _whole_spans(schedule: Schedule, at: int) -> Iterator[tuple[int, int | None]]:
    """Give the unbroken open spans that end after `at`, joined over the edges of pages.

    The search ends after silence, or after years without a closing: then the last end is None.
    """
    page = at // PAGE
    quiet_after = _quiet_after(schedule, page)
    # A span that has gone on since the page before did not start at the edge of this one.
    pending = next(reversed(list(schedule.table(page - 1).spans())), None)
    if pending is not None and pending[1] < page * PAGE:
        pending = None
    while page <= quiet_after + _PAGES_OF_SILENCE:
        for start, end in schedule.table(page).spans():
            if pending is not None and pending[1] == start:
                pending = pending[0], end
            else:
                if pending is not None and pending[1] > at:
                    yield pending
                    quiet_after = max(quiet_after, page)
                pending = start, end
        page += 1
    if pending is not None and pending[1] > at:
        yield pending if pending[1] < page * PAGE else (pending[0], None)


def _quiet_after(schedule: Schedule, page: int) -> int:
    last = schedule.last_date
    if last is None:
        return page
    return max(page, (last.toordinal() - _EPOCH.toordinal()) * DAY * SECOND // PAGE)


def _micros(at: datetime) -> int:
    if at.tzinfo is None or at.utcoffset() is None:
        raise NoAnswerError(
            f"{at.isoformat()} has no time zone, so it is no moment; give an aware datetime.",
            code="naive",
        )
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise NoAnswerError(
            f"{at.isoformat()} lies outside the years {FIRST_YEAR} to {LAST_YEAR}.", code="range"
        )
    return (at - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _require_forward(first: int, last: int, *, since: datetime, until: datetime) -> None:
    if last < first:
        raise NoAnswerError(
            f"The period from {since.isoformat()} to {until.isoformat()} ends before it begins.",
            code="negative",
        )
