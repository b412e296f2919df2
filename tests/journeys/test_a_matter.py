"""One matter from the first letter to the customer's consent, through real parts.

A letter arrives while an agent looks; she answers; the customer's program threads the answer; he
replies with two questions above a quotation in the style of Outlook; she hands over; the colleague
proposes to close; the customer agrees. Once as people work, once without scripts.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Shop
from tests.parts import ground
from tests.parts.smtp_sink import Sent

pytestmark = pytest.mark.browser

QUESTION = """From: Ilze Kalnina <ilze@kalnina.example>
To: help@liepa.example
Subject: Terases galds
Message-ID: <first@kalnina.example>
Date: Tue, 19 May 2026 09:00:00 +0300
Content-Type: text/plain; charset=utf-8

Labdien! Kur ir mans galds?
"""
REPLY = """From: Ilze Kalnina <ilze@kalnina.example>
To: help@liepa.example
Subject: RE: Terases galds
Message-ID: <second@kalnina.example>
In-Reply-To: {answered}
References: <first@kalnina.example> {answered}
Date: Tue, 19 May 2026 11:00:00 +0300
Content-Type: text/plain; charset=windows-1251
Content-Transfer-Encoding: 8bit

Спасибо! В котором часу приедет стол? И нужно ли быть дома?

От: Liepa <help@liepa.example>
Отправлено: 19 мая 2026 г. 10:30
Кому: Ilze Kalnina <ilze@kalnina.example>
Тема: Re: Terases galds

Galds bus rit, pirms pusdienam.
"""


def send_reply(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Text").fill(text)
    page.get_by_role("button", name="Send").click()


def link_in(sent: Sent) -> str:
    """The customer's own page, from the plain text of the letter she got."""
    body = sent.message.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://[^/\s]+(/c/[\w-]+/)", body.get_content())
    assert found, body.get_content()
    return found[1]


def test_a_letter_becomes_a_matter_that_the_customer_closes(shop: Shop) -> None:
    marta, janis = shop.enter("marta"), shop.enter("janis")
    marta.page.goto("/inbox/unassigned/")
    expect(marta.page.locator("body.is-live")).to_be_visible()

    # It arrives while she looks.
    shop.deliver(QUESTION)
    row = marta.page.get_by_role("link", name=re.compile("Terases galds"))
    expect(row).to_be_visible(timeout=30_000)
    assert marta.loads == 1

    # She answers; the customer's program threads it.
    row.click()
    expect(marta.page.locator("body.is-live")).to_be_visible()
    send_reply(marta.page, "Galds būs rīt, pirms pusdienām.")
    (answer,) = shop.sink.wait_for(1, seconds=40)
    assert answer.recipients == ("ilze@kalnina.example",)
    assert answer.message["Subject"] == "Re: Terases galds"
    assert answer.message["In-Reply-To"] == "<first@kalnina.example>"
    assert "<first@kalnina.example>" in answer.message["References"].split()

    # Two questions come back, above a quotation; it appears by itself, the quotation folded.
    name = answer.message["Message-ID"]
    shop.deliver(REPLY.format(answered=name), "windows-1251")
    asked = marta.page.get_by_text("И нужно ли быть дома?")
    expect(asked).to_be_visible(timeout=30_000)
    thread = marta.page.get_by_role("article").last
    expect(thread.locator("details.quote")).to_have_count(1)
    assert marta.loads == 2

    # She hands over; he reads it and proposes to close.
    where = marta.page.url.split("?")[0].removeprefix(shop.server.url)
    marta.page.get_by_role("link", name="Hand over").click()
    marta.page.get_by_label("To whom").select_option(label="Jānis Liepiņš")
    marta.page.get_by_label("The next step").fill("Name the hour")
    marta.page.get_by_role("button", name="Hand over").click()
    expect(marta.page.get_by_text("The conversation is handed over.")).to_be_visible()
    janis.page.goto(where)
    janis.page.get_by_role("button", name="I have read it").click()
    expect(janis.page.get_by_text("You have the conversation now.")).to_be_visible()
    send_reply(janis.page, "1. Pulksten 10.\n2. Jā, lūdzu, esiet mājās.")
    shop.sink.wait_for(2, seconds=40)
    janis.page.get_by_role("button", name="Propose to close").click()
    expect(janis.page.get_by_text("The customer is asked whether we may close.")).to_be_visible()
    question = shop.sink.wait_for(3, seconds=40)[-1]

    # The customer agrees; who looks sees it.
    ilze = shop.customer("ilze", language="lv")
    ilze.page.goto(link_in(question))
    ilze.page.get_by_role("button", name="Jā, var slēgt").click()
    expect(ilze.page.get_by_text("Paldies", exact=False).first).to_be_visible()
    expect(janis.page.get_by_role("button", name="Open again")).to_be_visible(timeout=15_000)


def test_the_same_matter_is_closed_without_scripts(shop: Shop) -> None:
    shop.deliver(QUESTION)
    marta = shop.enter("marta", javascript=False)
    row = marta.page.get_by_role("link", name=re.compile("Terases galds"))

    def arrived() -> bool:
        marta.page.goto("/inbox/unassigned/")
        return row.count() > 0

    ground.wait_until(arrived, what="the letter in the list", seconds=30)
    row.first.click()
    send_reply(marta.page, "Galds būs rīt, pirms pusdienām.")
    shop.sink.wait_for(1, seconds=40)
    marta.page.reload()
    marta.page.get_by_role("button", name="Propose to close").click()
    question = shop.sink.wait_for(2, seconds=40)[-1]

    ilze = shop.customer("ilze", language="lv", javascript=False)
    ilze.page.goto(link_in(question))
    ilze.page.get_by_role("button", name="Jā, var slēgt").click()
    expect(ilze.page.get_by_text("Paldies", exact=False).first).to_be_visible()
    marta.page.reload()
    expect(marta.page.get_by_role("button", name="Open again")).to_be_visible()
