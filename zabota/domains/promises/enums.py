"""Vocabulary of promises."""

from enum import StrEnum


class PromiseKind(StrEnum):
    FIRST_ANSWER = "first_answer"


class PromiseState(StrEnum):
    OPEN = "open"
    AT_RISK = "at_risk"
    KEPT = "kept"
    MOVED_IN_TIME = "moved_in_time"
    MOVED_LATE = "moved_late"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


#: States in which the promise still waits to be kept; a broken one too: late is better than never.
STANDING = frozenset({PromiseState.OPEN, PromiseState.AT_RISK, PromiseState.BROKEN})
