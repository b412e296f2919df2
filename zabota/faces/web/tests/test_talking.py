"""What a writer is told in a chat, and which chats stand beside the one he looks at."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import visits
from zabota.domains.channels.services.visits import Visitor
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.services import assigning, chatting
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel import clock, ids
from zabota.kernel.files import store

LONG = "Galds ir noliktavā, piegāde ir bez maksas, un kurjers atbrauks rīt. " * 5


@pytest.fixture
def chat(cast: Cast) -> Channel:
    return Channel.objects.create(
        kind="webchat",
        brand=cast.brand,
        team=cast.riga,
        address="liepashop",
        settings={"origins": ["https://liepa.example"]},
        created_at=MORNING,
    )


def begin(chat: Channel, *, files: tuple[int, ...] = ()) -> Visitor:
    """A visitor comes and asks."""

    here = visits.chat(chat.address)
    token = visits.new_token(here, language="lv")
    visitor = visits.read(token, chat=here, lasts=timedelta(days=1))
    words = chatting.Words(
        text="Labdien! Kur ir mans galds?",
        client_id=ids.new_ref(),
        file_ids=files,
        page="https://liepa.example/galdi/17",
    )
    chatting.write(visitor, words, at=clock.now())
    return visitor


def taken(cast: Cast) -> Conversation:
    conversation = Conversation.objects.latest("pk")
    assigning.take(conversation.ref, actor=cast.actor(cast.marta), at=clock.now())
    return conversation


@pytest.mark.req("S-071")
class TestTheRulesOfAChat:
    def lacks(self, cast: Cast, visit: Visit, conversation: Conversation, text: str) -> str:
        address = f"/conversations/{conversation.ref}/draft/"
        return visit(cast.janis).post(address, {"kind": "reply", "text": text}).content.decode()

    def test_are_shown_to_who_writes(self, cast: Cast, visit: Visit, chat: Channel) -> None:
        begin(chat)
        html = visit(cast.marta).get(f"/conversations/{taken(cast).ref}/").content.decode()
        assert "Pirmā atbilde — minūtes laikā." in html
        assert "Izlasīs uzreiz, čatā" in html
        assert "liepa.example/galdi/17" in html
        assert "data-silent=" in html

    def test_ask_for_a_greeting_in_the_first_answer_alone(
        self, cast: Cast, visit: Visit, chat: Channel
    ) -> None:
        begin(chat)
        conversation = taken(cast)
        assert "Sveiciena vēl nav." in self.lacks(cast, visit, conversation, "Galds ir ceļā.")
        assert "lack" not in self.lacks(cast, visit, conversation, "Labdien! Galds ir ceļā.")
        client = visit(cast.marta)
        client.post(f"/conversations/{conversation.ref}/write/", {"text": "Labdien! Skatos."})
        assert "lack" not in self.lacks(cast, visit, conversation, "Galds ir ceļā.")

    def test_tell_of_a_stretch_that_is_too_long_and_let_it_leave(
        self, cast: Cast, visit: Visit, chat: Channel
    ) -> None:
        begin(chat)
        conversation = taken(cast)
        said = self.lacks(cast, visit, conversation, f"Labdien! {LONG}")
        assert "Čatam par garu: sadaliet vairākās ziņās." in said
        client = visit(cast.marta)
        client.post(f"/conversations/{conversation.ref}/write/", {"text": f"Labdien! {LONG}"})
        assert conversation.messages.filter(direction="out").count() == 1


@pytest.mark.req("S-114", "S-082")
def test_a_file_that_the_visitor_sent_is_not_asked_for_again(
    cast: Cast, visit: Visit, chat: Channel
) -> None:
    logo = store.keep(b"png", name="logo_v2.png", media_type="image/png")
    begin(chat, files=(logo.pk,))
    conversation = taken(cast)
    client, address = visit(cast.marta), f"/conversations/{conversation.ref}/write/"
    text = "Labdien! Lūdzu, atsūtiet logotipu."
    asked = client.post(address, {"text": text})
    assert asked.status_code == 409
    assert "logo_v2.png</a>" in asked.content.decode()
    assert not conversation.messages.filter(direction="out").exists()
    client.post(address, {"text": text, "asked_again": "1"})
    assert conversation.messages.get(direction="out").text == text


def test_the_open_chats_that_one_leads_stand_side_by_side(
    cast: Cast, visit: Visit, chat: Channel
) -> None:
    refs = []
    for _number in range(3):
        begin(chat)
        refs.append(taken(cast).ref)
    begin(chat)  # nobody's yet
    page = visit(cast.marta).get(f"/conversations/{refs[1]}/").context
    assert [(tab.url, tab.key, tab.is_here, tab.is_new) for tab in page["tabs"]] == [
        (f"/conversations/{refs[0]}/", "[", False, True),
        (f"/conversations/{refs[1]}/", "", True, False),
        (f"/conversations/{refs[2]}/", "]", False, True),
    ]
    assert visit(cast.janis).get("/chats/").content.decode().count("<a ") == 0


def test_who_types_is_told_only_by_those_who_may_see_the_conversation(
    cast: Cast, visit: Visit, chat: Channel
) -> None:
    begin(chat)
    address = f"/conversations/{taken(cast).ref}/typing/"
    codes = [visit(one).post(address).status_code for one in (cast.marta, cast.oleg)]
    assert codes == [204, 404]


def test_a_page_that_asks_again_is_told_what_the_visitor_has_read(
    cast: Cast, visit: Visit, chat: Channel
) -> None:
    """Where streams are blocked, pages ask; nothing was told by a fact."""
    visitor = begin(chat)
    client, address = visit(cast.marta), f"/conversations/{taken(cast).ref}/"
    client.post(f"{address}write/", {"text": "Labdien! Skatos."})
    seen, headers = client.get(address).context["page"].seen, {"hx-request": "true"}
    assert client.get(address, {"seen": seen}, headers=headers).status_code == 204
    visits.mark_read(visitor, Conversation.objects.get().messages.latest("pk").pk, at=clock.now())
    assert client.get(address, {"seen": seen}, headers=headers).status_code == 200
