"""The leader's board and the customer's cabinet in a real browser: by the keyboard, without a
script, on a phone; with nobody stumbling.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chats import Chat
from tests.parts.browser import DESKTOP, PHONE, Visitor, axe

pytestmark = pytest.mark.browser
TABS = 60


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on by the tabulator until the focus is there."""
    for _press in range(TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached by {TABS} presses")


def figure(page: Page, name: str) -> Locator:
    group = page.get_by_role("region", name="Riga", exact=True)
    return group.locator(".figures > div").filter(has_text=name).locator("dd")


@pytest.mark.req("S-110")
def test_a_leader_sees_what_waits_as_it_comes_and_goes_on_by_the_keyboard(chat: Chat) -> None:
    kira = chat.desk.enter("kira")
    page = kira.page
    page.goto("/board/")
    expect(page.locator("body.is-live")).to_be_visible()
    expect(figure(page, "nobody's")).to_have_text("0")
    chat.desk.letter()
    expect(figure(page, "nobody's")).to_have_text("1", timeout=15_000)
    assert kira.loads == 1
    assert axe(page) == []

    tab_to(page, page.get_by_role("link", name="Marta Ozola"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Marta Ozola", level=1)).to_be_visible()
    assert axe(page) == []
    tab_to(page, page.get_by_role("button", name="Keep"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Now", level=1)).to_be_visible()


def asked(chat: Chat, **how: object) -> Visitor:
    """Ilze wrote a letter, was answered, was asked whether it may be closed, and is signed in."""
    chat.desk.letter()
    chat.act("take")
    chat.act("answer", "Galds būs rīt.")
    chat.act("propose")
    cookies = {"zabota_my": str(chat.act("cabinet")), "zabota_language": "en"}
    address = chat.desk.server.url
    return chat.desk.visitors("ilze", base_url=address, cookies=cookies, **how)


@pytest.mark.req("S-712")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_customer_agrees_to_close_in_her_cabinet_by_the_keyboard(
    chat: Chat, size: tuple[int, int]
) -> None:
    page = asked(chat, size=size).page
    page.goto("/my/")
    assert axe(page) == []
    tab_to(page, page.get_by_role("link", name="Answer", exact=True))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Yes, close it"))
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_text("The matter is closed, with your consent")).to_be_visible()
    assert chat.act("state") == "closed"


def test_without_scripts_she_says_what_is_missing_and_leaves_everywhere(chat: Chat) -> None:
    page = asked(chat, javascript=False).page
    page.goto("/my/")
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_text("Not yet", exact=True).click()
    page.get_by_label("What is missing?").fill("Trūkst kājas")
    page.get_by_role("button", name="Send, do not close").click()
    expect(page.get_by_text("The matter stays open")).to_be_visible()
    assert chat.act("state") == "waiting_us"
    page.get_by_role("button", name="Sign out everywhere").click()
    page.goto("/my/")
    expect(page).to_have_url(re.compile("/my/enter/$"))


@pytest.mark.req("S-690", "S-691")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_our_address_is_in_sight_on_each_page_without_scrolling_and_at_its_end(
    chat: Chat, size: tuple[int, int]
) -> None:
    page = asked(chat, size=size).page
    for path in ("/my/", "/my/data/", "/my/enter/", "/my/code/", "/write/liepa/"):
        page.goto(path)
        ours = page.locator("header.top").get_by_role("link", name="help@liepa.example")
        expect(ours).to_be_in_viewport(ratio=1)
        below = page.locator("footer").get_by_role("link", name="help@liepa.example")
        expect(below).to_have_attribute("href", "mailto:help@liepa.example")
