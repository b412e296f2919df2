"""What happens in the demo, and when: `letters` and `chats` as steps in order of time.

A step says how long ago it was, in working time: "1d 2h 5m" is one working day, two hours and five
minutes of work before the moment of loading. So an agent never answers at night, and a promise of
two hours that began "1h 40m" ago is soon due at whatever hour the demo is loaded.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.hours import Hours
from zabota.kernel.brands.models import Brand
from zabota.pure import worktime

FOLDER = Path(__file__).parent
BEFORE = timedelta(days=30)  # so long before the first letter the shop was opened
LONGEST = timedelta(days=120)
DAY = timedelta(hours=9)
# What a step can do: the first of these words that it has.
ACTS = (
    *("mail", "raw", "returned", "says", "leaves", "reply", "note", "draft", "take"),
    *("handover", "task", "tags", "problem", "link", "ask", "decide"),
    *("propose", "agree", "decline", "confirm", "spoken", "silence", "unanswered"),
)
_PART = re.compile(r"(\d+)([dhm])")
_PLACE = re.compile(r"\{(day|date)([+-]\d+)\}")


@dataclass(frozen=True, kw_only=True)
class Story:
    """One conversation: whose, what about, its steps as written. A letter's `customer` is one of
    `people.toml`, a chat's any word that tells its visitor from others.
    """

    name: str
    customer: str
    subject: str
    program: str
    language: str
    steps: Sequence[Mapping[str, Any]]
    page: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happened: `does` names it, `told` holds its words and details."""

    at: datetime
    story: Story
    number: int
    does: str
    told: Mapping[str, Any]


def stories() -> Sequence[Story]:
    """All stories, in the order of their files."""
    found = []
    for path in [*_files("letters"), *_files("chats")]:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        found.append(
            Story(
                name=path.stem,
                customer=told.get("visitor") or told["customer"],
                subject=told["subject"],
                program=told.get("program", "gmail"),
                language=told["language"],
                steps=told["steps"],
                page=told.get("page", ""),
            )
        )
    return found


def _files(folder: str) -> Sequence[Path]:
    return sorted((FOLDER / folder).glob("*.toml"))


def hours(*, at: datetime, brand: Brand) -> worktime.Calendar:
    """The shop's working hours."""
    section = charter.in_force(at=at).section(Hours)
    return section.calendar(time_zone=brand.time_zone, country=brand.country)


def in_order(stories: Iterable[Story], hours: worktime.Calendar, *, at: datetime) -> Sequence[Step]:
    """The steps of all stories, the oldest first, with texts whose days are filled in."""
    found = []
    for story in stories:
        for number, told in enumerate(story.steps):
            moment = ago(hours, told["ago"], at=at)
            does = next(act for act in ACTS if act in told)
            found.append(Step(at=moment, story=story, number=number, does=does, told=told))
    return sorted(found, key=lambda step: step.at)


def ago(hours: worktime.Calendar, written: str, *, at: datetime) -> datetime:
    """The moment after which just so much working time passed until `at`."""
    units = {"d": DAY, "h": timedelta(hours=1), "m": timedelta(minutes=1)}
    parts = _PART.findall(written)
    wanted = sum((int(count) * units[unit] for count, unit in parts), timedelta())
    early, late = at - LONGEST, at
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if worktime.open_time(hours, since=middle, until=at) >= wanted:
            early = middle
        else:
            late = middle
    whole = (early + timedelta(seconds=59)).replace(second=0, microsecond=0)
    return min(whole, at)


def filled(text: str, language: str, hours: worktime.Calendar, *, at: datetime) -> str:
    """The text with its days: {day+1} is the next working day, {date-20} the date 20 days ago."""

    def said(found: re.Match[str]) -> str:
        count = int(found[2])
        local = at.astimezone(ZoneInfo(hours.zone))
        if found[1] == "date":
            return _say(local + timedelta(days=count), language, "date")
        for _ in range(count):
            local = _next_working(hours, local)
        return _say(local, language, "weekday")

    return _PLACE.sub(said, text)


def _next_working(hours: worktime.Calendar, after: datetime) -> datetime:
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    opening = worktime.next_opening(hours, at=midnight)
    return opening.astimezone(after.tzinfo) if opening else midnight


def _say(local: datetime, language: str, form: str) -> str:
    words = _words()[language]
    month, name = words["months"][local.month - 1], words["days"][local.weekday()]
    date = words["date"].format(day=local.day, month=month)
    said: str = date if form == "date" else words["weekday"].format(name=name, date=date)
    return said


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "days.toml").read_text(encoding="utf-8"))
