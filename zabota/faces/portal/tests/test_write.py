"""Writing to us without registration: few fields, a promise, no puzzle."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.domains.channels.models import Channel, OutboundEnvelope
from zabota.domains.desk.enums import Trust
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, letter
from zabota.faces.portal import write
from zabota.faces.portal.tests.test_contact import link
from zabota.kernel import clock

PATH = "/write/liepashop/"


@pytest.fixture(autouse=True)
def _chat(cast: Cast) -> None:
    write.floods.forget()
    Channel.objects.create(
        kind="webchat",
        brand=cast.brand,
        team=cast.riga,
        address="liepashop",
        settings={"origins": ["https://liepa.example"]},
        created_at=MORNING,
    )


def filled(client: Client, monkeypatch: pytest.MonkeyPatch, **more: object) -> dict[str, object]:
    """The form as a person fills it in, half a minute after he opened it."""
    html = client.get(PATH, headers={"Accept-Language": "lv"}).content.decode()
    hidden = dict(re.findall(r'name="(began|client_id)" value="([^"]+)"', html))
    monkeypatch.setattr(clock, "now", lambda: MORNING + timedelta(seconds=30))
    return {"text": "Vai galds ir noliktavā?", "email": ILZE.address, **hidden} | more


def send(client: Client, form: dict[str, object]) -> tuple[int, str]:
    answer = client.post(PATH, form, headers={"Accept-Language": "lv"})
    return answer.status_code, answer.get("Location", "")


@pytest.mark.req("S-714")
def test_a_message_without_registration_is_promised_an_answer(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, there = send(client, filled(client, monkeypatch, name="Ilze"))
    assert status == 303
    assert "11:00" in client.get(there, headers={"Accept-Language": "lv"}).content.decode()
    conversation = Conversation.objects.get()
    message = Message.objects.get()
    assert (conversation.channel_id, conversation.team_id) == (cast.mailbox.pk, cast.riga.pk)
    assert (message.text, message.trust) == ("Vai galds ir noliktavā?", Trust.UNVERIFIED)
    assert conversation.due_at is not None
    told = OutboundEnvelope.objects.get().payload
    assert "11:00" in told["text"]
    assert "galds" not in str(told)


def test_pressed_twice_it_is_there_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = filled(client, monkeypatch)
    assert [send(client, form)[0] for _ in range(2)] == [303, 303]
    assert (Message.objects.count(), OutboundEnvelope.objects.count()) == (1, 1)


@pytest.mark.threat("T10")
def test_a_known_address_joins_nothing_and_is_believed_when_confirmed(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in([letter(cast)], at=MORNING)
    send(client, filled(client, monkeypatch))
    mine = Message.objects.order_by("-pk")[0]
    assert (Conversation.objects.count(), mine.trust) == (2, Trust.UNVERIFIED)
    client.post(link(), {"answer": "yes"})
    mine.refresh_from_db()
    assert mine.trust == Trust.VERIFIED


def test_files_and_a_number_to_call_come_along(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SimpleUploadedFile("galds.png", b"\x89PNG")
    send(client, filled(client, monkeypatch, phone="+371 20000000", files=file))
    message = Message.objects.get()
    assert message.text.endswith("+371 20000000")
    assert [one.name for one in message.attachments.all()] == ["galds.png"]


@pytest.mark.parametrize(
    "odd", [{"website": "http://x"}, {"began": "x"}, {"email": "x"}, {"text": " "}]
)
def test_what_no_person_sends_is_not_taken_and_the_words_are_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch, odd: dict[str, object]
) -> None:
    form = filled(client, monkeypatch, name="Ilze") | odd
    answer = client.post(PATH, form)
    assert answer.status_code == 422
    assert 'value="Ilze"' in answer.content.decode()
    assert not Message.objects.exists()


def test_a_form_that_comes_back_at_once_was_filled_in_by_a_machine(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = filled(client, monkeypatch)
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    assert send(client, form)[0] == 422


def test_a_flood_is_told_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = filled(client, monkeypatch)
    answers = [client.post(PATH, form | {"client_id": f"number-{n:04d}"}) for n in range(11)]
    assert (answers[-1].status_code, Message.objects.count()) == (429, 10)


@pytest.mark.req("S-054", "S-086")
def test_the_other_ways_stand_beside_with_their_times_and_the_fastest_first(
    client: Client,
) -> None:
    html = client.get(PATH, headers={"Accept-Language": "en"}).content.decode()
    ways = html[html.index("Other ways") : html.index("</ul>", html.index("Other ways"))]
    assert re.findall(r'href="([^"]+)"', ways) == [
        "https://liepa.example",
        "mailto:help@liepa.example",
    ]
    assert ways.index("the fastest") < ways.index("mailto:")


def test_an_unknown_key_is_not_there(client: Client) -> None:
    assert [client.get(path).status_code for path in ("/write/nobody/", f"{PATH}x/")] == [404] * 2
