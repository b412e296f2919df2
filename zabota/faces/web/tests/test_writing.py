"""What a writer is told before a reply leaves, and that nothing he attached or typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from zabota.domains.channels.envelopes import InboundFile
from zabota.domains.charter import services as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.enums import Delivery
from zabota.domains.desk.models import Conversation, Message, Participant
from zabota.domains.desk.rules.sections import Replies
from zabota.domains.desk.services import handovers
from zabota.domains.desk.tests.letters import IRINA
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import answer, arrive
from zabota.kernel import clock
from zabota.kernel.files import store
from zabota.kernel.files.models import StoredFile

HTMX = {"HX-Request": "true"}
ASKS = "Lūdzu, atsūtiet logotipu."


def at(conversation: Conversation, act: str = "") -> str:
    return f"/conversations/{conversation.ref}/{act}"


def pdf(name: str = "rēķins.pdf", size: int = 4) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size, content_type="application/pdf")


def sent_with_file(cast: Cast, conversation: Conversation, client: Client) -> Message:
    client.post(at(conversation, "write/"), {"text": "Pielikumā rēķins.", "files": pdf()})
    return conversation.messages.get(direction="out")


def names(message: Message) -> list[str]:
    return list(message.attachments.order_by("pk").values_list("name", flat=True))


def allow_one_megabyte(cast: Cast) -> None:
    charter.change_section(
        section=Replies,
        scope=Scope(),
        values={"files_megabytes": 1},
        actor=cast.actor(cast.olga),
        reason="Small mailboxes",
        at=clock.now(),
    )


@pytest.mark.req("AS-44", "S-112", "S-113", "S-114")
class TestAskingForWhatIsHere:
    @pytest.fixture
    def handed(self, cast: Cast) -> Conversation:
        """Ilze has sent her logo and copied Irina in; Jānis has it from Marta and has read all."""
        file = store.keep(b"png", name="logo_v2.png", media_type="image/png")
        logo = InboundFile(file_id=file.pk, name="logo_v2.png", media_type="image/png", size=3)
        conversation = arrive(cast, files=(logo,), cc=(IRINA,))
        handovers.offer(
            conversation.ref,
            to_user_id=cast.janis.pk,
            to_team_id=None,
            next_step="Izgatavot uzlīmes",
            known="Izmērs: 40 cm",
            mood="",
            actor=cast.actor(cast.marta),
            at=clock.now(),
        )
        handovers.confirm_read(conversation.ref, actor=cast.actor(cast.janis), at=clock.now())
        return conversation

    def test_is_warned_of_with_a_link_to_the_file_before_the_reply_is_sent(
        self, cast: Cast, visit: Visit, handed: Conversation
    ) -> None:
        client, file = visit(cast.janis), StoredFile.objects.get()
        back = client.post(at(handed, "write/"), {"text": f"Labdien! {ASKS} Kāds izmērs?"})
        html, letter = back.content.decode(), handed.messages.get(direction="in")
        assert back.status_code == 409
        assert f'href="/files/{file.ref}/{letter.ref}/"' in html
        assert ("logo_v2.png</a>" in html, "Izmērs: 40 cm" in html) == (True, True)
        assert f"{ASKS} Kāds izmērs?</textarea>" in html
        assert handed.messages.filter(direction="out").count() == 0
        assert client.get(f"/files/{file.ref}/{letter.ref}/").headers["X-Zabota-File"] == file.key

    def test_all_the_same_leaves_subject_and_participants_as_they_are(
        self, cast: Cast, visit: Visit, handed: Conversation
    ) -> None:
        before = list(Participant.objects.order_by("pk").values())
        client = visit(cast.janis)
        client.post(at(handed, "write/"), {"text": ASKS})
        client.post(at(handed, "write/"), {"text": ASKS, "asked_again": "1"})
        message = handed.messages.get(direction="out")
        handed.refresh_from_db()
        assert (message.subject, handed.subject) == ("Re: Terases galds", "Terases galds")
        assert list(Participant.objects.order_by("pk").values()) == before
        assert [address for _name, address in message.to] == [
            "ilze@kalnina.example",
            "irina@vainovska.example",
        ]

    def test_is_not_asked_once_more_for_the_same_words(
        self, cast: Cast, visit: Visit, handed: Conversation
    ) -> None:
        """Two warnings in turn end: each is confirmed once, for these words and no others."""
        client, text = visit(cast.janis), "Atsūtiet logotipu? Kad jums ērti?"
        listed = client.post(at(handed, "write/"), {"text": text, "as_is": "1"})
        asked = listed.context["composer"]
        assert (len(asked.known), list(asked.confirmed)) == (1, ["as_is"])
        confirmed = {"as_is": asked.mark, "asked_again": "1"}
        other = client.post(at(handed, "write/"), {"text": f"{text} Kur?", **confirmed})
        assert other.context["composer"].asks_for_list
        client.post(at(handed, "write/"), {"text": text, **confirmed})
        assert handed.messages.filter(direction="out").count() == 1

    def test_in_a_note_is_nobodys_question_to_the_customer(
        self, cast: Cast, visit: Visit, handed: Conversation
    ) -> None:
        visit(cast.janis).post(at(handed, "write/"), {"text": ASKS, "kind": "note"})
        assert handed.messages.filter(direction="note").count() == 1


class TestFiles:
    def test_come_back_with_a_reply_that_is_taken_back(self, cast: Cast, visit: Visit) -> None:
        conversation, client = arrive(cast), visit(cast.marta)
        message = sent_with_file(cast, conversation, client)
        back = client.post(f"/messages/{message.ref}/undo/", headers=HTMX)
        assert "rēķins.pdf" in back.content.decode()
        # He goes away and returns: words and file are there, and leave together.
        composer = client.get(at(conversation)).context["composer"]
        assert (composer.text, [one.name for one in composer.files]) == (
            "Pielikumā rēķins.",
            ["rēķins.pdf"],
        )
        client.post(at(conversation, "write/"), {"text": composer.text, "kept": composer.kept})
        assert names(conversation.messages.get(delivery=Delivery.QUEUED)) == ["rēķins.pdf"]

    def test_that_came_back_can_be_taken_out(self, cast: Cast, visit: Visit) -> None:
        conversation, client = arrive(cast), visit(cast.marta)
        message = sent_with_file(cast, conversation, client)
        client.post(f"/messages/{message.ref}/undo/")
        composer = client.get(at(conversation)).context["composer"]
        form = {"text": "Bez pielikuma.", "kept": composer.kept}
        client.post(at(conversation, "write/"), {**form, "without": str(composer.files[0].id)})
        assert names(conversation.messages.get(delivery=Delivery.QUEUED)) == []

    def test_of_a_letter_that_did_not_arrive_are_sent_again_with_its_words(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation, client = arrive(cast), visit(cast.marta)
        failed = sent_with_file(cast, conversation, client)
        Message.objects.filter(pk=failed.pk).update(delivery="failed", delivery_error="returned")
        again = client.get(at(conversation), {"again": failed.ref}).context["composer"]
        assert [one.name for one in again.files] == ["rēķins.pdf"]
        client.post(at(conversation, "write/"), {"text": again.text, "kept": again.kept})
        assert names(conversation.messages.get(delivery=Delivery.QUEUED)) == ["rēķins.pdf"]

    @pytest.mark.threat("T20")
    def test_go_with_nobody_elses_reply(self, cast: Cast, visit: Visit) -> None:
        conversation = arrive(cast)
        form = {"text": "Kāds numurs? Kad ērti?", "files": pdf()}
        asked = visit(cast.marta).post(at(conversation, "write/"), form)
        kept = asked.context["composer"].kept
        words = {"text": "Pielikumā.", "kept": kept}
        visit(cast.janis).post(at(conversation, "write/"), words)
        assert names(conversation.messages.get(delivery=Delivery.QUEUED)) == []

    @pytest.mark.threat("T20")
    def test_of_a_letter_of_another_team_are_not_had_by_writing_it_again(
        self, cast: Cast, visit: Visit
    ) -> None:
        theirs = arrive(cast, team_id=cast.moscow.pk)
        file = store.keep(b"secret", name="секрет.pdf", media_type="application/pdf")
        secret = answer(cast, theirs, cast.oleg, file_ids=[file.pk])
        ours = arrive(cast)
        page = visit(cast.marta).get(at(ours), {"again": secret.ref})
        assert (page.status_code, "секрет" in page.content.decode()) == (404, False)

    def test_that_were_removed_meanwhile_are_named_and_the_words_stay(
        self, cast: Cast, visit: Visit
    ) -> None:
        conversation, client = arrive(cast), visit(cast.marta)
        form = {"text": "Kāds numurs? Kad ērti?", "files": pdf()}
        kept = client.post(at(conversation, "write/"), form).context["composer"].kept
        StoredFile.objects.all().delete()
        words = {"text": "Kāds numurs? Kad ērti?", "as_is": "1", "kept": kept}
        back = client.post(at(conversation, "write/"), words)
        composer = back.context["composer"]
        assert (back.status_code, composer.text, list(composer.files)) == (409, words["text"], [])
        assert "Pievienojiet to vēlreiz." in back.content.decode()

    def test_that_are_too_large_are_said_so_in_numbers_and_no_word_is_lost(
        self, cast: Cast, visit: Visit
    ) -> None:
        allow_one_megabyte(cast)
        conversation, client = arrive(cast), visit(cast.marta)
        form = {"text": "Pielikumā zīmējums.", "files": pdf(size=1_200_000)}
        back = client.post(at(conversation, "write/"), form)
        html = back.content.decode()
        assert back.status_code == 409
        assert "Šie faili kopā aizņem 1,2 MB" in html.replace("\xa0", " ")
        assert "ne vairāk kā 1 MB" in html.replace("\xa0", " ")
        assert "Pielikumā zīmējums.</textarea>" in html
        assert (StoredFile.objects.count(), conversation.messages.count()) == (0, 1)

    def test_that_fit_one_by_one_and_not_together_are_counted_together(
        self, cast: Cast, visit: Visit
    ) -> None:
        allow_one_megabyte(cast)
        conversation, client = arrive(cast), visit(cast.marta)
        form = {"text": "Kāds numurs? Kad ērti?", "files": pdf(size=600_000)}
        kept = client.post(at(conversation, "write/"), form).context["composer"].kept
        more = {"text": "Vēl viens.", "kept": kept, "files": pdf("b.pdf", 600_000)}
        back = client.post(at(conversation, "write/"), more)
        composer = back.context["composer"]
        assert [one.name for one in composer.files] == ["rēķins.pdf"]
        assert StoredFile.objects.count() == 1


def test_a_confirmed_second_answer_is_not_asked_about_again_after_another_question(
    cast: Cast, visit: Visit
) -> None:
    conversation = arrive(cast, cc=(IRINA,))
    seen = str(conversation.messages.get().pk)
    answer(cast, conversation, cast.janis, text="Jau atbildēju.")
    client, words = visit(cast.marta), {"text": "Mani vārdi", "drop": IRINA.address}
    first = client.post(
        at(conversation, "write/"),
        {**words, "seen_message_id": seen, "drop_confirmed": "1"},
    )
    assert first.context["composer"].asks == "answered_meanwhile"
    second = client.post(
        at(conversation, "write/"), {**words, "seen_message_id": seen, "answered_meanwhile": "1"}
    )
    composer = second.context["composer"]
    assert composer.asks == "drop_unconfirmed"
    client.post(
        at(conversation, "write/"),
        {**words, "seen_message_id": str(composer.seen), "drop_confirmed": "1"},
    )
    mine = conversation.messages.get(author=cast.marta, delivery=Delivery.QUEUED)
    assert mine.to == [["Ilze Kalniņa", "ilze@kalnina.example"]]
