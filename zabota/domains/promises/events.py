"""What happens to promises.

`subject_kind` and `subject_id` name the matter; promises do not know what it is.
"""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from zabota.domains.promises.enums import PromiseKind
from zabota.kernel.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class PromiseFact(Fact):
    promise_id: int
    kind: PromiseKind
    subject_kind: str
    subject_id: int
    owner_id: int | None = None

    @override
    def about(self) -> tuple[str, int]:
        return (self.subject_kind, self.subject_id)


@dataclass(frozen=True, kw_only=True)
class PromiseGiven(PromiseFact):
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class PromiseWarned(PromiseFact):
    """A share of the time is used: 50, 80 or 100 percent (S-145)."""

    percent: int


@dataclass(frozen=True, kw_only=True)
class PromiseKept(PromiseFact):
    """`at` is when it was kept: for an answer, the moment of pressing send."""

    late: bool


@dataclass(frozen=True, kw_only=True)
class PromiseReopened(PromiseFact):
    """What counted as kept did not reach the customer: it is owed again."""


@dataclass(frozen=True, kw_only=True)
class PromiseBroken(PromiseFact):
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class PromiseWithdrawn(PromiseFact):
    reason: str
