"""The values hold what the rules promise: contrast, one dark palette, colours from tokens."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[1] / "static" / "design"
TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "design"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
PAIR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6}|rgb[^;]+|[^;]+);")

TEXT = 4.5
MARK = 3.0
GROUNDS = ("paper", "surface", "band")
READ = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3", "accent") for ground in GROUNDS),
    *((ink, "sunken", TEXT) for ink in ("ink", "ink-2", "ink-3")),
    ("accent", "accent-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-mine", "mine", TEXT),
    ("ink", "ours", TEXT),
    ("ink-3", "ours", TEXT),
    ("surface", "ink", TEXT),
    *((state, ground, TEXT) for state in ("kept", "risk", "broken") for ground in GROUNDS),
    *((state, f"{state}-soft", TEXT) for state in ("kept", "risk", "broken")),
    ("ink", "risk-soft", TEXT),
    ("ink-2", "risk-soft", TEXT),
    *((f"{state}-mark", "surface", MARK) for state in ("kept", "risk", "broken")),
    ("field-line", "surface", MARK),
]  # fmt: skip


def block(opening: str) -> dict[str, str]:
    start = TOKENS.index(opening)
    return dict(PAIR.findall(TOKENS[start : TOKENS.index("}", start)]))


LIGHT = block(':root, [data-theme="light"] {')
DARK = block('[data-theme="dark"] {')


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("over", "under", "least"), READ)
def test_what_is_read_stands_out_from_its_ground(
    palette: dict[str, str], over: str, under: str, least: float
) -> None:
    assert contrast(palette[over], palette[under]) >= least


def test_dark_is_the_same_by_the_systems_wish_and_by_the_readers() -> None:
    assert block(':root:not([data-theme="light"]) {') == DARK


def test_dark_answers_for_every_colour_of_light() -> None:
    assert set(DARK) == set(LIGHT)


def test_parts_take_their_colours_from_the_tokens() -> None:
    colour = re.compile(r"#[0-9a-f]{3,8}\b|\brgb\(", re.IGNORECASE)
    # A letter's own page is white in any theme, paper is black on white, a shadow has no role.
    allowed = {"thread.css": 1, "composer.css": 1, "print.css": 2, "original.css": 2}
    found = {
        path.name: count
        for path in STATIC.glob("*.css")
        if path.name != "tokens.css"
        and (count := len(colour.findall(path.read_text(encoding="utf-8"))))
    }
    assert found == allowed


def test_every_stylesheet_is_listed_once() -> None:
    listed = re.findall(r'@import url\("([\w.]+)"\)', (STATIC / "design.css").read_text())
    files = sorted(
        path.name
        for path in STATIC.glob("*.css")
        if path.name not in ("design.css", "original.css")
    )
    assert sorted(listed) == files


def test_every_used_token_exists() -> None:
    known = set(re.findall(r"--([\w-]+):", "".join(_css())))
    used = set(re.findall(r"var\(--([\w-]+)", "".join(_css())))
    assert used - known == set()


def test_a_behaviour_fits_on_a_screen_and_stands_in_the_list() -> None:
    elements = sorted((STATIC / "elements").glob("x-*.js"))
    assert {
        path.name: lines
        for path in elements
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 100
    } == {}
    listed = re.findall(r'import "./(x-[\w-]+\.js)"', (STATIC / "elements" / "all.js").read_text())
    assert listed == [path.name for path in elements]


def contrast(one: str, other: str) -> float:
    """The contrast of two opaque colours (WCAG 2.2, 1.4.3)."""
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _css() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in STATIC.glob("*.css")]
