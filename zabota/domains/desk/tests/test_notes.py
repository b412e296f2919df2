"""Notes, mentions, read marks, drafts and tags: work among ourselves that no customer sees."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.errors import Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import (
    Conversation,
    ConversationTag,
    Draft,
    Mention,
    Message,
    ReadMark,
    Tag,
)
from zabota.domains.desk.queries import inbox, search, work
from zabota.domains.desk.rules import mentions
from zabota.domains.desk.services import drafts, notes, reading, replies, tags
from zabota.kernel.accounts.models import User
from zabota.kernel.facts.models import FactRow

HOUR = timedelta(hours=1)
CANARY = "Klients ir grūts, zvirbulis"


def note(cast: Cast, matter: Conversation, text: str = CANARY, **what: object) -> Message:
    values: dict[str, object] = {"actor": cast.actor(cast.marta), "at": MORNING, "client_id": ""}
    return notes.write(matter.ref, text=text, **(values | what))  # type: ignore[arg-type]


class TestANote:
    @pytest.mark.threat("T23")
    def test_never_reaches_the_customer(self, cast: Cast, matter: Conversation) -> None:
        note(cast, matter)
        reply = replies.Reply(text="Galds būs rīt.", client_id="c", seen_message_id=10**9)
        actor = cast.actor(cast.marta)
        replies.send(reply, to=matter.ref, actor=actor, at=MORNING, undo=HOUR)
        matter.refresh_from_db()
        assert "zvirbulis" not in repr(OutboundEnvelope.objects.get().payload)
        assert "zvirbulis" not in matter.preview

    def test_of_a_colleague_is_welcome(self, cast: Cast, matter: Conversation) -> None:
        written = note(cast, matter, actor=cast.actor(cast.kolja))
        assert (written.direction, written.author) == ("note", cast.kolja)

    def test_twice_by_a_double_click_is_one(self, cast: Cast, matter: Conversation) -> None:
        assert note(cast, matter, client_id="n-1") == note(cast, matter, client_id="n-1")
        assert Message.objects.filter(direction="note").count() == 1

    def test_does_not_make_the_matter_look_answered(self, cast: Cast, matter: Conversation) -> None:
        before = (matter.state, matter.order_at, matter.last_direction, matter.preview)
        note(cast, matter)
        matter.refresh_from_db()
        assert (matter.state, matter.order_at, matter.last_direction, matter.preview) == before

    def test_empty_is_refused(self, cast: Cast, matter: Conversation) -> None:
        with pytest.raises(Incomplete, match="text_empty"):
            note(cast, matter, "  ")

    @pytest.mark.threat("T20")
    def test_of_another_team_cannot_be_written(self, cast: Cast, matter: Conversation) -> None:
        with pytest.raises(NotFound):
            note(cast, matter, actor=cast.actor(cast.oleg))
        assert Message.objects.filter(direction="note").count() == 0

    def test_is_found_by_its_words_within_the_team(self, cast: Cast, matter: Conversation) -> None:
        written = note(cast, matter)
        found = search.search(cast.actor(cast.janis), "zvirbulis")
        assert [(one.ref, one.message_ref) for one in found] == [(matter.ref, written.ref)]
        assert search.search(cast.actor(cast.oleg), "zvirbulis") == []


class TestAMention:
    def test_calls_colleagues_who_may_see_the_matter(
        self, cast: Cast, matter: Conversation
    ) -> None:
        written = note(cast, matter, "@Jānis Liepiņš, skaties; @kira arī; @Oleg nē; e@marta.lv")
        called = Mention.objects.filter(message=written).order_by("pk")
        assert [one.user for one in called] == [cast.janis, cast.kira]
        fact = FactRow.objects.get(name="desk.NoteWritten")
        assert fact.data["mentioned"] == [cast.janis.pk, cast.kira.pk]

    def test_is_read_once_the_note_was_seen(self, cast: Cast, matter: Conversation) -> None:
        question = matter.messages.get()
        written = note(cast, matter, "@Jānis")
        janis = cast.actor(cast.janis)
        reading.mark(matter.ref, message_id=question.pk, actor=janis, at=MORNING)
        assert inbox.counts(janis)[inbox.View.MENTIONS] == 1
        reading.mark(matter.ref, message_id=written.pk, actor=janis, at=MORNING)
        assert inbox.counts(janis)[inbox.View.MENTIONS] == 0

    @pytest.mark.parametrize(
        ("text", "called"),
        [
            ("@Anna Kalna", (1,)),
            ("@anna", (1, 2)),
            ("@Annas", ()),
            ("anna@example.com", ()),
            ("@Jānis-Pauls un @Anna Kalna", (3, 1)),
            ("nothing", ()),
        ],
    )
    def test_prefers_the_full_name_and_never_guesses(
        self, text: str, called: tuple[int, ...]
    ) -> None:
        people = {1: "Anna Kalna", 2: "Anna Liepa", 3: "Jānis-Pauls Bērzs"}
        assert mentions.named(text, people) == called


class TestReading:
    def test_never_goes_back(self, cast: Cast, matter: Conversation) -> None:
        marta, last = cast.actor(cast.marta), matter.messages.get().pk
        for seen in (last, last - 1):
            reading.mark(matter.ref, message_id=seen, actor=marta, at=MORNING)
        assert ReadMark.objects.get().message_id == last

    def test_of_another_teams_matter_is_refused(self, cast: Cast, matter: Conversation) -> None:
        with pytest.raises(NotFound):
            reading.mark(matter.ref, message_id=1, actor=cast.actor(cast.oleg), at=MORNING)
        assert ReadMark.objects.count() == 0


class TestADraft:
    def keep(self, cast: Cast, matter: Conversation, user: User, text: str, kind: str) -> None:
        drafts.keep(matter.ref, text=text, kind=kind, actor=cast.actor(user), at=MORNING)

    def test_is_kept_for_its_author_and_only_seen_to_be_there_by_others(
        self, cast: Cast, matter: Conversation
    ) -> None:
        self.keep(cast, matter, cast.marta, "Sveiki, kundze zvirbulis", "reply")
        own = drafts.of(matter.ref, cast.actor(cast.marta))
        others = drafts.others(matter.ref, cast.actor(cast.janis))
        assert [one.text for one in own] == ["Sveiki, kundze zvirbulis"]
        assert [(one.name, one.kind) for one in others] == [("Marta Ozola", "reply")]
        assert "zvirbulis" not in repr(others)
        assert drafts.of(matter.ref, cast.actor(cast.janis)) == []

    def test_that_is_emptied_is_gone(self, cast: Cast, matter: Conversation) -> None:
        self.keep(cast, matter, cast.marta, "Sveiki", "note")
        self.keep(cast, matter, cast.marta, " ", "note")
        assert Draft.objects.count() == 0

    def test_of_a_reply_is_not_a_colleagues(self, cast: Cast, matter: Conversation) -> None:
        with pytest.raises(NotAllowed):
            self.keep(cast, matter, cast.kolja, "Sveiki", "reply")
        with pytest.raises(NotFound):
            self.keep(cast, matter, cast.oleg, "Sveiki", "note")
        assert Draft.objects.count() == 0


class TestTags:
    def test_are_exactly_those_given(self, cast: Cast, matter: Conversation) -> None:
        marta = cast.actor(cast.marta)
        tags.set(matter.ref, names=["Garantija ", "terase"], actor=marta, at=MORNING)
        tags.set(matter.ref, names=["TERASE", "  piegāde  rīgā"], actor=marta, at=MORNING)
        assert work.tags_of(marta, matter.ref) == ["piegāde rīgā", "terase"]
        assert work.all_tags() == ["piegāde rīgā", "terase"]
        assert FactRow.objects.filter(name="desk.TagsChanged").count() == 2

    def test_that_do_not_change_tell_nothing(self, cast: Cast, matter: Conversation) -> None:
        for _ in range(2):
            tags.set(matter.ref, names=["terase"], actor=cast.actor(cast.marta), at=MORNING)
        assert FactRow.objects.filter(name="desk.TagsChanged").count() == 1

    def test_too_long_or_by_others_are_refused(self, cast: Cast, matter: Conversation) -> None:
        with pytest.raises(Incomplete, match="tag_too_long"):
            tags.set(matter.ref, names=["a" * 41], actor=cast.actor(cast.marta), at=MORNING)
        with pytest.raises(NotAllowed):
            tags.set(matter.ref, names=["a"], actor=cast.actor(cast.kolja), at=MORNING)
        with pytest.raises(NotFound):
            tags.set(matter.ref, names=["a"], actor=cast.actor(cast.oleg), at=MORNING)
        assert (Tag.objects.count(), ConversationTag.objects.count()) == (0, 0)
