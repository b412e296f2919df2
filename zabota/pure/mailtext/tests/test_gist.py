"""A message in short."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zabota.pure.mailtext import gist

SENTENCES = [
    (line[2:], line[0] == "+")
    for line in (Path(__file__).parent / "fixtures" / "thanks.txt")
    .read_text(encoding="utf-8")
    .splitlines()
]


def test_the_sentences_are_at_least_sixty_and_of_both_kinds() -> None:
    assert len(SENTENCES) >= 60
    assert {only for _sentence, only in SENTENCES} == {True, False}


@pytest.mark.parametrize(("sentence", "only_thanks"), SENTENCES)
def test_thanks_are_told_from_requests(sentence: str, only_thanks: bool) -> None:
    assert gist.thanks_only(sentence) is only_thanks


@pytest.mark.parametrize("sentence", [text for text, only in SENTENCES if only])
@pytest.mark.parametrize(
    "request_", ["Где мой заказ?", "но чек не пришёл", "bet kur ir čeks", "the lamp is broken"]
)
def test_thanks_with_anything_else_are_more_than_thanks(sentence: str, request_: str) -> None:
    assert gist.thanks_only(f"{sentence}\n{request_}") is False


def test_no_words_are_no_thanks() -> None:
    assert gist.thanks_only("") is False
    assert gist.thanks_only(" \n") is False
    assert gist.thanks_only("Спасибо! " * 30) is False


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("Добрый день!\n\nГде  заказ?", 40, "Добрый день! Где заказ?"),
        ("Добрый день, где мой заказ", 14, "Добрый день…"),
        ("Добрый день", 11, "Добрый день"),
        ("ОченьДлинноеСловоБезПробелов", 10, "ОченьДлин…"),
        ("a\u200bb\u202ec\x00d", 10, "abcd"),
        ("", 10, ""),
        ("abc", 1, "…"),
    ],
)
def test_a_preview_is_one_line_cut_between_words(text: str, length: int, expected: str) -> None:
    assert gist.preview(text, length) == expected


@given(st.text(), st.integers(1, 50))
def test_a_preview_is_never_longer_than_asked_and_has_one_line(text: str, length: int) -> None:
    line = gist.preview(text, length)
    assert len(line) <= length
    assert line.splitlines() in ([line], [])
