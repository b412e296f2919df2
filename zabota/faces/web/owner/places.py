"""Languages, countries and time zones to choose from, named in the reader's language."""

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import available_timezones

import holidays
from babel import Locale
from django.utils.translation import gettext as _

LANGUAGES = (("lv", "Latviešu"), ("ru", "Русский"), ("en", "English"))
NO_COUNTRY = ""
# Where people who read that language most likely serve; a proposal, never a decision.
COUNTRY_OF = {"lv": "LV"}
NEAR = ("LV", "LT", "EE", "RU", "BY", "UA", "KZ", "PL", "DE", "FI", "SE", "GB", "IE", "US")
ZONES = {
    "LV": "Europe/Riga",
    "LT": "Europe/Vilnius",
    "EE": "Europe/Tallinn",
    "RU": "Europe/Moscow",
}

Choices = Sequence[tuple[str, str]]


def countries(language: str) -> list[tuple[str, str]]:
    """None first, then the near ones, then all others by name: those whose holidays we know."""
    return [(NO_COUNTRY, _("None: no public holidays")), *_countries(language)]


@lru_cache(maxsize=8)
def _countries(language: str) -> Choices:
    names = Locale.parse(language).territories
    known = set(holidays.list_supported_countries(include_aliases=False))
    near = [code for code in NEAR if code in known]
    others = sorted(known - set(near), key=lambda code: names.get(code, code))
    return [(code, names.get(code, code)) for code in [*near, *others]]


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """Zones of cities, as the time zone database names them."""
    places = sorted(name for name in available_timezones() if "/" in name)
    cities = [name for name in places if not name.startswith(("Etc/", "SystemV/", "posix/"))]
    return [(name, name.replace("_", " ")) for name in ["UTC", *cities]]


def zone_of(country: str) -> str:
    return ZONES.get(country, "UTC")
