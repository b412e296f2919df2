"""What can be asked for its open hours, and the tables that make the answers quick.

A table holds the open stretches of one page of 52 weeks as whole microseconds since 1970. Pages
are made when first needed. A schedule keeps at most `PAGES_KEPT` of them (about 12 kB a page for a
shop with a lunch break), so its memory is bounded whatever it is asked.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from typing_extensions import override

Span: TypeAlias = tuple[int, int]
"""A start and an end in microseconds since 1970, UTC; the end is not included."""

SECOND = 1_000_000
DAY = 24 * 60 * 60
PAGE_DAYS = 52 * 7
PAGE = PAGE_DAYS * DAY * SECOND
PAGES_KEPT = 16

_storing = threading.Lock()


class Schedule(ABC):
    """Anything with open hours: a calendar, or several taken together. Frozen, comparable."""

    _pages: dict[int, Table]

    @abstractmethod
    def spans(self, page: int) -> Iterator[Span]:
        """Give the open spans within one page, by start; they may touch or overlap."""

    @property
    @abstractmethod
    def last_date(self) -> date | None:
        """The last date with hours of its own; after it only the rhythm of weeks goes on."""

    def table(self, page: int) -> Table:
        """Look a page up, or make it."""
        found = self._pages.get(page)
        if found is None:
            found = Table.of(self.spans(page))
            with _storing:
                while len(self._pages) >= PAGES_KEPT:
                    del self._pages[next(iter(self._pages))]
                self._pages[page] = found
        return found

    def start_empty(self) -> None:
        """Begin without any page; a frozen subclass calls it once made."""
        object.__setattr__(self, "_pages", {})

    @override
    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_pages"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.start_empty()


@dataclass(frozen=True, slots=True)
class Table:
    """Open stretches in order, apart from one another, and the working time before each."""

    starts: array[int]
    ends: array[int]
    before: array[int]
    total: int

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Table:
        """Join the spans that touch or overlap; they come ordered by start."""
        starts, ends, before = array("q"), array("q"), array("q")
        total = 0
        for start, end in spans:
            if ends and start <= ends[-1]:
                if end > ends[-1]:
                    total += end - ends[-1]
                    ends[-1] = end
                continue
            starts.append(start)
            ends.append(end)
            before.append(total)
            total += end - start
        return cls(starts, ends, before, total)

    def spans(self) -> Iterator[Span]:
        """Give the stretches in order."""
        return zip(self.starts, self.ends, strict=True)

    def open_at(self, at: int) -> bool:
        """Say whether a moment of this page is within a stretch."""
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.ends[index]

    def worked(self, at: int) -> int:
        """Sum the working time of this page before a moment of it."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.ends[index]) - self.starts[index]

    def moment(self, worked: int) -> int:
        """Find the first moment with so much working time before it (0 < worked ≤ total)."""
        index = bisect_left(self.before, worked) - 1
        return self.starts[index] + worked - self.before[index]
