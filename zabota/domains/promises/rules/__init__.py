"""Decisions about promises, pure: when it is due, when to warn, what an answer makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.promises.enums import PromiseState
from zabota.pure import worktime

# The share of the time after which a promise without a fulfilling message is at risk (S-145).
AT_RISK_PERCENT = 80


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How long the charter gives: an ideal and a limit of working time, and when to warn
    (percents).
    """

    ideal: timedelta
    limit: timedelta
    warn_at: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The moments of one promise."""

    ideal_at: datetime
    due_at: datetime
    warnings: tuple[tuple[int, datetime], ...]


def clock_of(terms: Terms, calendar: worktime.Schedule, given_at: datetime) -> Clock:
    """When a promise given at that moment is ideally kept, due, and warned about, in working time.

    Its due time is always looked at: a promise that nobody keeps must become a broken one.
    """
    return Clock(
        ideal_at=worktime.due(calendar, start=given_at, duration=terms.ideal),
        due_at=worktime.due(calendar, start=given_at, duration=terms.limit),
        warnings=tuple(
            (
                percent,
                worktime.due(calendar, start=given_at, duration=terms.limit * percent / 100),
            )
            for percent in sorted({*terms.warn_at, 100})
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a promise is to become when it is looked at: warnings to give now, its state, the next
    look.
    """

    warn: tuple[int, ...]
    state: PromiseState
    left: tuple[tuple[int, datetime], ...]

    @property
    def next_look_at(self) -> datetime | None:
        return self.left[0][1] if self.left else None


def look(state: PromiseState, warnings: Sequence[tuple[int, datetime]], *, at: datetime) -> Look:
    """Of the warnings that have come due only the highest is given: nobody is told twice of one
    hour.
    """
    passed = [percent for percent, moment in warnings if moment <= at]
    left = tuple((percent, moment) for percent, moment in warnings if moment > at)
    highest = max(passed, default=0)
    if highest >= 100:
        state = PromiseState.BROKEN
    elif highest >= AT_RISK_PERCENT and state is PromiseState.OPEN:
        state = PromiseState.AT_RISK
    return Look(warn=(highest,) if passed else (), state=state, left=left)
