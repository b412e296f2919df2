"""What of a letter is its sender's own, for every program people write with."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zabota.pure.mailtext import quotes

FIXTURES = Path(__file__).parent / "fixtures"
KINDS = {
    "o": quotes.Kind.OWN,
    "q": quotes.Kind.QUOTED,
    "f": quotes.Kind.FORWARDED,
    "s": quotes.Kind.SIGNATURE,
}
Line = tuple[quotes.Kind | None, str]


def letters(name: str) -> list[tuple[str, list[Line]]]:
    """The fixtures of a file: a title, then lines that begin with the letter of their kind."""
    found: list[tuple[str, list[Line]]] = []
    for line in (FIXTURES / name).read_text(encoding="utf-8").split("\n"):
        if line.startswith("# "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append((KINDS[line[0]], line[2:]) if line else (None, ""))
    return found


REPLIES = {name: letters(f"replies_{name}.txt") for name in ("ru", "lv", "en")}
TRAPS = letters("traps.txt")
ALL = [
    pytest.param(lines, id=f"{language}: {title}")
    for language, fixtures in {**REPLIES, "trap": TRAPS}.items()
    for title, lines in fixtures
]


def text_of(lines: list[Line]) -> str:
    return "\n".join(text for _kind, text in lines) + "\n"


def kinds_of(split: quotes.Split) -> list[Line]:
    return [
        (piece.kind, line)
        for piece in split.pieces
        for line in piece.text.split("\n")
        if line.strip()
    ]


def test_the_fixtures_are_at_least_thirty_replies_a_language_and_twenty_traps() -> None:
    assert {name: len(found) >= 30 for name, found in REPLIES.items()} == {
        "ru": True,
        "lv": True,
        "en": True,
    }
    assert len(TRAPS) >= 20


@pytest.mark.parametrize("lines", ALL)
def test_each_line_is_known_for_what_it_is(lines: list[Line]) -> None:
    split = quotes.split(text_of(lines))
    assert kinds_of(split) == [(kind, text) for kind, text in lines if text.strip()]


@pytest.mark.parametrize("lines", ALL)
def test_a_letter_with_windows_line_ends_reads_the_same(lines: list[Line]) -> None:
    text = text_of(lines)
    windows = quotes.split(text.replace("\n", "\r\n"))
    assert [piece.kind for piece in windows.pieces] == [
        piece.kind for piece in quotes.split(text).pieces
    ]


@pytest.mark.parametrize("lines", TRAPS, ids=[title for title, _ in TRAPS])
def test_a_letter_without_any_quotation_keeps_each_word_in_sight(
    lines: tuple[str, list[Line]],
) -> None:
    text = text_of(lines[1])
    assert quotes.split(text).own == text.strip()


def test_answers_between_quoted_lines_stay_in_order() -> None:
    split = quotes.split(
        "On 19/05/2026 12:30, Cosy wrote:\n> Which colour?\nGrey.\n> Which size?\nLarge.\n"
    )
    assert [(piece.kind.value, piece.text) for piece in split.pieces] == [
        ("quoted", "On 19/05/2026 12:30, Cosy wrote:\n> Which colour?\n"),
        ("own", "Grey.\n"),
        ("quoted", "> Which size?\n"),
        ("own", "Large.\n"),
    ]
    assert split.own == "Grey.\nLarge."
    assert split.quoted == (
        "On 19/05/2026 12:30, Cosy wrote:\n> Which colour?\n",
        "> Which size?\n",
    )


def test_a_passed_on_letter_is_content_and_not_the_senders_own_words() -> None:
    text = "Вот оно.\n\nОт: Склад <s@x.example>\nКому: Анна\nТема: Сроки\n\nДва дня.\n"
    folded, passed_on = quotes.split(text), quotes.split(text, forwarded=True)
    assert (folded.own, folded.shown) == ("Вот оно.", "Вот оно.")
    assert (passed_on.own, passed_on.shown) == ("Вот оно.", text.strip())


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Fwd: Заказ", True),
        ("FW: Order", True),
        ("Re: Fwd: Order", True),
        ("Пересл.: Заказ", True),
        ("Pārs.: Pasūtījums", True),
        ("Re: Order", False),
        ("Forward my parcel", False),
        ("Перенос доставки: когда?", False),
    ],
)
def test_a_forward_is_known_by_its_subject(subject: str, expected: bool) -> None:
    assert quotes.is_forward(subject) is expected


PARTS = st.sampled_from(
    [text for fixtures in (*REPLIES.values(), TRAPS) for _, lines in fixtures for _, text in lines]
)


@settings(deadline=None)
@given(st.lists(st.one_of(PARTS, st.text(max_size=40)), max_size=30), st.booleans())
def test_nothing_of_a_letter_is_ever_lost(lines: list[str], forwarded: bool) -> None:
    text = "\n".join(lines)
    split = quotes.split(text, forwarded=forwarded)
    assert "".join(piece.text for piece in split.pieces) == text


SHAPES = [
    "> ",
    ">",
    "\n",
    "> \n\n\n",
    "From: a@b.example\n",
    "От: 19 мая 2026\n",
    "On Tue, May 19, 2026\n",
    "19.05.2026, 12:30, X <\n",
    "X <a@b.example> wrote:\n",
    "_" * 10 + "\n",
    "-----Original\n",
    "С уважением,\n",
    "--\n",
    "\n\n\n\n\nX wrote:\n",
    ">> a\nb\n",
    "Ar cieņu\n\n",
    "Кому: а\n\n",
    "а:\n",
]


@pytest.mark.threat("T44")
@pytest.mark.parametrize("shape", SHAPES)
def test_the_work_grows_with_the_letter_and_not_faster(shape: str) -> None:
    def work(times: int) -> int:
        return quotes.split(shape * times).looks

    assert work(800) <= 2.05 * work(400) + 50
    assert work(1600) <= 2.05 * work(800) + 50
    assert work(1600) <= 40 * (shape.count("\n") * 1600 + 1)
