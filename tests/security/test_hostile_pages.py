"""Everybody's pages of a house in which every text is hostile, in a real browser.

Letters with a payload in each field, every free text of every table, each page that can be opened:
nothing runs, nothing is asked from afar, and no policy had to hold anything back.
ZABOTA_STORM_CYCLES is how many such houses there are (40 at full size: each payload in each field).
"""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.parts.browser import Visitor
from tests.parts.server import Server
from tests.security import watching
from tests.security.doors import all_doors
from zabota.faces.web import acts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
TURNS = int(os.environ.get("ZABOTA_STORM_CYCLES", "1"))
LETTERS = 3
_FILL = "from tests.security import flood\nprint(json.dumps(flood.fill({turn}, {letters})))"
# Pages that end something for whoever looks, or are no pages.
_LEFT_OUT = {"account_logout", "web:act", "web:picture", "web:file", "web:ticket", "owner:facts"}
_HELD_BACK = """
addEventListener("securitypolicyviolation", event =>
  window.zabotaFired(`held back: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@pytest.mark.threat("T01", "T02", "T06")
@pytest.mark.fault("F48", "F49")
@pytest.mark.parametrize("turn", range(TURNS))
def test_no_page_runs_loads_or_needs_its_policy_whatever_anybody_wrote(
    turn: int, serve: Callable[..., Server], visitors: Callable[..., Visitor]
) -> None:
    server = serve()
    server.terminate()  # else it takes the letters in while the house is still being made
    house = server.python(_FILL.format(turn=turn, letters=LETTERS))
    assert isinstance(house, dict)
    server.start()
    wrong: list[str] = []
    shown = set()
    for person in ("agent", "leader", "owner", "customer"):
        cookies = {"zabota_session": house["keys"][person]} if person in house["keys"] else {}
        visitor = visitors(person, base_url=server.url, cookies=cookies)
        visitor.allow(r"status of 4\d\d")
        # What the sandbox of an original refuses is the hook of this test; that the letter in it
        # has nothing to refuse is proved where there is no sandbox (test_cleaned_letters.py).
        visitor.allow(r"^console: Blocked script execution in '[^']*/original/text/'")
        visitor.context.tracing.stop()
        visitor.context.tracing.start()
        visitor.context.add_init_script(_HELD_BACK)
        watch, asked = watching.watch(visitor), _asked(visitor.page)
        for address in _addresses(person, house):
            if house["mark"] in _open(visitor.page, address):
                shown.add((person, address.split("/")[1]))
            away = [url for url in asked if not url.startswith((server.url, "data:", "blob:"))]
            wrong += [f"{person} {address}: {what}" for what in (*watch.fired, *away)]
            watch.fired.clear()
            asked.clear()
    assert wrong == []
    assert shown >= {
        ("agent", "conversations"),
        ("agent", "inbox"),
        ("agent", "search"),
        ("leader", "conversations"),
        ("customer", "c"),
    }


def _open(page: Page, address: str) -> str:
    """Go there and read it; an address that is only for POST answers without a page."""
    try:
        answer = page.goto(address, wait_until="load")
        return answer.text() if answer is not None else ""
    except Error:
        return ""


def _asked(page: Page) -> list[str]:
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    return urls


def _addresses(person: str, house: Mapping[str, Any]) -> Iterator[str]:
    """What this person can open: every door, and the pages of each hostile letter."""
    if person == "customer":
        yield from (f"/c/{token}/" for token in house["tokens"])
        return
    values = {**house["values"], "token": "nowhere"}
    for door in all_doors():
        # Leaders see what agents see, and ask for more; owners have pages of their own.
        looks = person == "agent" or (person == "owner" and door.name.startswith("owner:"))
        if looks and door.name not in _LEFT_OUT and door.is_furnished(values):
            yield door.address(values)
    if person == "agent":
        yield from (f"/conversations/{ref}/" for ref in house["conversations"])
        yield from (f"/messages/{ref}/original/" for ref in house["messages"])
        yield from (f"/customers/{ref}/" for ref in house["customers"])
        yield from ("/search/?q=onerror", f"/search/?q={house['mark']}", "/inbox/unassigned/")
    if person == "leader":
        first = house["values"]["ref"]
        yield from (f"/conversations/{first}/{name}/" for name in acts.ACTS)
