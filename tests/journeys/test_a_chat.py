"""One talk through real parts: a visitor of a shop, two of us and their leader, each at a browser.

She comes to a page of the shop's own site and writes; it comes to Marta; while she types, the
visitor and a colleague see it; the leader helps; the visitor's connection breaks and comes back;
the matter is closed by her own yes; in the evening she leaves her address, proves it, and finds the
matter in her cabinet. Nobody loads a page anew to see what another did.
"""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chats import NO_LINE, Chat, area, mine, say, unsent
from tests.parts.browser import Visitor, axe

ADDRESS = "ilze@kalnina.example"
pytestmark = pytest.mark.browser


def live(person: Visitor) -> None:
    expect(person.page.locator("body.is-live")).to_be_visible(timeout=15_000)


def text(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text", exact=True)


@dataclass
class Story:
    """The people of the story; `kira` leads the two who answer."""

    chat: Chat
    ilze: Visitor
    marta: Visitor
    janis: Visitor
    kira: Visitor


@pytest.mark.timeout(300)
@pytest.mark.req("S-079", "S-082", "S-701")
def test_a_talk_from_the_first_word_to_the_closed_card_in_her_cabinet(chat: Chat) -> None:
    marta, janis, kira = (chat.desk.enter(name) for name in ("marta", "janis", "kira"))
    for person in (marta, janis):
        person.page.goto("/inbox/my_team/")
        live(person)
    story = Story(chat, chat.enter(), marta, janis, kira)
    she_writes_and_both_of_us_see_it(story)
    one_types_and_the_others_see_it(story)
    loads = (marta.loads, janis.loads, story.ilze.loads)
    the_leader_helps(story)
    her_connection_breaks_and_comes_back(story)
    she_closes_it_by_her_own_yes(story)
    assert (marta.loads, janis.loads, story.ilze.loads) == loads
    she_proves_her_address(story)
    she_finds_it_in_her_cabinet(story)
    assert (marta.loads, janis.loads) == loads[:2]


def she_writes_and_both_of_us_see_it(story: Story) -> None:
    say(story.ilze.page, "Labdien! Kur ir mans terases galds?")
    for person in (story.marta, story.janis):
        row = person.page.get_by_role("link", name=re.compile("terases galds"))
        expect(row).to_be_visible(timeout=15_000)
        assert person.loads == 1
        row.click()
        live(person)
    for person in (story.marta, story.janis):
        expect(person.page.locator("#status")).to_contain_text("Marta Ozola", timeout=15_000)
    reason = story.marta.page.get_by_text("The conversation came to Marta Ozola")
    expect(reason).to_be_visible()
    expect(story.ilze.page.get_by_text("Marta Ozola is here")).to_be_visible(timeout=15_000)


def one_types_and_the_others_see_it(story: Story) -> None:
    ilze, marta, janis = story.ilze.page, story.marta.page, story.janis.page
    text(marta).press_sequentially("Labdien! Skatos")
    expect(janis.get_by_text("Marta Ozola is writing here")).to_be_visible()
    expect(ilze.get_by_text(re.compile("Marta.* is writing"))).to_be_visible()
    text(marta).press("Enter")
    for page in (ilze, janis):
        expect(page.get_by_text("Labdien! Skatos", exact=True)).to_be_visible()
    area(ilze).press_sequentially("Paldies")
    expect(marta.get_by_text("The visitor is writing")).to_be_visible()
    area(ilze).press("Enter")
    expect(marta.locator(".thread").get_by_text("Paldies", exact=True)).to_be_visible()


def the_leader_helps(story: Story) -> None:
    """What she advises stands on the open page, and not in the visitor's."""
    kira = story.kira.page
    story.chat.act("ask_leader", "Vai drīkst piegādāt bez maksas?")
    kira.goto("/questions/")
    kira.get_by_role("link", name="Decide").click()
    kira.get_by_label("Advice").fill("Jā, piegādājiet bez maksas.")
    kira.get_by_role("button", name="Decide").click()
    expect(kira.get_by_text("Your decision is written as a note.")).to_be_visible()
    thread = story.marta.page.locator(".thread")
    expect(thread.get_by_text("Jā, piegādājiet bez maksas.")).to_be_visible()
    assert "bez maksas" not in str(story.chat.act("told"))


def her_connection_breaks_and_comes_back(story: Story) -> None:
    """What she writes waits in her window, and what we write waits for her."""
    ilze, marta = story.ilze, story.marta.page
    ilze.allow(NO_LINE)
    ilze.context.set_offline(True)
    say(ilze.page, "Vai piegāde ir par maksu?")
    expect(unsent(ilze.page)).to_have_text(["Vai piegāde ir par maksu?"])
    text(marta).fill("Galds būs rīt, piegāde ir bez maksas.")
    text(marta).press("Enter")
    expect(text(marta)).to_have_value("")
    ilze.context.set_offline(False)
    expect(mine(ilze.page)).to_have_count(3, timeout=40_000)
    answer = ilze.page.get_by_text("Galds būs rīt, piegāde ir bez maksas.", exact=True)
    expect(answer).to_be_visible()
    expect(marta.locator(".thread").get_by_text("Vai piegāde ir par maksu?")).to_be_visible()
    assert story.chat.act("kept") == [
        "Labdien! Kur ir mans terases galds?",
        "Paldies",
        "Vai piegāde ir par maksu?",
    ]


def she_closes_it_by_her_own_yes(story: Story) -> None:
    ilze, marta = story.ilze.page, story.marta.page
    text(marta).fill("Jā, bez maksas. Lai izdodas!")
    text(marta).press("Enter")
    answer = ilze.get_by_text("Jā, bez maksas. Lai izdodas!", exact=True)
    expect(answer).to_be_visible(timeout=40_000)
    marta.get_by_role("button", name="Propose to close").click()
    ilze.get_by_role("button", name="Yes, close it").click(timeout=40_000)
    expect(ilze.get_by_text("The matter is closed.")).to_be_visible()
    for page in (marta, story.janis.page):
        expect(page.get_by_role("button", name="Open again")).to_be_visible(timeout=15_000)


def she_proves_her_address(story: Story) -> None:
    """In the evening nobody is there, and the chat asks whether the matter may go on by mail."""
    story.chat.act("go_home")
    ilze = story.ilze.page
    ilze.reload()
    ilze.get_by_role("textbox", name="E-mail address").fill(ADDRESS)
    ilze.get_by_role("button", name="Send the letter").click()
    expect(ilze.get_by_role("status").filter(has_text="letter")).to_be_visible()
    ilze.goto(str(story.chat.act("link_sent_to", ADDRESS)))
    ilze.get_by_role("button", name="Yes, it was me").click()
    expect(ilze.get_by_role("heading", name="your address is confirmed")).to_be_visible()


def she_finds_it_in_her_cabinet(story: Story) -> None:
    """In by a code; the matter stands there as closed, with who helped, and all that was said."""
    ilze = story.ilze.page
    ilze.get_by_role("link", name="All my matters").click()
    ilze.get_by_label("Your e-mail address").fill(ADDRESS)
    ilze.get_by_role("button", name="Send the code").click()
    ilze.get_by_label("The code").fill(str(story.chat.act("code_sent_to", ADDRESS)))
    ilze.get_by_role("button", name="Open my page").click()
    cards = ilze.get_by_role("article", name=re.compile("terases galds"))
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("Marta Ozola")
    expect(cards).to_contain_text("The matter is closed")
    assert axe(ilze) == []
    cards.get_by_role("link", name=re.compile("terases galds")).click()
    for words in ("Labdien! Kur ir mans terases galds?", "Jā, bez maksas. Lai izdodas!"):
        expect(ilze.get_by_text(words, exact=True).last).to_be_visible()
    expect(ilze.get_by_text("Jā, piegādājiet bez maksas.")).to_have_count(0)
