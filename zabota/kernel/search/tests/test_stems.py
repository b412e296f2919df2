"""What a text can be found by, without any database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zabota.kernel.search import stems


@pytest.mark.parametrize(
    ("searched", "written"),
    [
        ("заказ", "Заказы"),
        ("возврата", "возврат"),
        ("еще", "ещё"),
        ("ЁЛКА", "елка"),
        ("pasūtījums", "pasutijuma"),
        ("pasutijums", "pasūtījumiem"),
        ("rēķins", "rēķiniem"),
        ("orders", "order"),
        ("delivered", "Delivery delivering"),
        ("A-1042", "a1042"),
        ("a 1042", "A-1042"),
        ("1042", "A-1042"),
        ("anna.k@example.com", "Anna.K@Example.com,"),
        ("example", "anna@example.com"),
        ("26123456", "+371 26 123 456"),
        ("8 (916) 123-45-67", "+7 916 123 45 67"),
        ("+371 2612", "tel. +371 26 123 456"),
    ],
)
def test_a_word_is_found_in_its_other_forms(searched: str, written: str) -> None:
    assert _found(searched, written)


@pytest.mark.parametrize(
    ("searched", "written"),
    [("заказ", "отказ"), ("A-1042", "A-1043"), ("order", "border"), ("26123456", "26123457")],
)
def test_another_word_is_not_found(searched: str, written: str) -> None:
    assert not _found(searched, written)


def _found(searched: str, written: str) -> bool:
    there = set(stems.of(written))

    def holds(one: stems.Alternative) -> bool:
        *whole, last = one.stems
        ends = any(stem.startswith(last) for stem in there) if one.prefix else last in there
        return ends and there.issuperset(whole)

    return all(any(map(holds, term)) for term in stems.query(searched))


def test_a_cyrillic_sign_is_part_of_its_letter() -> None:
    assert stems.of("война") != stems.of("воина")


@given(st.text())
def test_stems_hold_letters_digits_and_inner_underscores_only(text: str) -> None:
    words = [*stems.of(text), *(s for t in stems.query(text) for one in t for s in one.stems)]
    assert all(word and not word.startswith("_") for word in words)
    assert all(letter.isalnum() or letter == "_" for word in words for letter in word)


def test_a_huge_text_gives_a_bounded_number_of_stems_of_bounded_length() -> None:
    text = " ".join(f"word{number}" for number in range(50_000)) + "x" * 1_000_000
    found = stems.of("y" * 100_000 + " " + text)
    assert len(found) == stems.MOST_STEMS
    assert max(map(len, found)) <= stems.LONGEST_WORD


@pytest.mark.parametrize("piece", ["1 ", "(", "+1-", "a.", "a@", "_", "ё", "1(2)-", "\0"])
def test_no_pattern_makes_the_work_grow_faster_than_the_text(piece: str) -> None:
    """A quadratic step over so long a text would outlast the time limit of a test by far."""
    assert len(stems.of(piece * 400_000)) < 10
