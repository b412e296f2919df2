"""Times, spans and sizes in words of the reader's language.

Pure: the moment "now" is passed in; figures and units are CLDR's.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from babel.units import format_unit
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

NEAR_DAYS = 6  # further than this a weekday would be ambiguous
HOURS_WITH_MINUTES = 3  # above this nobody plans by the minute
LATE_NARROW = "−%(time)s"  # a clock that has run past its end: −12 min
# A date within this year and in another one; CLDR's own skeletons shorten the month in Russian.
_DATES = {
    "lv": ("d. MMMM", "y. 'gada' d. MMMM"),
    "en": ("d MMMM", "d MMMM y"),
}


@dataclass(frozen=True)
class Span:
    """A distance in time, already rounded to what a person plans by."""

    days: int = 0
    hours: int = 0
    minutes: int = 0


@lru_cache(maxsize=32)
def locale_of(language: str) -> Locale:
    """The CLDR locale of a language; English takes the British day-month order."""
    try:
        return Locale.parse({"en": "en_GB"}.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def clock(moment: dt.datetime, *, language: str) -> str:
    """Hours and minutes: 14:12."""
    return _clock(moment.hour, moment.minute, language)


@lru_cache(maxsize=8192)
def _clock(hour: int, minute: int, language: str) -> str:
    return format_time(dt.time(hour, minute), "HH:mm", tzinfo=None, locale=locale_of(language))


def day(date: dt.date, *, today: dt.date, language: str) -> str:
    """A day as one says it: today, yesterday, tomorrow, a near weekday, else the date.

    The year is named when it is another one.
    """
    locale = locale_of(language)
    distance = (date - today).days
    if distance in (-1, 0, 1):
        return {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[distance]
    if 0 < distance <= NEAR_DAYS:
        return format_date(date, "EEE", locale=locale)
    return _date(date, year=date.year != today.year, locale=locale)


def day_of_year(date: dt.date, *, language: str) -> str:
    """A day that comes each year: 23 June."""
    return _date(date, year=False, locale=locale_of(language))


def moment(at: dt.datetime, *, now: dt.datetime, language: str) -> str:
    """A point in time for a sentence: today, 14:12 · Fri, 10:00 · 19 May, 09:31 · 19 May 2025.

    `at` and `now` are aware and in the reader's zone. In another year the hour no longer matters.
    """
    date = day(at.date(), today=now.date(), language=language)
    if at.year != now.year and abs((at - now).days) > NEAR_DAYS:
        return date
    return f"{date}, {clock(at, language=language)}"


def stamp(at: dt.datetime, *, now: dt.datetime, language: str) -> str:
    """A point in time for a narrow column: 14:12 · yesterday · 19 May · 19 May 2025."""
    if at.date() == now.date():
        return clock(at, language=language)
    return day(at.date(), today=now.date(), language=language)


def in_full(at: dt.datetime, *, language: str) -> str:
    """The whole date with weekday, hour and zone, for a title: nothing left to guess."""
    return _in_full(at.replace(second=0, microsecond=0), at.tzinfo, language)


# A page names fifty moments, the next page mostly the same ones. The zone is part of what is asked,
# because the same moment in two zones is one key.
@lru_cache(maxsize=8192)
def _in_full(at: dt.datetime, zone: dt.tzinfo | None, language: str) -> str:
    pattern = {"ru": "EEEE, d MMMM y 'г.', HH:mm ZZZZ", "lv": "EEEE, y. 'gada' d. MMMM, HH:mm ZZZZ"}
    return format_datetime(
        at,
        pattern.get(language, "EEEE, d MMMM y, HH:mm ZZZZ"),
        tzinfo=zone,
        locale=locale_of(language),
    )


def span(distance: dt.timedelta) -> Span:
    """Round a distance down to what a person plans by, whatever its sign.

    Minutes under an hour, hours with minutes under 3, hours under 36, then days. Never claims
    a minute that is not there.
    """
    minutes = int(abs(distance).total_seconds()) // 60
    hours = minutes // 60
    if hours < 1:
        return Span(minutes=minutes)
    if hours < HOURS_WITH_MINUTES:
        return Span(hours=hours, minutes=minutes % 60)
    if hours < 36:
        return Span(hours=hours)
    return Span(days=hours // 24)


def lasting(distance: dt.timedelta, *, language: str) -> str:
    """A span in short words: 38 min · 1 h 5 min · 2 days."""
    taken = span(distance)
    locale = Locale.parse(
        language.replace("-", "_")
    )  # plain "en": the browser's Intl says the same
    if taken == Span():
        return "< " + format_unit(1, "duration-minute", length="short", locale=locale)
    if taken.days:
        return format_unit(taken.days, "duration-day", length="long", locale=locale)
    hours = format_unit(taken.hours, "duration-hour", length="short", locale=locale)
    minutes = format_unit(taken.minutes, "duration-minute", length="short", locale=locale)
    if not taken.hours:
        return minutes
    return f"{hours} {minutes}" if taken.minutes else hours


def left(due: dt.datetime, *, now: dt.datetime, language: str, late: str = "") -> str:
    """What is left until a due time, or by how much it is late: 38 min · 12 min late.

    `late` says lateness in another way, such as LATE_NARROW.
    """
    words = lasting(due - now, language=language)
    if due > now:
        return words
    return ((late or late_words()) % {"time": words}).replace("−<", "<")


def late_words() -> str:
    """How lateness is said, with %(time)s for the span."""
    return pgettext("after a span of time: 12 min late", "%(time)s late")


def size(octets: int, *, language: str) -> str:
    """A file's size: 740 B · 12 kB · 3.4 MB. Powers of 1000, as mail providers count."""
    locale = locale_of(language)
    if octets < 1000:
        return format_unit(octets, "digital-byte", length="short", locale=locale)
    value, unit = octets / 1000, "digital-kilobyte"
    if value >= 1000:
        value, unit = value / 1000, "digital-megabyte"
    if value >= 1000:
        value, unit = value / 1000, "digital-gigabyte"
    shown = format_decimal(value, "#,##0.#" if value < 10 else "#,##0", locale=locale)
    return format_unit(shown, unit, length="short", locale=locale)


def _date(date: dt.date, *, year: bool, locale: Locale) -> str:
    plain, whole = _DATES.get(locale.language, _DATES["en"])
    return format_date(date, whole if year else plain, locale=locale)
