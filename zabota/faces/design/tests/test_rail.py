"""The rail's geometry, and the initials on an avatar."""

import datetime as dt
import enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zabota.faces.design import names, rail
from zabota.faces.design.gallery import at

GIVEN, DUE = at(19, 10), at(19, 14)


class State(enum.StrEnum):
    AT_RISK = "at_risk"


@pytest.mark.parametrize(
    ("now", "share"),
    [(at(19, 9), 0.0), (GIVEN, 0.0), (at(19, 11), 25.0), (DUE, 100.0), (at(20, 9), 100.0)],
)
def test_the_fill_is_the_time_gone(now: dt.datetime, share: float) -> None:
    assert rail.share(given=GIVEN, due=DUE, now=now) == share


def test_a_promise_without_length_is_wholly_gone() -> None:
    assert rail.share(given=DUE, due=DUE, now=GIVEN) == 100.0


@given(st.floats(min_value=-1e6, max_value=1e6), st.floats(min_value=-1e6, max_value=1e6))
def test_the_knob_never_leaves_the_line(due: float, now: float) -> None:
    moved = [GIVEN + dt.timedelta(seconds=seconds) for seconds in (due, now)]
    assert 0.0 <= rail.share(given=GIVEN, due=moved[0], now=moved[1]) <= 100.0


def test_each_state_has_its_own_drawing() -> None:
    drawn = {
        state: rail.draw(given=GIVEN, due=DUE, now=at(19, 11), state=state) for state in rail.LOOKS
    }
    assert {state for state, one in drawn.items() if one.is_running} == {
        "open", "at_risk", "broken",
    }  # fmt: skip
    assert {state for state, one in drawn.items() if one.is_dashed} == {"draft"}
    assert {state for state, one in drawn.items() if one.is_moved} == {
        "moved_in_time", "moved_late",
    }  # fmt: skip
    assert drawn["kept"].share == 100.0


def test_a_state_may_be_a_member_of_an_enumeration() -> None:
    assert rail.draw(given=GIVEN, due=DUE, now=DUE, state=State.AT_RISK).look == "is-risk"


def test_a_state_without_a_look_is_refused() -> None:
    with pytest.raises(KeyError, match="forgotten"):
        rail.draw(given=GIVEN, due=DUE, now=DUE, state="forgotten")


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ирина Вайновская", "ИВ"),
        ("Ирина Павловна Вайновская", "ИВ"),
        ("Анна-Мария Ёлкина", "АЁ"),
        ("Anna Bērziņa", "AB"),
        ("jānis ābols", "JĀ"),
        ("Šarlote", "Š"),
        ("O'Hara Sean", "OS"),
        ("Янис Лиепиньш, склад", "ЯЛ"),
        ("SIA «Liepa»", "L"),
        ("ООО Ромашка", "Р"),
        ("anna.berzina+shop@example.lv", "AB"),
        ("+371 26 123 456", "#"),
        ("  ", "?"),
        ("🌿", "?"),
    ],
)
def test_initials_are_right_in_each_language(name: str, initials: str) -> None:
    assert names.initials(name) == initials


@given(st.text(max_size=60))
def test_any_name_gives_one_or_two_letters(name: str) -> None:
    assert 1 <= len(names.initials(name)) <= 4
