"""Several schedules taken together, each in its own zone: somebody is there, or everybody is."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from typing_extensions import override

from zabota.pure.worktime.errors import CalendarError
from zabota.pure.worktime.schedules import Schedule, Span


def union(schedules: Iterable[Schedule]) -> "Union":
    """Open whenever at least one is: a human is reachable. Raises CalendarError (`empty`)."""
    return Union(tuple(schedules))


def common(schedules: Iterable[Schedule]) -> "Common":
    """Open only while all are, as for a call of several people. Raises CalendarError (`empty`)."""
    return Common(tuple(schedules))


@dataclass(frozen=True)
class _Group(Schedule):
    parts: tuple[Schedule, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise CalendarError(
                "A group without a single calendar can never answer; give at least one.",
                code="empty",
            )
        self.start_empty()

    @property
    @override
    def last_date(self) -> date | None:
        return max((part.last_date for part in self.parts if part.last_date), default=None)


@dataclass(frozen=True)
class Union(_Group):
    """Open whenever at least one part is."""

    @override
    def spans(self, page: int) -> Iterator[Span]:
        return heapq.merge(*(part.table(page).spans() for part in self.parts))


@dataclass(frozen=True)
class Common(_Group):
    """Open only while all parts are."""

    @override
    def spans(self, page: int) -> Iterator[Span]:
        shared = list(self.parts[0].table(page).spans())
        for part in self.parts[1:]:
            shared = list(_overlaps(shared, list(part.table(page).spans())))
        return iter(shared)


def _overlaps(ours: list[Span], theirs: list[Span]) -> Iterator[Span]:
    here = there = 0
    while here < len(ours) and there < len(theirs):
        start = max(ours[here][0], theirs[there][0])
        end = min(ours[here][1], theirs[there][1])
        if start < end:
            yield start, end
        if ours[here][1] < theirs[there][1]:
            here += 1
        else:
            there += 1
