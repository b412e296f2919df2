"""Days that come again each year, and how old somebody is."""

from datetime import date


def next_on(*, day: int, month: int, after: date) -> date:
    """The first such day that is not before `after`; a 29 February is the 28th in other years."""
    this_year = in_year(day=day, month=month, year=after.year)
    if this_year >= after:
        return this_year
    return in_year(day=day, month=month, year=after.year + 1)


def in_year(*, day: int, month: int, year: int) -> date:
    """That day in that year. Raises ValueError for a day that no month has."""
    if (day, month) == (29, 2):
        date(2000, month, day)
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return date(year, 2, 29 if leap else 28)
    return date(year, month, day)


def is_minor(birth_year: int, *, on: date, adult_age: int) -> bool:
    """Whether somebody born in that year has not come of age before this year ends (S-720)."""
    return on.year - birth_year < adult_age
