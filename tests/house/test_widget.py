"""The chat's script on a shop's page: small, of today's browsers, in the colours of the house."""

import gzip
import re

import pytest

from tests.house.sources import ROOT
from zabota.faces.portal import script

BYTES = 15_000
TOKENS = ROOT / "zabota" / "faces" / "design" / "static" / "design" / "tokens.css"
SERVED = script.chat().decode()
COLOUR = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6}|rgb\([^)]*\))")
# What would break the shop's content policy, read the shop's messages, or run the visitor's words.
REFUSED = {
    "code from a text": r"\beval\b|new Function|setTimeout\(\s*[\"'`]",
    "HTML from a text": r"innerHTML|outerHTML|insertAdjacent|document\.write|DOMParser",
    "messages between windows": r"(?<!tabs)\.postMessage|addEventListener\(\"message\"",
    "a cookie": r"\bcookie\b",
    "an inline style": r"setAttribute\(\"style\"|h\(\"style\"|cssText",
}
# Syntax and functions younger than ES2020; a browser without them would show no chat at all.
YOUNGER = r"\?\?=|\|\|=|&&=|this\.#|\.at\(|\.replaceAll\(|Object\.hasOwn|static \{|\.findLast"


def test_it_is_small_as_it_is_served() -> None:
    assert len(gzip.compress(script.chat(), 9)) <= BYTES


def test_what_is_served_is_the_written_file_without_comments_and_margins() -> None:
    written = script.SOURCE.read_text("utf-8")
    code = [line.strip() for line in written.splitlines()]
    kept = SERVED.splitlines()
    left_out = [line for line in code if line and line not in set(kept)]
    assert all(line.startswith(("//", "/**", "*  ")) for line in left_out)
    assert [line for line in kept if line.startswith(("//", "/*"))] == []
    assert [line for line in kept if re.search(r"[;{}(),] // ", line)] == []


@pytest.mark.parametrize("what", REFUSED)
def test_it_can_neither_harm_the_page_nor_be_harmed(what: str) -> None:
    assert re.findall(REFUSED[what], SERVED) == []


def test_it_is_written_in_what_browsers_of_2020_know() -> None:
    assert re.findall(YOUNGER, SERVED) == []


@pytest.mark.parametrize("mark", [".z {", ".dark {"], ids=["light", "dark"])
def test_its_colours_are_those_of_the_house(mark: str) -> None:
    opening = ':root, [data-theme="light"] {' if mark == ".z {" else '[data-theme="dark"] {'
    tokens = TOKENS.read_text("utf-8")
    house = _colours(tokens[tokens.index(opening) :])
    ours = _colours(SERVED[SERVED.index(mark) :])
    assert ours == {name: house[name] for name in ours}
    assert len(ours) > 10


def _colours(text: str) -> dict[str, str]:
    return dict(COLOUR.findall(text[: text.index("}")]))
