"""The section `hours` and the defaults of all sections."""

import itertools
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ValidationError

from zabota.domains.charter.rules import documents, sections
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.charter.tests.samples import Answers
from zabota.kernel.text import placeholders
from zabota.kernel.text.texts import Text
from zabota.pure import worktime


def hours(**changes: Any) -> Hours:
    return Hours.model_validate_json(json.dumps(documents.merged(Hours.defaults(), changes)))


@pytest.mark.req("S-739")
def test_by_default_we_work_monday_to_friday_nine_to_six_by_the_brands_clock() -> None:
    calendar = hours().calendar(time_zone="Europe/Riga", country="LV")
    monday = datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/Riga"))
    week = worktime.stretches(calendar, since=monday, until=monday + timedelta(days=7))
    assert week == [
        (
            datetime(2026, 11, day, 7, tzinfo=UTC),
            datetime(2026, 11, day, 16, tzinfo=UTC),
        )
        for day in range(23, 28)
    ]
    assert calendar.hours(date(2026, 11, 18)) == ()


def test_a_brand_may_have_its_own_zone_and_no_public_holidays() -> None:
    own = hours(time_zone="Europe/Moscow", public_holidays="none")
    assert own.calendar(time_zone="Europe/Riga", country="LV") == worktime.Calendar.of(
        zone="Europe/Moscow", week=own.week.model_dump()
    )
    assert (
        hours(public_holidays="RU")
        .calendar(time_zone="Europe/Riga", country="LV")
        .hours(date(2026, 6, 12))
        == ()
    )


def test_own_dates_are_stronger_than_week_and_holidays() -> None:
    own = hours(dates={"2026-11-18": ["10:00 - 12:00"], "2026-11-19": []})
    calendar = own.calendar(time_zone="Europe/Riga", country="LV")
    assert calendar.hours(date(2026, 11, 18)) == (worktime.Interval(600, 720),)
    assert calendar.hours(date(2026, 11, 19)) == ()


def test_one_calendar_is_made_for_a_zone_and_country() -> None:
    own = hours()
    first = own.calendar(time_zone="Europe/Riga", country="LV")
    assert own.calendar(time_zone="Europe/Riga", country="LV") is first
    assert own.calendar(time_zone="Asia/Tbilisi", country="LV") is not first


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"time_zone": "Riga"}, ("time_zone",), "'Riga' is not a time zone"),
        ({"public_holidays": "Latvia"}, ("public_holidays",), "No public holidays are known"),
        (
            {"week": {"sunday": ["09:00-12:00", "11:00-13:00"]}},
            ("week", "sunday"),
            "On sunday the intervals",
        ),
        ({"dates": {"2026-12-24": ["13:00-09:00"]}}, ("dates",), "does not end after it starts"),
        ({"dates": {"24.12.2026": []}}, ("dates", "24.12.2026", "[key]"), "valid date"),
        (
            {"week": dict.fromkeys(worktime.WEEKDAYS[:5], ())},
            (),
            "without a single open hour",
        ),
    ],
)
def test_wrong_hours_are_refused_in_one_sentence(
    changes: dict[str, Any], field: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        hours(**changes)
    [case] = caught.value.errors()
    assert case["loc"] == field
    assert words in case["msg"]


def texts(model: BaseModel, path: str) -> Iterator[tuple[str, Text]]:
    """Walk every text of a section, within parts, lists and mappings."""
    for name in type(model).model_fields:
        yield from texts_in(getattr(model, name), f"{path}.{name}")


def texts_in(value: object, path: str) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield path, value
    elif isinstance(value, BaseModel):
        yield from texts(value, path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(item, f"{path}.{key}")
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from texts_in(item, path)


def test_the_defaults_of_every_section_are_complete_in_three_languages() -> None:
    registered = sections.registered()
    assert Hours in registered
    for section in registered:
        for path, text in texts(documents.resolved(section, []), section.name):
            used = [placeholders.names(words) for words in (text.ru, text.lv, text.en)]
            assert used == used[:1] * 3, path
            bare = [without_placeholders(words) for words in (text.ru, text.lv, text.en)]
            # A text that is all placeholders, such as "{agent}, {brand}", has no language.
            if any(letter.isalpha() for words in bare for letter in words):
                assert re.search("[а-яё]", bare[0].lower()), path
                assert not re.search("[а-яё]", (bare[1] + bare[2]).lower()), path
                assert bare[1] != bare[2], path


def without_placeholders(words: str) -> str:
    return placeholders.fill(words, values=dict.fromkeys(placeholders.names(words), ""))


def test_the_walk_over_texts_misses_none() -> None:
    sample = documents.resolved(Answers, [])
    assert [path for path, _ in texts(sample, "answers")] == ["answers.greeting"]


def test_every_default_says_what_it_is_and_each_file_which_requirements_it_serves() -> None:
    for section in sections.registered():
        domain = ".".join(section.__module__.split(".")[:3])
        file = resources.files(domain).joinpath("defaults", "charter", f"{section.name}.toml")
        text = file.read_text(encoding="utf-8")
        assert re.search(r"# .*\bS-\d{3}\b", text), section.name
        tables = re.split(r"^(?=\[)", re.sub(r'"""[^"]*"""', '""', text), flags=re.MULTILINE)
        assert undescribed(tables[0]) == [], section.name
        assert [
            table.splitlines()[0]
            for before, table in itertools.pairwise(tables)
            if not before.rstrip("\n").splitlines()[-1].startswith("#")
        ] == [], section.name


def undescribed(values: str) -> list[str]:
    """List the top values of a file that have no comment right above them."""
    lines = values.splitlines()
    return [
        line
        for number, line in enumerate(lines)
        if re.match(r"\w+ = ", line) and not lines[number - 1].startswith("#")
    ]
