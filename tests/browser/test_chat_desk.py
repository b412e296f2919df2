"""Our side of a chat: who is there and writes, many chats at once, words never lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.chats import Chat, area, mine, say
from tests.parts.browser import Visitor, axe

pytestmark = pytest.mark.browser


def ours(page: Page) -> Locator:
    return page.locator(".message.is-ours .body > p")


def enter(chat: Chat, name: str) -> Visitor:
    """One of us opens the newest conversation."""
    person = chat.desk.enter(name)
    person.page.goto(f"/conversations/{chat.act('ref')}/")
    expect(person.page.locator("body")).to_have_class(re.compile("is-live"))
    return person


@pytest.fixture
def asked(chat: Chat) -> Visitor:
    """Ilze has asked, and Marta has taken it."""
    ilze = chat.enter()
    say(ilze.page, "Labdien! Kur ir mans galds?")
    expect(mine(ilze.page)).to_have_count(1)
    chat.act("take")
    return ilze


@pytest.mark.req("S-079", "S-071")
def test_both_sides_see_who_is_there_who_writes_and_what_was_read(
    chat: Chat, asked: Visitor
) -> None:
    marta = enter(chat, "marta")
    line = marta.page.locator("#visitor")
    expect(line.get_by_text("The visitor is here")).to_be_visible()
    expect(line.get_by_role("link")).to_have_text(re.compile(r"^127\.0\.0\.1:\d+$"))
    expect(asked.page.get_by_text("Marta Ozola is here")).to_be_visible()
    height = line.bounding_box()

    area(asked.page).press_sequentially("Un vēl")
    expect(line.get_by_role("status").first).to_contain_text("is writing")
    assert line.bounding_box() == height
    marta.page.get_by_role("textbox", name="Text", exact=True).press_sequentially("Labdien!")
    expect(asked.page.get_by_text(re.compile("is writing"))).to_be_visible()

    marta.page.keyboard.press("Enter")
    expect(asked.page.get_by_text("Labdien!", exact=True)).to_be_visible()
    expect(marta.page.locator(".message .read")).to_have_class(re.compile("is-read"))
    assert axe(marta.page) == []
    assert (marta.loads, asked.loads) == (1, 1)


def test_enter_sends_and_what_is_typed_meanwhile_is_the_next_message(
    chat: Chat, asked: Visitor
) -> None:
    marta = enter(chat, "marta")
    text = marta.page.get_by_role("textbox", name="Text", exact=True)
    text.press_sequentially("Labdien!")
    text.press("Shift+Enter")
    text.press_sequentially("Skatos.")
    text.press("Enter")
    text.press_sequentially("Mirkli")
    text.press("Enter")
    text.press_sequentially("Atradu")
    theirs = asked.page.locator(".say:not(.mine) .words")
    expect(theirs).to_have_text(["Labdien!\nSkatos.", "Mirkli"], use_inner_text=True)
    expect(text).to_have_value("Atradu")
    expect(text).to_be_focused()
    say(asked.page, "Paldies!")
    expect(marta.page.get_by_text("Paldies!")).to_be_visible()
    expect(text).to_have_value("Atradu")
    expect(ours(marta.page)).to_have_text(["Labdien!\nSkatos.", "Mirkli"], use_inner_text=True)

    marta.page.get_by_label("Enter sends").uncheck()
    text.press("Enter")
    expect(text).to_have_value("Atradu\n")
    assert marta.loads == 1


def test_words_that_did_not_get_through_are_in_the_field_again(chat: Chat, asked: Visitor) -> None:
    marta = enter(chat, "marta")
    marta.allow("ERR_FAILED|sendError")
    text = marta.page.get_by_role("textbox", name="Text", exact=True)
    text.fill("Labdien! Galds ir ceļā.")
    marta.page.route("**/write/", lambda route: route.abort())
    text.press("Enter")
    expect(marta.page.get_by_text("The server cannot be reached.")).to_be_visible()
    expect(text).to_have_value("Labdien! Galds ir ceļā.")
    marta.page.unroute("**/write/")
    text.press("Enter")
    expect(asked.page.get_by_text("Labdien! Galds ir ceļā.", exact=True)).to_be_visible()
    expect(text).to_have_value("")
    expect(ours(marta.page)).to_have_text(["Labdien! Galds ir ceļā."])


def test_an_act_that_is_pressed_while_words_leave_is_done_after_them(
    chat: Chat, asked: Visitor
) -> None:
    marta = enter(chat, "marta")
    held: list[Route] = []
    marta.page.route("**/write/", lambda route: held.append(route))  # noqa: PLW0108  it is given marks
    text = marta.page.get_by_role("textbox", name="Text", exact=True)
    text.fill("Labdien! Galds ir ceļā.")
    text.press("Enter")
    expect(text).to_have_value("")
    marta.page.get_by_role("button", name="Propose to close").click()
    say(asked.page, "Paldies!")  # a hint comes while both wait
    expect(mine(asked.page)).to_have_count(2)
    held[0].continue_()
    expect(asked.page.get_by_role("button", name="Yes, close it")).to_be_visible()
    expect(text).to_have_value("")
    expect(ours(marta.page)).to_have_text([re.compile("Galds ir ceļā"), re.compile(".+")])
    expect(marta.page.locator(".thread").get_by_text("Paldies!")).to_have_count(1)


@pytest.mark.req("S-099")
def test_a_colleague_is_seen_writing_before_two_answers_leave(chat: Chat, asked: Visitor) -> None:
    marta, janis = enter(chat, "marta"), enter(chat, "janis")
    expect(marta.page.locator("#here")).to_contain_text("Jānis")
    janis.page.get_by_role("textbox", name="Text", exact=True).press_sequentially("Es zinu")
    expect(marta.page.get_by_text(re.compile("Jānis.* is writing here"))).to_be_visible()


def test_chats_stand_side_by_side_and_a_key_leads_to_the_next(chat: Chat, asked: Visitor) -> None:
    first = chat.act("ref")
    irina = chat.enter()
    say(irina.page, "Vai krēsls ir pieejams?")
    expect(mine(irina.page)).to_have_count(1)
    chat.act("take")
    marta = enter(chat, "marta")
    tabs = marta.page.get_by_role("navigation", name="My chats").get_by_role("link")
    expect(tabs).to_have_count(2)
    expect(tabs.nth(1)).to_have_attribute("aria-current", "true")
    expect(marta.page).to_have_title(re.compile(r"^\(1\) "))

    text = marta.page.get_by_role("textbox", name="Text", exact=True)
    text.press_sequentially("Labdien! Trīs")
    text.press("Alt+[")
    expect(marta.page).to_have_url(re.compile(str(first)))
    expect(marta.page).to_have_title(re.compile(r"^[^(]"))
    say(irina.page, "Man vajag divus.")
    expect(tabs.nth(1)).to_have_class(re.compile("is-new"))
    expect(marta.page).to_have_title(re.compile(r"^\(1\) "))
    marta.page.keyboard.press("]")
    expect(marta.page.get_by_text("Man vajag divus.")).to_be_visible()
    expect(text).to_have_value("Labdien! Trīs")


@pytest.mark.req("S-079", "AS-60")
def test_the_way_of_a_reply_is_told_when_the_visitor_has_left(chat: Chat, asked: Visitor) -> None:
    marta = enter(chat, "marta")
    expect(marta.page.get_by_text("Is read at once, in the chat")).to_be_visible()
    asked.page.close()
    expect(marta.page.get_by_text(re.compile("The visitor has left"))).to_be_visible()
    expect(marta.page.get_by_text("Waits in the chat until the visitor is back")).to_be_visible()
