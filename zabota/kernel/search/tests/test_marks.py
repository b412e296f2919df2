"""A hit is shown by the words that were found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zabota.kernel.search import marks


def _found(text: str, query: str) -> list[str]:
    return [piece for piece, found in marks.marked(text, query) if found]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("насос", "Насос SP-3 перестал качать, насосы шумят", ["Насос", "насосы"]),
        ("елка", "Под ёлками мох", ["ёлками"]),
        ("pasutijums", "Jūsu pasūtījumam ir divi pasūtījumi.", ["pasūtījumam", "pasūtījumi"]),
        ("gloves size", "Wrong size of garden gloves", ["size", "gloves"]),
        ("glo", "Wrong gloves", ["gloves"]),
        ("anna@example.com", "Write to Anna@example.com today", ["Anna@example.com"]),
        ("A-1042", "Order A-1042, not A-1043", ["A-1042"]),
        ("пион", "Розы приехали", []),
        ("?!", "Розы приехали", []),
    ],
)
def test_marks_a_word_in_any_form(query: str, text: str, found: list[str]) -> None:
    assert _found(text, query) == found


@given(text=st.text(max_size=200), query=st.text(max_size=40))
def test_loses_nothing_of_any_text(text: str, query: str) -> None:
    assert "".join(piece for piece, _ in marks.marked(text, query)) == text


def test_an_excerpt_begins_shortly_before_the_first_found_word() -> None:
    text = "Слово " * 100 + "а насос шумит " + "и так далее " * 100
    shown = marks.excerpt(text, "насосы", length=120)
    assert shown.startswith("… Слово")
    assert _found(shown, "насосы") == ["насос"]
    assert shown.endswith(" …")
    assert (shown.index("насос") < 80, 100 < len(shown) <= 120) == (True, True)


def test_an_excerpt_without_a_found_word_is_the_beginning() -> None:
    assert marks.excerpt("Labdien!\n\nGalds  šūpojas", "krēsls", length=20) == "Labdien! Galds …"
