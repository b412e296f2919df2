"""Many tabs of one browser, and networks that let no stream through."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chats import Chat, mine, say

pytestmark = pytest.mark.browser
LIVE = re.compile("is-live")


@pytest.mark.timeout(300)
def test_twelve_tabs_are_live_by_one_stream(chat: Chat) -> None:
    ilze = chat.enter()
    say(ilze.page, "Labdien!")
    expect(mine(ilze.page)).to_have_count(1)
    chat.act("take")
    address = f"/conversations/{chat.act('ref')}/"
    marta = chat.desk.enter("marta", traced=False)
    opened: list[str] = []
    marta.context.on("request", lambda asked: opened.append(asked.url))
    pages = [marta.page, *(marta.context.new_page() for _ in range(11))]
    for page in pages:
        page.goto(address)
    for page in pages:
        expect(page.locator("body")).to_have_class(LIVE, timeout=30_000)
    before = sum(url.endswith("/live") for url in opened)

    say(ilze.page, "Kur ir mans galds?")
    for page in pages:
        shown = page.locator(".thread").get_by_text("Kur ir mans galds?")
        expect(shown).to_be_visible(timeout=30_000)
    pages[0].close()  # perhaps it kept the stream: then another takes it over
    say(ilze.page, "Numurs 1042.")
    for page in pages[1:]:
        expect(page.locator(".thread").get_by_text("Numurs 1042.")).to_be_visible(timeout=30_000)
    assert marta.loads == 12
    assert before <= 3  # while tabs come together it is opened anew for their topics


def test_where_streams_are_blocked_the_page_asks_politely(chat: Chat) -> None:
    ilze = chat.enter()
    say(ilze.page, "Labdien!")
    expect(mine(ilze.page)).to_have_count(1)
    chat.act("take")
    marta = chat.desk.enter("marta")
    marta.allow("ERR_FAILED")
    marta.context.route(re.compile(r"/live$"), _blocked)
    marta.page.goto(f"/conversations/{chat.act('ref')}/")
    say(ilze.page, "Kur ir mans galds?")
    shown = marta.page.locator(".thread").get_by_text("Kur ir mans galds?")
    expect(shown).to_be_visible(timeout=30_000)
    expect(marta.page.locator("body")).not_to_have_class(re.compile("is-offline|is-live"))
    assert marta.loads == 1


def _blocked(route: Route) -> None:
    route.abort()
