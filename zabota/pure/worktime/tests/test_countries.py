"""Public holidays of Latvia and Russia, by name in three languages."""

import re
from datetime import date

import pytest

from zabota.pure import worktime


def test_latvia_celebrates_in_three_languages_and_moves_days_off() -> None:
    year = {day.day: day for day in worktime.public_holidays(country="LV", year=2026)}
    assert year[date(2026, 11, 18)] == (
        date(2026, 11, 18),
        "День провозглашения Латвийской Республики",
        "Latvijas Republikas Proklamēšanas diena",
        "Republic of Latvia Proclamation Day",
    )
    assert year[date(2026, 1, 2)].lv == "Brīvdiena (pārcelta no 17.01.2026)"


def test_russia_celebrates_in_three_languages_and_moves_days_off() -> None:
    year = {day.day: day for day in worktime.public_holidays(country="RU", year=2026)}
    assert [year[date(2026, 5, 11)].ru, year[date(2026, 5, 11)].lv] == [
        "День Победы (выходной)",
        "Uzvaras diena (brīvdiena)",
    ]
    assert year[date(2026, 12, 31)] == (
        date(2026, 12, 31),
        "Выходной (перенесено с 04.01.2026)",
        "Brīvdiena (pārcelta no 04.01.2026)",
        "Day off (substituted from 01/04/2026)",
    )


@pytest.mark.parametrize("country", ["LV", "RU"])
def test_no_holiday_lacks_a_name_in_its_language(country: str) -> None:
    for year in range(1991, 2041):
        for holiday in worktime.public_holidays(country=country, year=year):
            assert re.search("[а-яё]", holiday.ru)
            assert re.search("[a-z]", holiday.lv)
            assert not re.search("[а-яё]", holiday.lv + holiday.en)
            assert holiday.lv != holiday.en


def test_a_region_has_holidays_of_its_own() -> None:
    bavaria = {day.day for day in worktime.public_holidays(country="DE-BY", year=2026)}
    germany = {day.day for day in worktime.public_holidays(country="DE", year=2026)}
    assert date(2026, 1, 6) in bavaria - germany


def test_a_year_outside_the_range_is_refused() -> None:
    with pytest.raises(worktime.CalendarError, match="lies outside the years"):
        worktime.public_holidays(country="LV", year=99999)
