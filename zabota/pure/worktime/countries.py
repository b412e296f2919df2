"""Public holidays of a country by year, through the library `holidays`, with their names.

The library knows Latvia's names in all three languages and Russia's in Russian and English; the
Latvian names of Russia's days are in `russia_lv.toml`. Names of other countries are English in
each language that the library lacks. Half-holidays and moved working Saturdays are not hours of
anybody: a calendar says them as dates with hours of their own.
"""

import re
import tomllib
from datetime import date
from functools import lru_cache
from importlib import resources
from types import ModuleType
from typing import Any, NamedTuple

from zabota.pure.worktime.errors import CalendarError

_CODE = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")


class PublicHoliday(NamedTuple):
    """A date and its name; two holidays on one date are named together."""

    day: date
    ru: str
    lv: str
    en: str


def public_holidays(*, country: str, year: int) -> tuple[PublicHoliday, ...]:
    """List the public holidays of a year, moved days off included, by date.

    `country` is an ISO 3166 code: "LV", "RU", or with a region "DE-BY". What a government has not
    decided yet (moved days of coming years) is missing. Raises CalendarError (`country`, `year`).
    """
    if not 1900 <= year <= 2199:
        raise CalendarError(
            f"Year {year} lies outside the years 1900 to 2199.", code="year", year=str(year)
        )
    english = _days(country, year, "en_US")
    russian = _days(country, year, "ru")
    latvian = (
        {day: _russia_in_latvian(name) for day, name in russian.items()}
        if country.split("-", maxsplit=1)[0] == "RU"
        else _days(country, year, "lv")
    )
    return tuple(
        PublicHoliday(day, ru=russian[day], lv=latvian[day], en=english[day])
        for day in sorted(english)
    )


@lru_cache(maxsize=512)
def closed_days(country: str, year: int) -> frozenset[int]:
    """Give the public holidays of a year as ordinals. Raises CalendarError (`country`)."""
    return frozenset(day.toordinal() for day in _days(country, year, None))


def require(country: str) -> None:
    """Raise CalendarError (`country`) unless the library knows the country and its region."""
    closed_days(country, 2000)


def _days(country: str, year: int, language: str | None) -> dict[date, str]:
    match = _CODE.fullmatch(country)
    try:
        # The library finds classes by name, so nothing but a code may reach it.
        code, region = match.groups() if match else ("", None)
        found: Any = _library().country_holidays(code, subdiv=region, years=year, language=language)
    except NotImplementedError as error:
        raise CalendarError(
            f"No public holidays are known for {country!r}; use a code of ISO 3166 such as LV.",
            code="country",
            country=country,
        ) from error
    return {day: _in_order(name) for day, name in found.items() if day.year == year}


def _library() -> ModuleType:
    # Loaded when first needed: a calendar without public holidays never pays for it.
    import holidays

    return holidays


def _in_order(name: str) -> str:
    return "; ".join(sorted(name.split("; ")))


@lru_cache(maxsize=1)
def _latvian_names() -> dict[str, str]:
    text = resources.files(__package__).joinpath("russia_lv.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["names"])


def _russia_in_latvian(name: str) -> str:
    names = _latvian_names()
    return "; ".join(sorted(_one_in_latvian(part, names) for part in name.split("; ")))


def _one_in_latvian(name: str, names: dict[str, str]) -> str:
    if name in names:
        return names[name]
    for before, after, pattern in (
        ("Выходной (перенесено с ", ")", "Brīvdiena (pārcelta no {})"),
        ("", " (выходной)", "{} (brīvdiena)"),
    ):
        if name.startswith(before) and name.endswith(after):
            inner = name[len(before) : len(name) - len(after)]
            return pattern.format(names.get(inner, inner))
    return name
