"""The shop's page and the chat: neither harms the other, and nothing of the visitor leaks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chats import Chat, area, launcher, mine, say
from tests.parts.browser import PHONE, axe

pytestmark = pytest.mark.browser


@pytest.mark.threat("T29")
@pytest.mark.threat("T30")
def test_on_a_site_that_is_not_listed_nothing_works_and_the_page_is_unharmed(chat: Chat) -> None:
    ilze = chat.desk.visitors("ilze", base_url=chat.site.stranger)
    ilze.allow("CORS|403|ERR_FAILED")
    page = ilze.page
    with page.expect_event("requestfailed", lambda one: one.url.endswith("/hello")):
        page.goto("/")
    page.get_by_role("button", name="Buy").click()
    expect(launcher(page)).to_have_count(0)
    assert page.locator("zabota-chat").count() == 0
    assert chat.act("kept") == []


@pytest.mark.threat("T28")
def test_the_visitors_token_stands_in_no_address_and_no_log(chat: Chat) -> None:
    ilze = chat.enter(opens=False)
    asked: list[str] = []
    ilze.context.on("request", lambda one: asked.append(one.url + one.headers.get("referer", "")))
    ilze.page.reload()
    launcher(ilze.page).click()
    say(ilze.page, "Vai ir?")
    expect(mine(ilze.page)).to_have_count(1)
    chat.act("answer", "Ir!")
    expect(ilze.page.get_by_text("Ir!", exact=True)).to_be_visible()

    token = ilze.page.evaluate("JSON.parse(localStorage.getItem('zabota.liepa.token'))")
    assert len(token) > 40
    assert len(asked) > 6
    assert [address for address in asked if token in address or "token" in address] == []
    assert token not in chat.desk.server.log
    assert ilze.context.cookies() == []


def test_a_page_with_a_narrow_content_policy_shows_the_chat(chat: Chat) -> None:
    ilze = chat.enter("/strict")
    say(ilze.page, "Vai ir?")
    expect(mine(ilze.page)).to_have_text(["Vai ir?"])


def test_a_page_whose_styles_and_keys_spoil_everything_does_not_spoil_the_chat(chat: Chat) -> None:
    ilze = chat.enter("/hostile", opens=False)
    page = ilze.page
    names = ["fontSize", "opacity", "transform", "position", "color"]
    look = f"(node) => {names}.map((name) => getComputedStyle(node)[name])"
    plain = ["16px", "1", "none", "fixed", "rgb(255, 255, 255)"]
    assert launcher(page).evaluate(look) == plain
    launcher(page).click()
    say(page, "Vai ir?")
    expect(mine(page)).to_have_text(["Vai ir?"])
    assert page.evaluate("window.pressed") == []


def test_the_page_gets_one_new_name_and_no_styles(chat: Chat) -> None:
    ilze = chat.enter(opens=False)
    page = ilze.page
    expect(launcher(page)).to_be_visible()
    bare = chat.desk.visitors("anna", base_url=chat.site.url)
    bare.allow("ERR_FAILED")
    bare.page.route("**/chat.js", lambda route: route.abort())
    bare.page.goto("/")
    names = "Object.getOwnPropertyNames(window).filter((name) => !name.includes('playwright'))"
    assert set(page.evaluate(names)) - set(bare.page.evaluate(names)) == {"Zabota"}
    font = "getComputedStyle(document.querySelector('#buy')).font + document.styleSheets.length"
    assert page.evaluate(font) == bare.page.evaluate(font)

    page.evaluate("Zabota.open()")
    expect(area(page)).to_be_focused()
    page.evaluate("Zabota.toggle()")
    expect(launcher(page)).to_be_visible()


def test_everything_is_done_by_the_keyboard_and_escape_gives_the_focus_back(chat: Chat) -> None:
    ilze = chat.enter(opens=False)
    page = ilze.page
    expect(launcher(page)).to_be_visible()
    page.get_by_role("button", name="Buy").focus()
    page.keyboard.press("Tab")
    expect(launcher(page)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Vai ir?")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Un kur?")
    page.keyboard.press("Enter")
    expect(mine(page)).to_have_text(["Vai ir?\nUn kur?"], use_inner_text=True)
    expect(area(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()


def test_on_a_phone_it_is_the_whole_screen_and_keeps_the_focus(chat: Chat) -> None:
    ilze = chat.enter(size=PHONE)
    page = ilze.page
    dialog = page.get_by_role("dialog")
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
    expect(dialog).to_have_attribute("aria-modal", "true")
    expect(dialog).to_be_focused()
    for _press in range(8):
        page.keyboard.press("Tab")
        assert _is_inside(page)
    page.keyboard.press("Shift+Tab")
    assert _is_inside(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), PHONE, (720, 450)], ids=["desk", "phone", "zoomed"])
def test_nobody_stumbles_over_the_chat(chat: Chat, size: tuple[int, int], dark: bool) -> None:
    ilze = chat.enter(size=size, dark=dark, opens=False)
    expect(launcher(ilze.page)).to_be_visible()
    found = axe(ilze.page)
    launcher(ilze.page).click()
    found += axe(ilze.page)
    say(ilze.page, "Vai ir? https://liepa.example/galds")
    expect(mine(ilze.page)).to_have_count(1)
    chat.act("answer", "Ir!")
    expect(ilze.page.get_by_text("Ir!", exact=True)).to_be_visible()
    chat.act("propose")
    expect(ilze.page.get_by_role("button", name="Not yet")).to_be_visible()
    assert found + axe(ilze.page) == []


def _is_inside(page: Page) -> bool:
    return bool(page.evaluate("document.activeElement.localName === 'zabota-chat'"))
