"""The browser's side of live: a page changes by itself, in every tab, and after a break."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.parts.browser import Visitor
from tests.serving.served import Served, until

pytestmark = pytest.mark.browser
Visitors = Callable[..., Visitor]


def watch(visitor: Visitor, number: int) -> Page:
    page = visitor.page if visitor.page.url == "about:blank" else visitor.context.new_page()
    page.goto(f"/test/watched?number={number}")
    # Without a position of the server's the page asks once when its stream opens.
    expect(page.get_by_role("status")).to_have_text("0 facts")
    return page


def streams(context: BrowserContext) -> list[str]:
    """Addresses of the streams that a context asks for from now on."""
    asked: list[str] = []
    context.on(
        "request", lambda request: asked.append(request.url) if "/live" in request.url else None
    )
    return asked


def test_a_change_elsewhere_is_shown_without_a_reload(server: Served, visitors: Visitors) -> None:
    marta = visitors("marta", base_url=server.url)
    page = watch(marta, 1001)
    server.get("/test/publish", fact="tags", id="1001")
    expect(page.get_by_role("status")).to_have_text("1 facts")
    expect(page.locator("body")).to_have_class("is-live")


def test_tabs_share_one_stream_and_the_next_takes_over(server: Served, visitors: Visitors) -> None:
    marta = visitors("marta", base_url=server.url)
    asked = streams(marta.context)
    first = watch(marta, 1011)
    second = watch(marta, 1012)
    third = watch(marta, 1012)
    count = len(asked)
    server.get("/test/publish", fact="tags", id="1012")
    expect(second.get_by_role("status")).to_have_text("1 facts")
    expect(third.get_by_role("status")).to_have_text("1 facts")
    expect(first.get_by_role("status")).to_have_text("0 facts")
    assert len(asked) == count
    first.close()
    until(lambda: len(asked) > count or _turn(second), what="the next stream")
    server.get("/test/publish", fact="tags", id="1012")
    expect(second.get_by_role("status")).to_have_text("2 facts")
    expect(third.get_by_role("status")).to_have_text("2 facts")
    assert not any("ticket=" in address or "?" in address for address in asked)


def _turn(page: Page) -> bool:
    """Playwright hears of requests only while it is asked something."""
    page.title()
    return False


def test_after_a_restart_of_the_server_the_page_shows_what_it_missed(
    data: Path, visitors: Visitors
) -> None:
    with Served(data) as server:
        marta = visitors("marta", base_url=server.url)
        marta.allow(r"ERR_|Failed to load resource|fetch")
        page = watch(marta, 5)
        server.get("/test/publish", fact="tags", id="5")
        expect(page.get_by_role("status")).to_have_text("1 facts")
        server.stop()
        expect(page.locator("body")).to_have_class("is-offline", timeout=20_000)
        server.start()
        server.get("/test/publish", fact="tags", id="5")
        expect(page.get_by_role("status")).to_have_text("2 facts", timeout=40_000)
        expect(page.locator("body")).to_have_class("is-live")


def test_where_streams_are_blocked_the_page_asks_politely(
    server: Served, visitors: Visitors
) -> None:
    marta = visitors("marta", base_url=server.url)
    marta.allow(r"ERR_|Failed to load resource")
    marta.context.route("**/live", lambda route: route.abort())
    marta.page.goto("/test/watched?number=1021")
    server.get("/test/publish", fact="tags", id="1021")
    expect(marta.page.get_by_role("status")).to_have_text("1 facts", timeout=20_000)
    server.get("/test/publish", fact="tags", id="1021")
    expect(marta.page.get_by_role("status")).to_have_text("2 facts", timeout=20_000)
    expect(marta.page.locator("body")).to_have_class("")
