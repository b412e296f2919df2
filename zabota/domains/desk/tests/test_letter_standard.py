"""The standard of a channel: how its letters are built and when they leave (S-055)."""

from datetime import datetime, timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.models import Channel, OutboundEnvelope
from zabota.domains.charter import services as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.rules import structure
from zabota.domains.desk.rules.sections import Letters, Replies
from zabota.domains.desk.services import checks, replies
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter
from zabota.domains.promises.models import Promise
from zabota.domains.promises.rules.sections import Answers

NIGHT = MORNING.replace(hour=20)  # 23:00 in Riga
UNDO = timedelta(seconds=10)


@pytest.fixture
def orders(cast: Cast) -> Channel:
    """A second mailbox of the same team, which has its own standard."""
    return Channel.objects.create(
        kind="email",
        brand=cast.brand,
        team=cast.riga,
        address="orders@liepa.example",
        created_at=MORNING,
    )


def standard(cast: Cast, channel: Channel, section: type, **values: object) -> None:
    charter.change_section(
        section=section,
        scope=Scope(channel=channel.pk),
        values=values,
        actor=cast.actor(cast.olga),
        reason="Its own",
        at=MORNING,
    )


def arrive(cast: Cast, channel: Channel, at: datetime = MORNING) -> Conversation:
    take_in([letter(cast, at=at, channel_id=channel.pk)], at=at)
    return Conversation.objects.get(channel=channel)


def answer(cast: Cast, conversation: Conversation, text: str, at: datetime) -> OutboundEnvelope:
    replies.send(
        replies.Reply(text=text, client_id=f"c{conversation.pk}", seen_message_id=10**9),
        to=conversation.ref,
        actor=cast.actor(cast.marta),
        at=at,
        undo=UNDO,
    )
    return OutboundEnvelope.objects.get(channel=conversation.channel)


@pytest.mark.req("S-055")
class TestEachChannelHasItsOwnStandard:
    def test_of_the_time_of_the_first_answer(self, cast: Cast, orders: Channel) -> None:
        standard(cast, orders, Answers, first={"ideal_minutes": 15, "limit_minutes": 30})
        due = {}
        for channel in (cast.mailbox, orders):
            row = Promise.objects.get(subject_id=arrive(cast, channel).pk)
            due[channel.address] = row.due_at - MORNING
        assert due == {
            "help@liepa.example": timedelta(hours=2),
            "orders@liepa.example": timedelta(minutes=30),
        }

    def test_of_tone_and_structure_against_which_a_draft_is_read(
        self, cast: Cast, orders: Channel
    ) -> None:
        tone = {"ru": "Строго.", "lv": "Lietišķi.", "en": "Strictly."}
        standard(cast, orders, Letters, greet=False, number_questions=False, tone=tone)
        marta = cast.actor(cast.marta)
        text = "Kāds izmērs? Kāda krāsa?"
        found = {}
        for channel in (cast.mailbox, orders):
            ref = arrive(cast, channel).ref
            found[channel.address] = checks.lacks(ref, text, actor=marta, at=MORNING)
            said = checks.tone(ref, language="lv", actor=marta, at=MORNING)
            assert (said == "Lietišķi.") is (channel == orders)
        assert found == {
            "help@liepa.example": [structure.Lack.GREETING, structure.Lack.LIST],
            "orders@liepa.example": [],
        }

    def test_of_the_close_of_every_letter(self, cast: Cast, orders: Channel) -> None:
        close = dict.fromkeys(("ru", "lv", "en"), "Liepas pasūtījumi, {agent}")
        standard(cast, orders, Replies, signature=close)
        closes = {
            channel.address: answer(cast, arrive(cast, channel), "Labdien!", MORNING).payload[
                "signature"
            ]
            for channel in (cast.mailbox, orders)
        }
        assert closes["orders@liepa.example"] == "Liepas pasūtījumi, Marta Ozola"
        assert closes["help@liepa.example"].split() == ["Ar", "cieņu", "Marta", "Ozola", "Liepa"]

    def test_of_the_hours_in_which_letters_leave(self, cast: Cast, orders: Channel) -> None:
        standard(cast, orders, Letters, only_in_hours=True)
        leaves = {
            channel.address: answer(
                cast, arrive(cast, channel, at=NIGHT), "Labdien!", NIGHT
            ).not_before
            for channel in (cast.mailbox, orders)
        }
        assert leaves == {
            "help@liepa.example": NIGHT + UNDO,
            "orders@liepa.example": MORNING + timedelta(days=1),
        }


@pytest.mark.req("S-055")
@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("", []),
        ("Здравствуйте, Ирина!\nСтол готов.", []),
        ("Уважаемая Ирина, стол готов.", []),
        ("Ирина, стол готов.", []),
        ("Стол готов.", ["greeting_missing"]),
        ("Labdien!\nGalds ir gatavs.", []),
        ("Galds ir gatavs.", ["greeting_missing"]),
        ("Dear Irina,\nit is ready.", []),
        ("History is long.", ["greeting_missing"]),
        ("Hello!\n1. Which size?\n2. Which colour?", []),
        ("Which size? Which colour?", ["greeting_missing", "questions_loose"]),
    ],
)
def test_a_letter_lacks_what_its_reader_would_miss(text: str, lacks: list[str]) -> None:
    always = Letters.model_validate(Letters.defaults())
    assert list(structure.lacks(text, always, names=["Ирина Вайновская"])) == lacks
