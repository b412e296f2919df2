"""How people ask for no more mail: by one click, or in their own words."""

import pytest
from pytest_django.fixtures import Settings

from tests.cast import MORNING, gather
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.rules.sections import Mail
from zabota.domains.channels.rules.stops import asks_to_stop
from zabota.domains.channels.services import optout
from zabota.domains.channels.services.optout import OptOut
from zabota.domains.channels.tests.outgoing import ILZE, connect, letter, queue, send
from zabota.domains.channels.tests.test_gate import known, say

WORDS = tuple(Mail.defaults()["stop_words"])


@pytest.mark.req("S-730")
@pytest.mark.parametrize(
    "text",
    [
        "Отпишите меня, пожалуйста",
        "СТОП",
        "стоп!\n\nС уважением,\nИрина",
        "Больше не присылайте мне такие письма.",
        "Atteikties",
        "Vairs nesūtiet man jaunumus",
        "\n> \n  Unsubscribe me please\n\nOn Monday you wrote",
        "STOP.",
        "Stop sending me offers",
        "отписаться",
        "Atrakstīties",
        "unsubscribe",
    ],
)
def test_a_request_for_no_more_mail_is_understood(text: str) -> None:
    assert asks_to_stop(text, WORDS) is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Стоп, это не мой заказ, а чей-то ещё?",
        "Хочу отписаться от договора аренды, как это сделать и сколько это стоит",
        "Vēlos atteikties no pasūtījuma",
        "Nesūtiet man pasūtījumu uz Rīgu, bet uz Jūrmalu",
        "Please stop the washing machine order 12",
        "Unsubscribe link in your letter is broken, and also my order has not come yet, why?",
    ],
)
def test_another_matter_with_the_same_words_is_no_request(text: str) -> None:
    assert asks_to_stop(text, WORDS) is False


@pytest.mark.django_db
@pytest.mark.req("S-729")
def test_an_offer_carries_a_way_out_by_one_click_that_names_nobody(
    smtp_sink: SmtpSink, settings: Settings
) -> None:
    settings.ZABOTA_URL = "https://desk.liepa.example"
    channel = connect(gather().mailbox, smtp_sink)
    say(known(ILZE), yes=True, at=MORNING)
    queue(letter(channel, purpose="marketing"))

    send()

    (sent,) = smtp_sink.sent
    assert sent.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way = "".join(sent.message["List-Unsubscribe"].split()).strip("<>")
    start = "https://desk.liepa.example/unsubscribe/"
    assert way.startswith(start)
    assert "ilze" not in way
    token = way.removeprefix(start)
    assert optout.read(token) == OptOut(
        address="ilze@example.org", purpose="marketing", brand_id=channel.brand_id, language="lv"
    )
    body = sent.message.get_body(("plain",))
    assert body is not None
    assert f"Atteikties no šādām vēstulēm:\n{way}" in body.get_content().replace("\r\n", "\n")


@pytest.mark.django_db
def test_an_answer_has_no_way_out_and_a_made_up_token_asks_for_nothing(
    smtp_sink: SmtpSink,
) -> None:
    channel = connect(gather().mailbox, smtp_sink)
    queue(letter(channel))
    send()

    assert smtp_sink.sent[0].message["List-Unsubscribe"] is None
    token = optout.token(OptOut(address="ilze@example.org", purpose="survey"))
    assert optout.read(token[:-4] + "AAAA") is None
    assert optout.read("") is None
    assert optout.read("ы" * 20) is None
