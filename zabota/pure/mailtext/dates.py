"""The dates of a mail, read leniently, and None rather than nonsense."""

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONES |= {"MSK": 3, "MSD": 4, "EET": 2, "EEST": 3, "CET": 1, "CEST": 2, "BST": 1}
_MAIL_DATE = re.compile(
    r"\s*(?:[A-Za-z]{2,9}\.?,?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]{0,6}[\s-]+(\d{2,4})[\s,]+"
    r"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:\.\d{1,6})?\s*(?:([+-]\d{1,2}):?(\d{2})|([A-Za-z]{1,5}))?"
)
_ISO_DATE = re.compile(r"\s*(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)")
_LONGEST = 200
_FIRST_YEAR, _LAST_YEAR = 1980, 2100


def read(written: str, *, at: datetime | None, future_days: int) -> datetime | None:
    """The moment that a Date field names, aware; in UTC when it names no zone.

    None when it is no date, before mail was sent (1980), after 2100, or more than `future_days`
    after `at`.
    """
    moment = _moment(written[:_LONGEST])
    if moment is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    if at is not None and moment > at + timedelta(days=future_days):
        return None
    return moment


def _moment(written: str) -> datetime | None:
    found = _MAIL_DATE.match(written)
    try:
        if found is None:
            iso = _ISO_DATE.match(written)
            return _aware(datetime.fromisoformat(iso.group(1))) if iso else None
        day, month, year, hour, minute, second, hours, minutes, zone = found.groups()
        return datetime(
            _full_year(year),
            _MONTHS[month.lower()],
            int(day),
            int(hour),
            int(minute),
            min(int(second or 0), 59),  # a leap second
            tzinfo=_zone(hours, minutes, zone),
        )
    except (ValueError, KeyError, OverflowError):
        return None


def _full_year(year: str) -> int:
    if len(year) >= 3:
        return int(year) + (1900 if len(year) == 3 else 0)
    return int(year) + (2000 if int(year) < 70 else 1900)


def _zone(hours: str | None, minutes: str | None, name: str | None) -> timezone:
    """A zone of more than a day is a mailer's mistake and read as UTC."""
    if hours is None or minutes is None:
        return timezone(timedelta(hours=_ZONES.get((name or "").upper(), 0)))
    size = abs(int(hours)) * 60 + int(minutes)
    if size >= 24 * 60:
        return UTC
    return timezone(timedelta(minutes=-size if hours.startswith("-") else size))


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
