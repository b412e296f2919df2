"""The desk in a real browser: what comes by itself, by the keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.parts.browser import PHONE, axe

pytestmark = pytest.mark.browser


def test_letters_appear_while_an_agent_looks_and_no_typed_word_is_lost(desk: Desk) -> None:
    marta = desk.enter("marta")
    marta.page.goto("/inbox/unassigned/")
    expect(marta.page.get_by_text("Everything is taken").first).to_be_visible()
    ref, name = desk.letter(subject="Terases galds", text="Kur ir mans galds?")
    row = marta.page.get_by_role("link", name=re.compile("Terases galds"))
    expect(row).to_be_visible()
    assert marta.loads == 1

    row.click()
    marta.page.get_by_role("textbox", name="Text").fill("Labdien, Ilze!")
    desk.letter(subject="Re: Terases galds", text="Un krēsls?", references=(name,))
    expect(marta.page.get_by_text("Un krēsls?", exact=True)).to_be_visible()
    expect(marta.page.get_by_role("textbox", name="Text")).to_have_value("Labdien, Ilze!")
    assert marta.page.url.split("?")[0].endswith(f"/conversations/{ref}/")
    assert marta.loads == 2


def test_an_agent_answers_and_takes_it_back_by_the_keyboard_while_a_colleague_sees_it(
    desk: Desk,
) -> None:
    ref, _name = desk.letter()
    marta, janis = desk.enter("marta"), desk.enter("janis")
    for visitor in (marta, janis):
        visitor.page.goto(f"/conversations/{ref}/")
        expect(visitor.page.locator("body.is-live")).to_be_visible()
    expect(janis.page.get_by_text("Marta Ozola is reading this")).to_be_visible()
    page = marta.page
    page.keyboard.press("r")
    page.keyboard.type("The table comes tomorrow.")
    page.keyboard.press("Control+Enter")
    sent = page.get_by_role("article", name="Our reply, Marta Ozola")
    expect(sent).to_contain_text("The table comes tomorrow.")
    expect(page.get_by_role("textbox", name="Text")).to_have_value("")
    expect(janis.page.get_by_role("article", name="Our reply, Marta Ozola")).to_be_visible()

    page.get_by_role("heading", name="Terases galds").click()
    page.keyboard.press("z")
    expect(sent).to_have_count(0)
    expect(page.get_by_text("The reply leaves in 10 seconds.")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Text")).to_have_value("The table comes tomorrow.")
    expect(janis.page.get_by_role("article", name="Our reply, Marta Ozola")).to_have_count(0)
    assert (marta.loads, janis.loads) == (1, 1)


def test_a_reply_that_the_server_did_not_get_is_told_and_stays(desk: Desk) -> None:
    ref, _name = desk.letter()
    marta = desk.enter("marta")
    marta.allow(r"ERR_|Failed to load resource|htmx:|fetch")
    page = marta.page
    page.goto(f"/conversations/{ref}/")
    page.get_by_role("textbox", name="Text").fill("The table comes tomorrow.")
    desk.server.terminate()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The server cannot be reached.").first).to_be_visible()
    expect(page.get_by_role("textbox", name="Text")).to_have_value("The table comes tomorrow.")


def test_the_keys_are_listed_and_the_palette_finds_an_act(desk: Desk) -> None:
    ref, _name = desk.letter()
    page = desk.enter("marta").page
    page.goto(f"/conversations/{ref}/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    for act in ("Take it", "Hand over", "Propose to close", "Reply", "Note for us", "Find"):
        expect(keys).to_contain_text(act)
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_text("The conversation is yours.")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("hand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hand over")).to_be_visible()


def test_everything_is_done_without_scripts(desk: Desk) -> None:
    ref, _name = desk.letter()
    page = desk.enter("marta", javascript=False).page
    page.goto("/inbox/unassigned/")
    page.get_by_role("link", name=re.compile("Terases galds")).first.click()
    page.get_by_role("textbox", name="Text").fill("The table comes tomorrow.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The reply leaves in 10 seconds.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("textbox", name="Text")).to_have_value("The table comes tomorrow.")
    page.get_by_role("link", name="Hand over").click()
    page.get_by_label("To whom").select_option(label="Jānis Liepiņš")
    page.get_by_label("The next step").fill("Name the day")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("The conversation is handed over.")).to_be_visible()
    assert page.url.endswith(f"/conversations/{ref}/")


@pytest.mark.parametrize("phone", [False, True])
def test_the_main_pages_are_open_to_every_reader(desk: Desk, phone: bool) -> None:
    ref, _name = desk.letter()
    visitor = desk.enter("marta", size=PHONE) if phone else desk.enter("marta")
    page = visitor.page
    found = []
    for address in (
        "/inbox/unassigned/",
        "/inbox/mine/",
        f"/conversations/{ref}/",
        f"/conversations/{ref}/hand-over/",
        "/search/?q=galds",
        "/unreadable/",
        "/own/",
        "/account/2fa/",
    ):
        page.goto(address)
        found += [f"{address}: {fault}" for fault in axe(page)]
    assert found == []


def test_a_refresh_that_gives_way_to_an_act_is_no_error(desk: Desk) -> None:
    """What is new is still being asked for when she presses a button: the press goes first."""
    ref, name = desk.letter()
    marta = desk.enter("marta")
    page = marta.page
    page.goto(f"/conversations/{ref}/")
    expect(page.locator("body.is-live")).to_be_visible()
    page.route(
        re.compile(r"/conversations/\w+/\?.*seen="), lambda _route: None
    )  # it takes its time
    with page.expect_request(re.compile("seen=")) as refresh:
        desk.letter(subject="Re: Terases galds", text="Un krēsls?", references=(name,))
    with page.expect_event("requestfailed", lambda request: request == refresh.value):
        page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("The conversation is yours.")).to_be_visible()
    expect(page.get_by_text("Un krēsls?", exact=True)).to_be_visible()
    assert marta.loads == 1
    # Nothing was written into the console: the visitor's end says so.
