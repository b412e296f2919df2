"""A visitor of a shop and our agent talk: on the shop's page, live, without a reload."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chats import Chat, area, launcher, mine, say, unsent
from tests.parts.browser import axe

pytestmark = pytest.mark.browser
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8"
    b"\xcf\xc0\xf0\x1f\0\5\0\1\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


@pytest.mark.req("S-079")
@pytest.mark.req("S-713")
def test_one_click_and_the_first_words_reach_a_person_who_answers_by_name(chat: Chat) -> None:
    ilze = chat.enter()
    expect(area(ilze.page)).to_be_focused()
    say(ilze.page, "Labdien! Kur ir mans galds?")
    expect(mine(ilze.page)).to_have_text(["Labdien! Kur ir mans galds?"])
    expect(unsent(ilze.page)).to_have_count(0)

    chat.act("answer", "Galds ir noliktavā.\nSīkāk: https://liepa.example/galdi.")
    theirs = ilze.page.locator(".say:not(.mine)")
    expect(theirs.locator(".words")).to_contain_text("Galds ir noliktavā.")
    expect(theirs).to_contain_text("Marta")
    link = theirs.get_by_role("link")
    expect(link).to_have_attribute("href", "https://liepa.example/galdi")
    expect(link).to_have_attribute("rel", re.compile("noopener"))
    assert chat.act("kept") == ["Labdien! Kur ir mans galds?"]
    assert ilze.loads == 1


def test_the_talk_is_there_again_on_the_next_page_of_the_shop(chat: Chat) -> None:
    ilze = chat.enter()
    say(ilze.page, "Vai krēsls ir pieejams?")
    expect(mine(ilze.page)).to_have_text(["Vai krēsls ir pieejams?"])
    area(ilze.page).fill("Un vēl")

    ilze.page.goto("/strict")
    expect(mine(ilze.page)).to_have_text(["Vai krēsls ir pieejams?"])
    expect(area(ilze.page)).to_have_value("Un vēl")
    assert chat.act("kept") == ["Vai krēsls ir pieejams?"]


def test_an_answer_to_a_closed_window_is_counted_on_the_button(chat: Chat) -> None:
    ilze = chat.enter()
    say(ilze.page, "Vai krēsls ir pieejams?")
    expect(mine(ilze.page)).to_have_count(1)
    area(ilze.page).press("Escape")
    chat.act("answer", "Jā, trīs.")
    counted = ilze.page.get_by_role("button", name="Write to us. Unread messages: 1")
    expect(counted).to_be_visible()

    counted.click()
    expect(ilze.page.get_by_text("Jā, trīs.", exact=True)).to_be_visible()
    area(ilze.page).press("Escape")
    expect(ilze.page.get_by_role("button", name="Write to us", exact=True)).to_be_visible()


def test_an_answer_to_a_page_nobody_looks_at_is_counted_in_its_title(chat: Chat) -> None:
    ilze = chat.enter()
    page = ilze.page
    say(page, "Vai krēsls ir pieejams?")
    expect(mine(page)).to_have_count(1)
    look = """(away) => {
      Object.defineProperty(document, "hidden", { value: away, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(look, True)
    chat.act("answer", "Jā, trīs.")
    expect(page).to_have_title("(1) Liepa")
    page.evaluate(look, False)
    expect(page).to_have_title("Liepa")


def test_that_the_visitor_types_is_told_at_most_every_three_seconds(chat: Chat) -> None:
    ilze = chat.enter()
    page = ilze.page
    say(page, "Vai krēsls ir pieejams?")
    expect(mine(page)).to_have_count(1)
    told: list[str] = []
    page.on("request", lambda one: told.append(one.method) if "/typing" in one.url else None)
    with page.expect_response("**/typing") as answered:
        area(page).press_sequentially("Un vēl")
    assert answered.value.status == 204
    assert told.count("POST") == 1


@pytest.mark.req("AS-60")
def test_when_nobody_is_there_the_truth_is_told_and_an_address_can_be_left(chat: Chat) -> None:
    chat.act("go_home")
    ilze = chat.enter()
    page = ilze.page
    expect(page.get_by_text("Nobody is here now. We answer when we are back:")).to_be_visible()
    expect(page.get_by_text("Shall we answer by e-mail?")).to_be_hidden()
    say(page, "Vai krēsls ir pieejams?")
    expect(page.get_by_text("Shall we answer by e-mail?")).to_be_visible()
    expect(page.get_by_role("textbox", name="E-mail address")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("textbox", name="E-mail address").fill("ilze@example.lv")
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_role("status").filter(has_text="letter")).to_be_visible()
    expect(page.get_by_text("Shall we answer by e-mail?")).to_be_hidden()
    assert chat.act("letters_to") == ["ilze@example.lv"]


def test_a_picture_can_be_pasted(chat: Chat) -> None:
    ilze = chat.enter()
    page = ilze.page
    area(page).evaluate("""(area) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["x"], "bilde.png", { type: "image/png" }));
      area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }""")
    expect(page.get_by_role("button", name="Take out bilde.png")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("button", name="Open the picture bilde.png")).to_be_hidden()
    expect(page.get_by_role("button", name="Download bilde.png")).to_be_visible()
    assert chat.act("kept") == [""]


def test_a_matter_is_closed_by_the_visitors_own_yes(chat: Chat) -> None:
    ilze = chat.enter()
    say(ilze.page, "Vai krēsls ir pieejams?")
    expect(mine(ilze.page)).to_have_count(1)
    chat.act("answer", "Jā, trīs.")
    expect(ilze.page.get_by_text("Jā, trīs.", exact=True)).to_be_visible()
    chat.act("propose")
    ilze.page.get_by_role("button", name="Not yet").click()
    expect(ilze.page.get_by_text("What is still missing?")).to_be_visible()
    expect(ilze.page.get_by_role("button", name="Yes, close it")).to_be_hidden()
    assert chat.act("state") == "waiting_us"

    chat.act("answer", "Vai vēl kas?")
    expect(ilze.page.get_by_text("Vai vēl kas?", exact=True)).to_be_visible()
    chat.act("propose")
    ilze.page.get_by_role("button", name="Yes, close it").click()
    expect(ilze.page.get_by_text("The matter is closed.")).to_be_visible()
    assert chat.act("state") == "closed"


def test_pictures_and_papers_go_with_a_message_and_are_seen_again(chat: Chat) -> None:
    ilze = chat.enter()
    page = ilze.page
    files = [
        {"name": "galds.png", "mimeType": "image/png", "buffer": PNG},
        {"name": "rēķins.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 canary"},
    ]
    page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type] # as it says
    expect(page.locator(".chip")).to_have_count(2)
    say(page, "Te ir bilde.")
    expect(mine(page)).to_have_text(["Te ir bilde."])
    picture = page.get_by_role("button", name="Open the picture galds.png")
    expect(picture.locator("img")).to_have_js_property("naturalWidth", 1)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Download rēķins.pdf").click()
    assert saving.value.path().read_bytes() == b"%PDF-1.4 canary"
    assert saving.value.suggested_filename == "rēķins.pdf"


def test_what_is_too_long_or_too_large_is_told_before_it_is_sent(chat: Chat) -> None:
    ilze = chat.enter()
    page = ilze.page
    say(page, "x" * 4001)
    expect(page.get_by_role("alert")).to_contain_text("longer than 4000 characters")
    expect(page.get_by_text("4001 / 4000")).to_be_visible()
    expect(area(page)).to_have_value("x" * 4001)
    assert chat.act("kept") == []


@pytest.mark.parametrize(
    ("language", "label"), [("ru", "Напишите нам"), ("lv", "Rakstiet mums"), ("en", "Write to us")]
)
def test_the_chat_speaks_the_language_of_the_page(chat: Chat, language: str, label: str) -> None:
    ilze = chat.enter(f"/?language={language}", opens=False)
    expect(ilze.page.get_by_role("button", name=label)).to_be_visible()
    expect(launcher(ilze.page)).to_have_count(int(language == "en"))
