"""The page of a conversation: what it shows, to whom, and what an open one is told."""

import re
from datetime import datetime, timedelta

import pytest
from babel.dates import get_timezone
from django.utils.timezone import localtime
from pytest_django import DjangoAssertNumQueries

from tests.cast import MORNING, Cast
from tests.meanwhile import meanwhile
from zabota.domains.channels.envelopes import InboundFile, Party
from zabota.domains.desk.enums import Delivery, State
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import assigning, tags
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import IRINA, STRANGER, letter
from zabota.faces.web.pages.composer import numbered
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import answer, arrive
from zabota.kernel import clock
from zabota.kernel.facts.models import FactRow
from zabota.kernel.files import store

HTMX = {"HX-Request": "true"}


def day(cast: Cast, at: datetime) -> str:
    """The day on which that is where the house stands."""
    return localtime(at, get_timezone(cast.brand.time_zone)).date().isoformat()


def test_the_page_shows_the_letter_with_the_senders_address_and_the_status(
    cast: Cast, visit: Visit
) -> None:
    conversation = arrive(
        cast, text="Kur ir mans galds?\n\n-- \nIlze", folds=((19, 27, "signature"),)
    )
    html = visit(cast.marta).get(f"/conversations/{conversation.ref}/").content.decode()
    assert "Kur ir mans galds?" in html
    assert '<span class="to">ilze@kalnina.example</span>' in html
    assert "<summary>" in html
    assert "Vēl neviens nav pārņēmis" in html


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/conversations/{}/", "/inbox/unassigned/"])
def test_an_open_page_hears_of_what_happened_while_it_was_being_read(
    cast: Cast, visit: Visit, address: str
) -> None:
    ref, client = arrive(cast).ref, visit(cast.marta)
    with meanwhile(
        "desk_conversation",
        lambda: assigning.take(ref, actor=cast.actor(cast.janis), at=clock.now()),
    ):
        html = client.get(address.format(ref)).content.decode()
    taken = FactRow.objects.get(name="desk.ConversationAssigned")
    found = re.search(r' after="(\d+)"', html)
    assert found is not None
    assert int(found[1]) < taken.pk


@pytest.mark.threat("T22")
def test_a_conversation_of_another_team_is_not_there(cast: Cast, visit: Visit) -> None:
    conversation = arrive(cast, text="Slepens vārds")
    client = visit(cast.oleg)
    for way in ("", "write/", "propose/", "spoken/"):
        address = f"/conversations/{conversation.ref}/{way}"
        assert (client.get(address) if not way else client.post(address)).status_code in {404, 405}
        assert "Slepens" not in client.post(address).content.decode()


@pytest.mark.threat("T02")
def test_what_strangers_write_stays_text(cast: Cast, visit: Visit) -> None:
    evil = '"><script>alert(1)</script>'
    conversation = arrive(
        cast,
        subject=evil,
        text=evil,
        sender=Party(address="e@evil.example", name=evil),
    )
    for address in (
        f"/conversations/{conversation.ref}/",
        "/inbox/unassigned/",
        "/search/?q=alert",
    ):
        html = visit(cast.marta).get(address).content.decode()
        html = html.replace("<mark>", "").replace("</mark>", "")
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_somebody_else_in_the_thread_is_marked(cast: Cast, visit: Visit) -> None:
    conversation = arrive(cast)
    arrive(cast, sender=STRANGER, sender_verified=False, subject="Mallory")
    Message.objects.filter(conversation=conversation).update(trust="someone_else")
    html = visit(cast.marta).get(f"/conversations/{conversation.ref}/").content.decode()
    assert "To rakstīja kāds, kas sarunā nepiedalās." in html


class TestWriting:
    def test_a_reply_is_queued_and_the_page_says_when_it_leaves(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        sent = visit(cast.marta).post(
            f"/conversations/{conversation.ref}/write/",
            {"text": "Rīt.", "kind": "reply", "seen_message_id": "99"},
            follow=True,
        )
        conversation.refresh_from_db()
        message = conversation.messages.get(direction="out")
        assert (message.text, message.delivery, conversation.state) == (
            "Rīt.",
            Delivery.QUEUED,
            State.WAITING_CUSTOMER,
        )
        assert "Atbilde aizies pēc 10 sekundēm." in sent.content.decode()
        assert f"/messages/{message.ref}/undo/" in sent.content.decode()

    def test_a_press_twice_is_one_reply(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        client, address = visit(cast.marta), f"/conversations/{conversation.ref}/write/"
        form = client.get(f"/conversations/{conversation.ref}/").context["composer"]
        for _press in range(2):
            client.post(address, {"text": "Rīt.", "client_id": form.client_id})
        assert conversation.messages.filter(direction="out").count() == 1

    def test_an_empty_reply_comes_back_with_a_sentence(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        back = visit(cast.marta).post(f"/conversations/{conversation.ref}/write/", {"text": " "})
        assert back.status_code == 409
        assert "Vispirms uzrakstiet tekstu." in back.content.decode()

    def test_a_colleagues_answer_meanwhile_is_a_choice_and_no_word_is_lost(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        seen = conversation.messages.get().pk
        answer(cast, conversation, cast.janis, text="Jau atbildēju.")
        address = f"/conversations/{conversation.ref}/write/"
        words = {"text": "Mani vārdi", "seen_message_id": str(seen)}
        client = visit(cast.marta)
        back = client.post(address, words)
        html = back.content.decode()
        assert back.status_code == 409
        assert "Mani vārdi</textarea>" in html
        assert 'name="answered_meanwhile"' in html
        assert "Jau atbildēju." in html
        client.post(address, {**words, "answered_meanwhile": "1"})
        assert conversation.messages.filter(direction="out").count() == 2

    @pytest.mark.req("S-093")
    def test_leaving_somebody_out_asks_once_more(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast, cc=(IRINA,))
        client, address = visit(cast.marta), f"/conversations/{conversation.ref}/write/"
        words = {"text": "Rīt.", "drop": IRINA.address, "seen_message_id": "99"}
        back = client.post(address, words)
        assert 'name="drop_confirmed"' in back.content.decode()
        client.post(address, {**words, "drop_confirmed": "1"})
        message = conversation.messages.get(direction="out")
        assert message.to == [["Ilze Kalniņa", "ilze@kalnina.example"]]

    @pytest.mark.req("S-120")
    def test_two_questions_are_offered_as_a_numbered_list_with_one_press(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        client, address = visit(cast.marta), f"/conversations/{conversation.ref}/write/"
        words = {"text": "Kāds ir numurs? Kad jums ērti?"}
        back = client.post(address, words)
        assert 'value="list"' in back.content.decode()
        listed = client.post(address, {**words, "act": "list"})
        assert "1. Kāds ir numurs?\n2. Kad jums ērti?</textarea>" in listed.content.decode()
        client.post(address, {"text": "1. Kāds ir numurs?\n2. Kad jums ērti?"})
        assert conversation.messages.filter(direction="out").count() == 1

    def test_a_colleague_may_not_answer(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        visit(cast.kolja).post(f"/conversations/{conversation.ref}/write/", {"text": "Rīt."})
        assert conversation.messages.filter(direction="out").count() == 0

    def test_a_reply_is_taken_back_into_the_composer(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        message = answer(cast, conversation, cast.marta, text="Kļūda")
        answered = visit(cast.marta).post(f"/messages/{message.ref}/undo/", headers=HTMX)
        message.refresh_from_db()
        assert message.delivery == Delivery.UNDONE
        assert "Kļūda</textarea>" in answered.content.decode()

    def test_only_its_author_takes_a_reply_back(self, cast: Cast, visit: Visit) -> None:
        message = answer(cast, arrive(cast), cast.marta)
        visit(cast.janis).post(f"/messages/{message.ref}/undo/")
        message.refresh_from_db()
        assert message.delivery == Delivery.QUEUED


class TestLive:
    def test_an_open_page_is_told_what_it_lacks_and_nothing_else(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast, text="Pirmā vēstule")
        client, address = visit(cast.marta), f"/conversations/{conversation.ref}/"
        seen = client.get(address).context["page"].seen
        answer(cast, conversation, cast.janis, text="Atbilde no Jāņa")
        news = client.get(address, {"seen": seen}, headers=HTMX).content.decode()
        assert "Atbilde no Jāņa" in news
        assert "Pirmā vēstule" not in news
        assert "<textarea" not in news

    def test_a_hint_that_comes_back_for_ones_own_act_is_answered_by_nothing(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        client, address = visit(cast.marta), f"/conversations/{conversation.ref}/"
        seen = client.get(address).context["page"].seen
        done = client.post(
            f"{address}write/", {"text": "Labdien! Rīt.", "seen": seen}, headers=HTMX
        ).content.decode()
        found = re.search(r'id="thread-seen" name="seen" value="([0-9.]+)"', done)
        assert found is not None
        now = found[1]
        hinted = client.get(address, {"seen": now}, headers=HTMX)
        assert (hinted.status_code, hinted.content) == (204, b"")
        # What others do is told, whatever it is.
        janis = cast.actor(cast.janis)
        for act, told in (
            (lambda: tags.set(conversation.ref, names=["galds"], actor=janis, at=MORNING), "galds"),
            (lambda: answer(cast, conversation, cast.janis, text="Jā, rīt"), "Jā, rīt"),
        ):
            act()
            news = client.get(address, {"seen": now}, headers=HTMX)
            assert (news.status_code, told in news.content.decode()) == (200, True)
            now = news.context["page"].seen
        assert client.get(address, {"seen": now}, headers=HTMX).status_code == 204

    def test_a_day_is_named_once_however_the_page_came_by_its_lines(
        self, cast: Cast, visit: Visit
    ) -> None:
        """Yesterday's letter; today Marta takes it, with the page open Jānis answers."""
        yesterday = clock.now() - timedelta(days=1)
        take_in([letter(cast, at=yesterday)], at=yesterday)
        conversation = Conversation.objects.get()
        client, address = visit(cast.marta), f"/conversations/{conversation.ref}/"
        client.post(f"{address}take/")
        page = client.get(address)
        assert page.content.decode().count(">Šodien<") == 1
        answer(cast, conversation, cast.janis, text="Atbilde no Jāņa")
        seen = page.context["page"].seen
        news = client.get(address, {"seen": seen}, headers=HTMX).content.decode()
        assert ("Atbilde no Jāņa" in news, ">Šodien<" in news) == (True, False)

    def test_a_day_whose_only_line_was_taken_back_is_not_named_again(
        self, cast: Cast, visit: Visit
    ) -> None:
        yesterday = clock.now() - timedelta(days=1)
        take_in([letter(cast, at=yesterday)], at=yesterday)
        conversation = Conversation.objects.get()
        client, address = visit(cast.marta), f"/conversations/{conversation.ref}/"
        sent = answer(cast, conversation, cast.marta)
        page = client.get(address)
        today = day(cast, clock.now())
        assert f'name="days" value="{today}"' in page.content.decode()
        client.post(f"/messages/{sent.ref}/undo/")
        shown = {"seen": page.context["page"].seen, "days": [today], "moving": [sent.ref]}
        news = client.get(address, shown, headers=HTMX).content.decode()
        assert ("Marta Ozola atsauca atbildi" in news, ">Šodien<" in news) == (True, False)

    def test_a_reply_that_left_loses_its_undo_and_one_taken_back_goes(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation = arrive(cast)
        left, taken = answer(cast, conversation, cast.marta), answer(cast, conversation, cast.marta)
        Message.objects.filter(pk=left.pk).update(delivery=Delivery.SENT)
        Message.objects.filter(pk=taken.pk).update(delivery=Delivery.UNDONE)
        news = visit(cast.janis).get(
            f"/conversations/{conversation.ref}/",
            {"seen": f"{taken.pk}.9999", "moving": [left.ref, taken.ref]},
            headers=HTMX,
        )
        html = news.content.decode()
        assert f'id="m-{left.ref}" hx-swap-oob="true"' in html
        assert f'id="m-{taken.ref}" hx-swap-oob="delete"' in html
        assert "/undo/" not in html


def test_who_reads_is_told_by_name_to_those_who_see_the_conversation(
    cast: Cast, visit: Visit
) -> None:
    address = f"/conversations/{arrive(cast).ref}/here/"
    assert visit(cast.janis).post(address).status_code == 204
    told = visit(cast.marta).get(address, {"who": cast.janis.pk}).content.decode()
    assert "Jānis Liepiņš pašlaik lasa" in told
    assert visit(cast.marta).get(address, {"who": cast.oleg.pk}).status_code == 404
    assert visit(cast.oleg).post(address).status_code == 404


def test_earlier_messages_come_by_a_link(cast: Cast, visit: Visit) -> None:
    conversation = arrive(cast)
    for number in range(32):
        answer(cast, conversation, cast.marta, text=f"Atbilde {number}")
    client = visit(cast.marta)
    page = client.get(f"/conversations/{conversation.ref}/")
    earlier = client.get(page.context["page"].earlier_url, headers=HTMX)
    assert "Kur ir mans galds?" not in page.content.decode()
    assert "Kur ir mans galds?" in earlier.content.decode()
    # Both begin today: the line of the page gives way to that of the stretch above it.
    today = day(cast, conversation.opened_at)
    assert page.content.decode().count(f'id="day-{today}"') == 1
    assert f'<div id="day-{today}" hx-swap-oob="delete"></div>' in earlier.content.decode()


@pytest.mark.req("S-087")
def test_a_letter_to_the_director_is_marked_as_his_alone(cast: Cast, visit: Visit) -> None:
    cast.brand.director_address = "director@liepa.example"
    cast.brand.save()
    private = arrive(cast, to=(Party(address="director@liepa.example"),), subject="Direktorei")
    arrive(cast)
    client = visit(cast.olga)
    page = client.get(f"/conversations/{private.ref}/").content.decode()
    assert '<span class="chip">To the director alone</span>' in page
    listed = client.get("/inbox/waiting_us/").content.decode()
    assert listed.count('title="To the director alone"') == 1
    assert visit(cast.marta).get(f"/conversations/{private.ref}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_conversation_costs_the_same_number_of_queries_whatever_its_length(
    cast: Cast,
    visit: Visit,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    conversation = arrive(cast)
    for _number in range(count):
        answer(cast, conversation, cast.marta)
    client = visit(cast.marta)
    client.get("/own/")  # who comes is noted once
    with django_assert_num_queries(QUERIES):
        client.get(f"/conversations/{conversation.ref}/")


# Session, person, teams; the matter with what it has beside its messages, these, happenings,
# dossier; the list beside; that he saw it. Each kind of thing that a matter has costs one more.
QUERIES = 27


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("Kur? Kad?", "1. Kur?\n2. Kad?"),
        ("Labdien!\nKur? Kad? Paldies.", "Labdien!\n1. Kur?\n2. Kad? Paldies."),
        ("1) Kur?\nKad?", "1. Kur?\n2. Kad?"),
    ],
)
def test_questions_are_numbered_line_by_line(text: str, listed: str) -> None:
    assert numbered(text) == listed


@pytest.mark.req("S-055")
def test_who_writes_is_told_how_this_channel_writes_and_what_a_draft_lacks(
    cast: Cast, visit: Visit
) -> None:
    conversation = arrive(cast)
    client = visit(cast.marta)
    page = client.get(f"/conversations/{conversation.ref}/").content.decode()
    assert "Vienkārši, īsi un sirsnīgi, uz „jūs”." in page
    said = {
        text: "Sveiciena vēl nav."
        in client.post(
            f"/conversations/{conversation.ref}/draft/", {"text": text, "kind": kind}
        ).content.decode()
        for text, kind in (
            ("Galds būs rīt.", "reply"),
            ("Labdien! Galds būs rīt.", "reply"),
            ("Jāpiezvana", "note"),
        )
    }
    assert said == {"Galds būs rīt.": True, "Labdien! Galds būs rīt.": False, "Jāpiezvana": False}


def test_a_letter_whose_words_are_sealed_or_wrapped_says_what_to_do(
    cast: Cast, visit: Visit
) -> None:
    cases = {
        "sealed": ("", "smime.p7m", "application/pkcs7-mime"),
        "signed": ("Kur galds?", "smime.p7m", "application/pkcs7-mime"),
        "wrapped": ("Skat. pielikumu.", "winmail.dat", "application/ms-tnef"),
        "plain": ("Skat. pielikumu.", "galds.pdf", "application/pdf"),
    }
    said = {}
    for case, (text, name, media_type) in cases.items():
        row = store.keep(b"0\x80\x06", name=name, media_type=media_type)
        file = InboundFile(file_id=row.pk, name=name, media_type=media_type, size=3)
        conversation = arrive(cast, text=text, files=(file,), subject=case)
        page = visit(cast.marta).get(f"/conversations/{conversation.ref}/").content.decode()
        said[case] = ("teksts ir šifrēts" in page, "ietinis" in page)
    assert said == {
        "sealed": (True, False),
        "signed": (False, False),
        "wrapped": (False, True),
        "plain": (False, False),
    }
