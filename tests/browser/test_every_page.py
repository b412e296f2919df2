"""Every main page in three languages, at two widths, light and dark: nothing cut, nothing left in
English, nothing that the browser or a reader of another sense stumbles over.
"""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.browser.house import House
from tests.parts.browser import DESKTOP, PHONE, Visitor, axe
from tests.parts.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

LANGUAGES = ("ru", "lv", "en")
# Words that stand in almost every English sentence, and in no Latvian one.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|for|with|your|you|this|that|was|not|from|what|who|nobody|nothing)\b",
    re.IGNORECASE,
)
# A key of ours instead of its words, or a place that was not filled in.
RAW = re.compile(r"\b[a-z]+_[a-z_]+\b|%\(|\{\{|\{%|\bNone\b")
# What a person reads or hears, without what is said to be in another language or code.
SAID = """
() => {
  const foreign = "script, style, code, pre, kbd, textarea, option, .languages, .field-help";
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.textContent.trim() && !node.parentElement.closest(foreign))
      said.push(node.textContent.trim());
  }
  for (const node of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (node.getAttribute(name) && !node.closest(foreign)) said.push(node.getAttribute(name));
  return [document.title, ...said];
}
"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_every_page_reads_well_in_each_language_width_and_look(
    server: Server, visitors: Callable[..., Visitor]
) -> None:
    house = House(server)
    found: list[str] = []
    for turn, language in enumerate(LANGUAGES):
        house.speak(language)
        pages = {
            who: _enter(house, visitors, who=who, language=language)
            for who in ("", "ilze", *house.keys)
        }
        for number, (who, path) in enumerate(house.paths()):
            page = pages[who]
            page.goto(path, wait_until="load")
            faults = _words(page, language) + _widths(page)
            look = _look(number, turn)
            faults += _axe(page, *look) if look else []
            found += [f"{language} {path}: {fault}" for fault in faults]
    assert found == []


def _look(number: int, turn: int) -> tuple[tuple[int, int], Literal["light", "dark"]] | None:
    """How axe looks at a page in a language: at each page twice, once in each width and in each
    look, and at neighbours in the other two ways; in one language it rests.
    """
    first = turn == number % 3
    if not first and turn != (number + 1) % 3:
        return None
    is_dark = first == (number % 2 == 0)
    return (DESKTOP if first else PHONE), ("dark" if is_dark else "light")


def _enter(house: House, visitors: Callable[..., Visitor], *, who: str, language: str) -> Page:
    cookies = {"zabota_language": language}
    if who == "ilze":
        cookies["zabota_my"] = house.cabinet
    elif who:
        cookies["zabota_session"] = house.keys[who]
    visitor = visitors(
        f"{who or 'stranger'}-{language}",
        base_url=house.server.url,
        language=language,
        cookies=cookies,
        traced=False,
    )
    visitor.allow(r"status of 404 .*/(nowhere|c/nobody)/")
    return visitor.page


def _words(page: Page, language: str) -> list[str]:
    said: list[str] = page.evaluate(SAID)
    patterns = [RAW] if language == "en" else [RAW, ENGLISH]
    return [f"says {text!r}" for text in said if any(one.search(text) for one in patterns)]


def _widths(page: Page) -> list[str]:
    """Whether anything reaches beyond the window, on a desk and on a phone."""
    faults = []
    for width, height in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        wider = page.evaluate(WIDER)
        faults += [f"is {wider} px wider than {width}"] if wider > 0 else []
    return faults


def _axe(page: Page, size: tuple[int, int], theme: Literal["light", "dark"]) -> list[str]:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme)
    return [f"{size[0]} {theme}: {fault}" for fault in axe(page)]
