"""What goes wrong between a visitor's browser and the house: nothing is lost, nothing is twice."""

import pytest
from playwright.sync_api import expect

from tests.browser.chats import NO_LINE, Chat, area, launcher, mine, say, unsent

pytestmark = pytest.mark.browser
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })"
NO_STORAGE = """
for (const area of ["localStorage", "sessionStorage"]) Object.defineProperty(window, area, {
  get() { throw new DOMException("forbidden", "SecurityError"); },
});
"""
A_YEAR_EARLY = "const now = Date.now; Date.now = () => now() - 365 * 86400_000;"


@pytest.mark.fault("F23")
@pytest.mark.fault("F08")
def test_what_is_written_without_a_line_is_shown_as_unsent_and_sent_once_in_order(
    chat: Chat,
) -> None:
    ilze = chat.enter()
    ilze.allow(NO_LINE)
    page = ilze.page
    say(page, "viens")
    expect(mine(page)).to_have_text(["viens"])
    ilze.context.set_offline(True)
    for word in ("divi", "trīs", "četri"):
        say(page, word)
    expect(unsent(page)).to_have_text(["divi", "trīs", "četri"])
    expect(page.get_by_text("Not sent yet. It will be sent when the connection")).to_have_count(3)

    ilze.context.set_offline(False)
    expect(mine(page)).to_have_text(["viens", "divi", "trīs", "četri"])
    expect(unsent(page)).to_have_count(0)
    assert chat.act("kept") == ["viens", "divi", "trīs", "četri"]


def test_an_unsent_message_can_be_taken_back(chat: Chat) -> None:
    ilze = chat.enter()
    ilze.allow(NO_LINE)
    page = ilze.page
    ilze.context.set_offline(True)
    say(page, "pārsteidzīgi")
    page.get_by_role("button", name="Take back").click()
    expect(area(page)).to_have_value("pārsteidzīgi")
    expect(unsent(page)).to_have_count(0)
    ilze.context.set_offline(False)
    say(page, "apdomīgi")
    expect(mine(page)).to_have_text(["apdomīgi"])
    assert chat.act("kept") == ["apdomīgi"]


@pytest.mark.fault("F03")
def test_a_server_that_dies_and_a_page_that_is_left_lose_no_message(chat: Chat) -> None:
    ilze = chat.enter()
    ilze.allow(NO_LINE)
    page = ilze.page
    say(page, "viens")
    expect(mine(page)).to_have_text(["viens"])
    chat.desk.server.kill()
    say(page, "divi")
    expect(page.get_by_text("Not sent yet.")).to_be_visible()
    page.goto("about:blank")

    chat.desk.server.start()
    page.goto("/")
    expect(mine(page)).to_have_text(["viens", "divi"])
    assert chat.act("kept") == ["viens", "divi"]


@pytest.mark.fault("F23")
@pytest.mark.parametrize("script", ["", NO_LOCKS], ids=["locks", "lease"])
def test_two_tabs_show_one_thread_and_send_nothing_twice(chat: Chat, script: str) -> None:
    ilze = chat.enter(opens=False)
    ilze.allow(NO_LINE)
    ilze.context.add_init_script(script)
    ilze.page.goto("/")
    launcher(ilze.page).click()
    other = ilze.context.new_page()
    other.goto("/")
    launcher(other).click()
    say(ilze.page, "pirmā")
    expect(mine(other)).to_have_text(["pirmā"])
    ilze.context.set_offline(True)
    for word in ("a", "b"):
        say(ilze.page, f"pirmā {word}")
        say(other, f"otrā {word}")
    written = ["pirmā a", "otrā a", "pirmā b", "otrā b"]
    expect(unsent(ilze.page)).to_have_text(written)
    expect(unsent(other)).to_have_text(written)

    ilze.context.set_offline(False)
    for page in (ilze.page, other):
        expect(mine(page)).to_have_text(["pirmā", *written])
        expect(unsent(page)).to_have_count(0)
    assert chat.act("kept") == ["pirmā", *written]


def test_tabs_share_one_stream_and_the_next_takes_it_over(chat: Chat) -> None:
    ilze = chat.enter()
    streams: list[str] = []
    ilze.context.on("request", lambda one: streams.append(one.url) if "/live/" in one.url else None)
    say(ilze.page, "Vai ir?")
    expect(mine(ilze.page)).to_have_count(1)
    other = ilze.context.new_page()
    other.goto("/")
    launcher(other).click()
    expect(mine(other)).to_have_count(1)
    chat.act("answer", "Ir!")
    expect(other.get_by_text("Ir!", exact=True)).to_be_visible()
    expect(ilze.page.get_by_text("Ir!", exact=True)).to_be_visible()
    assert len(streams) == 1

    ilze.page.close()
    chat.act("answer", "Nāciet!")
    expect(other.get_by_text("Nāciet!", exact=True)).to_be_visible()
    assert len(streams) == 2


def test_where_streams_are_blocked_the_chat_asks_instead(chat: Chat) -> None:
    ilze = chat.enter(opens=False)
    ilze.allow("ERR_FAILED")
    page = ilze.page
    tries: list[str] = []
    page.on("requestfailed", lambda one: tries.append(one.url))
    page.route("**/live/chat", lambda route: route.abort())
    launcher(page).click()
    say(page, "Vai ir?")
    expect(mine(page)).to_have_count(1)
    for text in ("Ir!", "Nāciet!"):
        chat.act("answer", text)
        expect(page.get_by_text(text, exact=True)).to_be_visible()
    assert len(tries) == 2


def test_a_clock_that_is_a_year_off_changes_neither_order_nor_times(chat: Chat) -> None:
    ilze = chat.enter(opens=False)
    ilze.context.add_init_script(A_YEAR_EARLY)
    page = ilze.page
    page.goto("/")
    launcher(page).click()
    say(page, "pirms")
    expect(mine(page)).to_have_text(["pirms"])
    chat.act("answer", "starp")
    expect(page.get_by_text("starp", exact=True)).to_be_visible()
    say(page, "pēc")
    expect(mine(page)).to_have_text(["pirms", "pēc"])
    expect(page.locator(".say .words")).to_have_text(["pirms", "starp", "pēc"])
    expect(page.locator(".day")).to_have_text(["Today"])


def test_without_storage_the_chat_works_as_long_as_the_page_is_open(chat: Chat) -> None:
    ilze = chat.enter(opens=False)
    ilze.allow(NO_LINE)
    ilze.context.add_init_script(NO_STORAGE)
    page = ilze.page
    page.goto("/")
    launcher(page).click()
    say(page, "viens")
    expect(mine(page)).to_have_text(["viens"])
    ilze.context.set_offline(True)
    say(page, "divi")
    expect(unsent(page)).to_have_text(["divi"])
    ilze.context.set_offline(False)
    expect(mine(page)).to_have_text(["viens", "divi"])
    assert chat.act("kept") == ["viens", "divi"]


def test_a_token_that_is_worth_nothing_costs_no_message(chat: Chat) -> None:
    ilze = chat.enter()
    ilze.allow("401")
    page = ilze.page
    page.evaluate("localStorage.setItem('zabota.liepa.token', '\"forged\"')")
    say(page, "Vai ir?")
    expect(mine(page)).to_have_text(["Vai ir?"])
    assert chat.act("kept") == ["Vai ir?"]
