"""The rail: a promise drawn as a line from the word given to the time due.

Pure geometry and the looks of states. A position becomes an SVG attribute in percent: no style
attribute is needed, and the content security policy stays closed.
"""

import datetime as dt
from dataclasses import dataclass
from enum import Enum

# state of a promise → (class that carries its colour, icon beside its word)
LOOKS: dict[str, tuple[str, str]] = {
    "draft": ("is-draft", "minus"),
    "open": ("is-open", "clock"),
    "at_risk": ("is-risk", "alert"),
    "kept": ("is-kept", "check"),
    "moved_in_time": ("is-moved", "calendar"),
    "moved_late": ("is-late", "calendar"),
    "broken": ("is-broken", "close"),
    "withdrawn": ("is-withdrawn", "minus"),
}
RUNNING = ("open", "at_risk", "broken")


@dataclass(frozen=True)
class Rail:
    """What is drawn: how much of the time is gone (0 to 100), and which marks the line carries."""

    share: float
    state: str

    @property
    def look(self) -> str:
        return LOOKS[self.state][0]

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_dashed(self) -> bool:
        return self.state == "draft"

    @property
    def is_moved(self) -> bool:
        return self.state in ("moved_in_time", "moved_late")

    @property
    def is_full(self) -> bool:
        return self.state == "kept"


def draw(*, given: dt.datetime, due: dt.datetime, now: dt.datetime, state: object) -> Rail:
    """The rail of one promise at one moment. Raises KeyError for a state that has no look."""
    name = name_of(state)
    return Rail(share=100.0 if name == "kept" else share(given=given, due=due, now=now), state=name)


def share(*, given: dt.datetime, due: dt.datetime, now: dt.datetime) -> float:
    """Time gone in percent, within 0 and 100; a promise without length is fully gone."""
    whole = (due - given).total_seconds()
    if whole <= 0:
        return 100.0
    return round(min(max((now - given).total_seconds() / whole, 0.0), 1.0) * 100, 1)


def name_of(state: object) -> str:
    """The state's plain name, of a string or an enum member. KeyError when it has no look."""
    name = str(state.value if isinstance(state, Enum) else state)
    if name not in LOOKS:
        raise KeyError(name)
    return name
