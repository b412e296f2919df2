"""Times, spans and sizes as each of the three languages says them."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from zabota.faces.design import gallery, hours

NOW = gallery.NOW  # Tuesday, 19 May 2026, 14:22 in Riga
LANGUAGES = ("ru", "lv", "en")
MINUTE = dt.timedelta(minutes=1)


def said(offset: dt.timedelta, language: str) -> str:
    with translation.override(language):
        return hours.moment(NOW + offset, now=NOW, language=language)


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (dt.timedelta(), ("сегодня, 14:22", "šodien, 14:22", "today, 14:22")),
        (dt.timedelta(days=-1), ("вчера, 14:22", "vakar, 14:22", "yesterday, 14:22")),
        (dt.timedelta(days=1), ("завтра, 14:22", "rīt, 14:22", "tomorrow, 14:22")),
        (dt.timedelta(days=3), ("пт, 14:22", "piektd., 14:22", "Fri, 14:22")),
        (dt.timedelta(days=-8), ("11 мая, 14:22", "11. maijs, 14:22", "11 May, 14:22")),
        (dt.timedelta(days=-400), ("14 апреля 2025", "2025. gada 14. aprīlis", "14 April 2025")),
    ],
)
def test_a_moment_is_said_as_people_say_it(
    offset: dt.timedelta, words: tuple[str, str, str]
) -> None:
    assert tuple(said(offset, language) for language in LANGUAGES) == words


def test_midnight_and_not_24_hours_divides_yesterday_from_today() -> None:
    just_after = NOW.replace(hour=0, minute=5)
    assert hours.stamp(just_after - 10 * MINUTE, now=just_after, language="en") == "yesterday"


def test_a_narrow_column_gets_the_hour_of_today_and_the_day_of_any_other() -> None:
    stamps = [
        hours.stamp(NOW + dt.timedelta(days=days), now=NOW, language="en")
        for days in (-30, -1, 0, 1, 2)
    ]
    assert stamps == ["19 April", "yesterday", "14:22", "tomorrow", "Thu"]


def test_the_full_form_leaves_nothing_to_guess() -> None:
    assert [hours.in_full(NOW, language=language) for language in LANGUAGES] == [
        "вторник, 19 мая 2026 г., 14:22 GMT+03:00",
        "otrdiena, 2026. gada 19. maijs, 14:22 GMT+03:00",
        "Tuesday, 19 May 2026, 14:22 GMT+03:00",
    ]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, ("< 1 мин", "< 1 min", "< 1 min")),
        (38, ("38 мин", "38 min", "38 min")),
        (65, ("1 ч 5 мин", "1 st. 5 min", "1 hr 5 min")),
        (120, ("2 ч", "2 st.", "2 hr")),
        (35 * 60 + 59, ("35 ч", "35 st.", "35 hr")),
        (36 * 60, ("1 день", "1 diena", "1 day")),
        (2 * 24 * 60, ("2 дня", "2 dienas", "2 days")),
        (21 * 24 * 60, ("21 день", "21 diena", "21 days")),
        (11 * 24 * 60, ("11 дней", "11 dienu", "11 days")),
    ],
)
def test_a_span_is_rounded_to_what_a_person_plans_by(
    minutes: int, words: tuple[str, str, str]
) -> None:
    spans = tuple(hours.lasting(minutes * MINUTE, language=language) for language in LANGUAGES)
    assert spans == words


def test_a_passed_due_time_says_by_how_much() -> None:
    late = []
    for language in LANGUAGES:
        with translation.override(language):
            late.append(hours.left(NOW - 12 * MINUTE, now=NOW, language=language))
    assert late == ["просрочено на 12 мин", "kavējas 12 min", "12 min late"]


@given(st.integers(min_value=0, max_value=60 * 24 * 400))
def test_what_is_left_is_never_more_than_there_is(minutes: int) -> None:
    taken = hours.span(minutes * MINUTE)
    shown = dt.timedelta(days=taken.days, hours=taken.hours, minutes=taken.minutes)
    assert shown <= minutes * MINUTE < shown + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, ("0 Б", "0 B", "0 byte")),
        (1_234, ("1,2 кБ", "1,2 kB", "1.2 kB")),
        (12_345, ("12 кБ", "12 kB", "12 kB")),
        (3_400_000, ("3,4 МБ", "3,4 MB", "3.4 MB")),
        (4_500_000_000, ("4,5 ГБ", "4,5 GB", "4.5 GB")),
    ],
)
def test_a_size_is_read_at_a_glance(octets: int, words: tuple[str, str, str]) -> None:
    assert tuple(hours.size(octets, language=language) for language in LANGUAGES) == words


def test_an_unknown_language_is_served_in_english() -> None:
    assert str(hours.locale_of("xx")) == "en_GB"
