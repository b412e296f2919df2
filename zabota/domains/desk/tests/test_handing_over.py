"""Who looks after a matter: taking, giving, and handing over with all that the next one needs."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import InboundFile
from zabota.domains.charter import services as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import Conversation, Handover, Participant
from zabota.domains.desk.queries import search, work
from zabota.domains.desk.rules import handover as rules
from zabota.domains.desk.rules.sections import Handovers
from zabota.domains.desk.services import assigning, handovers, replies, tasks_of
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter
from zabota.domains.promises.models import Promise
from zabota.kernel.accounts.models import User
from zabota.kernel.facts.models import FactRow
from zabota.kernel.files import store

LATER = MORNING + timedelta(hours=1)


def take(cast: Cast, matter: Conversation, user: User) -> None:
    assigning.take(matter.ref, actor=cast.actor(user), at=MORNING)
    matter.refresh_from_db()


def offer(cast: Cast, matter: Conversation, **what: object) -> Handover:
    values: dict[str, object] = {
        "to_user_id": cast.janis.pk,
        "next_step": "Piezvanīt noliktavai",
        "actor": cast.actor(cast.marta),
        "at": LATER,
    }
    return handovers.offer(matter.ref, **(values | what))  # type: ignore[arg-type]  # by name


def answer(cast: Cast, matter: Conversation, user: User) -> None:
    reply = replies.Reply(text="Jā", client_id=f"c-{user.pk}", seen_message_id=10**9)
    actor = cast.actor(user)
    replies.send(reply, to=matter.ref, actor=actor, at=LATER, undo=timedelta(0))


class TestTaking:
    def test_makes_it_and_its_promise_mine(self, cast: Cast, matter: Conversation) -> None:
        take(cast, matter, cast.marta)
        promise = Promise.objects.get()
        assert (matter.assignee, promise.owner_id) == (cast.marta, cast.marta.pk)
        fact = FactRow.objects.get(name="desk.ConversationAssigned")
        assert fact.data["assignee_id"] == cast.marta.pk

    @pytest.mark.fault("F53")
    def test_what_a_colleague_has_just_taken_is_refused(
        self, cast: Cast, matter: Conversation
    ) -> None:
        take(cast, matter, cast.marta)
        with pytest.raises(Conflict) as refused:
            take(cast, matter, cast.janis)
        assert (refused.value.code, refused.value.data) == (
            "taken",
            {"assignee_id": cast.marta.pk},
        )
        matter.refresh_from_db()
        assert matter.assignee == cast.marta

    def test_is_the_leaders_at_any_time_and_anybodys_from_one_who_left(
        self, cast: Cast, matter: Conversation
    ) -> None:
        take(cast, matter, cast.marta)
        take(cast, matter, cast.kira)
        assert matter.assignee == cast.kira
        User.objects.filter(pk=cast.kira.pk).update(is_active=False)
        take(cast, matter, cast.janis)
        assert matter.assignee == cast.janis

    @pytest.mark.parametrize(("who", "refusal"), [("oleg", NotFound), ("kolja", NotAllowed)])
    def test_is_refused_to_who_may_not_answer(
        self, cast: Cast, matter: Conversation, who: str, refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            take(cast, matter, getattr(cast, who))
        matter.refresh_from_db()
        assert matter.assignee is None


class TestGiving:
    @pytest.mark.threat("T22")
    def test_to_another_team_ends_what_the_first_one_sees(
        self, cast: Cast, matter: Conversation
    ) -> None:
        marta, oleg = cast.actor(cast.marta), cast.actor(cast.oleg)
        assert search.search(oleg, "mans galds") == []
        assigning.give(matter.ref, team_id=cast.moscow.pk, actor=marta, at=MORNING)
        assert search.search(marta, "mans galds") == []
        assert [one.ref for one in search.search(oleg, "mans galds")] == [matter.ref]
        with pytest.raises(NotFound):
            work.handover_sheet(marta, matter.ref)
        assert Promise.objects.get().team_id == cast.moscow.pk

    def test_back_to_nobody_leaves_it_in_its_team(self, cast: Cast, matter: Conversation) -> None:
        take(cast, matter, cast.marta)
        assigning.give(matter.ref, actor=cast.actor(cast.marta), at=MORNING)
        matter.refresh_from_db()
        assert (matter.assignee, matter.team) == (None, cast.riga)

    def test_what_a_colleague_has_is_the_leaders_to_do(
        self, cast: Cast, matter: Conversation
    ) -> None:
        take(cast, matter, cast.marta)
        with pytest.raises(NotAllowed, match="leader_or_assignee"):
            assigning.give(
                matter.ref, user_id=cast.janis.pk, actor=cast.actor(cast.janis), at=MORNING
            )
        assigning.give(matter.ref, user_id=cast.janis.pk, actor=cast.actor(cast.kira), at=MORNING)
        matter.refresh_from_db()
        assert matter.assignee == cast.janis

    @pytest.mark.parametrize("who", ["oleg", "kolja"])
    def test_to_who_may_not_answer_there_is_refused(
        self, cast: Cast, matter: Conversation, who: str
    ) -> None:
        with pytest.raises(NotAllowed, match="receiver_may_not_answer"):
            assigning.give(
                matter.ref,
                user_id=getattr(cast, who).pk,
                actor=cast.actor(cast.marta),
                at=MORNING,
            )

    def test_a_letter_to_the_director_is_refused(self, cast: Cast, matter: Conversation) -> None:
        Conversation.objects.update(private_to=cast.olga)
        with pytest.raises(NotAllowed, match="private_letter"):
            assigning.give(
                matter.ref, user_id=cast.janis.pk, actor=cast.actor(cast.olga), at=MORNING
            )


@pytest.mark.req("S-112")
class TestAHandover:
    def test_changes_who_has_it_at_once_with_the_promise(
        self, cast: Cast, matter: Conversation
    ) -> None:
        take(cast, matter, cast.marta)
        due = Promise.objects.get().due_at
        handover = offer(cast, matter)
        matter.refresh_from_db()
        promise = Promise.objects.get()
        assert (matter.assignee, promise.owner_id, promise.due_at) == (
            cast.janis,
            cast.janis.pk,
            due,
        )
        assert (handover.giver, handover.receiver) == (cast.marta, cast.janis)

    def test_must_be_read_before_the_receiver_answers(
        self, cast: Cast, matter: Conversation
    ) -> None:
        offer(cast, matter)
        with pytest.raises(Incomplete, match="handover_unread"):
            answer(cast, matter, cast.janis)
        read = handovers.confirm_read(matter.ref, actor=cast.actor(cast.janis), at=LATER)
        assert (read.read_at, read.read_by) == (LATER, cast.janis)
        answer(cast, matter, cast.janis)

    def test_is_confirmed_by_its_receiver_alone(self, cast: Cast, matter: Conversation) -> None:
        offer(cast, matter)
        for user in (cast.marta, cast.kira):
            with pytest.raises(NotAllowed, match="not_receiver"):
                handovers.confirm_read(matter.ref, actor=cast.actor(user), at=LATER)
        assert Handover.objects.get().read_at is None

    def test_to_a_team_is_confirmed_by_who_takes_it(self, cast: Cast, matter: Conversation) -> None:
        offer(cast, matter, to_user_id=None, to_team_id=cast.moscow.pk)
        with pytest.raises(Incomplete, match="handover_unread"):
            answer(cast, matter, cast.oleg)
        handovers.confirm_read(matter.ref, actor=cast.actor(cast.oleg), at=LATER)
        matter.refresh_from_db()
        assert (matter.team, matter.assignee) == (cast.moscow, cast.oleg)
        answer(cast, matter, cast.oleg)

    @pytest.mark.req("S-115")
    def test_gives_history_files_promises_people_and_tasks(
        self, cast: Cast, matter: Conversation
    ) -> None:
        file = store.keep(b"png", name="logo.png", media_type="image/png")
        question = matter.messages.get()
        further = letter(
            cast,
            references=(question.external_id,),
            text="Lūk logotips",
            files=(InboundFile(file_id=file.pk, name="logo.png", media_type="image/png", size=3),),
        )
        take_in([further], at=MORNING)
        marta = cast.actor(cast.marta)
        tasks_of.add(matter.ref, text="Uzlikt logotipu", actor=marta, at=MORNING)
        offer(cast, matter, known="Izmērs: 40 cm\n\nKrāsa: zila", mood="Steidzas")
        sheet = work.handover_sheet(cast.actor(cast.janis), matter.ref)
        assert sheet.handover is not None
        assert (sheet.handover.known, sheet.handover.mood, sheet.handover.next_step) == (
            ["Izmērs: 40 cm", "Krāsa: zila"],
            "Steidzas",
            "Piezvanīt noliktavai",
        )
        assert sheet.handover.awaits_me
        assert [one.name for one in sheet.files] == ["logo.png"]
        assert [one.address for one in sheet.people] == ["ilze@kalnina.example"]
        assert [one.text for one in sheet.tasks] == ["Uzlikt logotipu"]
        assert [word.owner_id for word in sheet.words] == [cast.janis.pk]

    @pytest.mark.req("S-115")
    def test_without_a_next_step_is_refused(self, cast: Cast, matter: Conversation) -> None:
        with pytest.raises(Incomplete, match="next_step_needed"):
            offer(cast, matter, next_step=" ")
        matter.refresh_from_db()
        assert (matter.assignee, Handover.objects.count()) == (None, 0)

    @pytest.mark.req("S-113")
    def test_leaves_subject_and_participants_as_they_are(
        self, cast: Cast, matter: Conversation
    ) -> None:
        before = list(Participant.objects.values())
        offer(cast, matter)
        handovers.confirm_read(matter.ref, actor=cast.actor(cast.janis), at=LATER)
        answer(cast, matter, cast.janis)
        sent = matter.messages.get(direction="out")
        assert (sent.subject, sent.to) == (
            "Re: Terases galds",
            [["Ilze Kalniņa", "ilze@kalnina.example"]],
        )
        assert list(Participant.objects.values()) == before

    @pytest.mark.parametrize(
        ("what", "code"),
        [
            ({"to_user_id": None}, "receiver_needed"),
            ({"to_user_id": "marta"}, "receiver_is_giver"),
        ],
    )
    def test_to_nobody_else_is_refused(
        self, cast: Cast, matter: Conversation, what: dict[str, object], code: str
    ) -> None:
        if what["to_user_id"] == "marta":
            what = {"to_user_id": cast.marta.pk}
        with pytest.raises(Incomplete, match=code):
            offer(cast, matter, **what)

    def test_to_who_left_or_may_not_see_it_is_refused(
        self, cast: Cast, matter: Conversation
    ) -> None:
        User.objects.filter(pk=cast.janis.pk).update(is_active=False)
        for user in (cast.janis, cast.oleg, cast.kolja):
            with pytest.raises(NotAllowed, match="receiver_may_not_answer"):
                offer(cast, matter, to_user_id=user.pk)
        with pytest.raises(NotFound):
            offer(cast, matter, actor=cast.actor(cast.oleg))
        assert Handover.objects.count() == 0


@pytest.mark.req("S-113")
class TestAnIntroduction:
    def line(self, cast: Cast, matter: Conversation, user: User) -> str:
        return handovers.introduction(matter.ref, actor=cast.actor(user), at=LATER)

    def test_is_left_out_unless_the_charter_wants_it(
        self, cast: Cast, matter: Conversation
    ) -> None:
        offer(cast, matter)
        assert self.line(cast, matter, cast.janis) == ""

    def test_is_the_receivers_in_his_first_reply_only(
        self, cast: Cast, matter: Conversation
    ) -> None:
        charter.change_section(
            section=Handovers,
            scope=Scope(),
            values={"introduce": True},
            actor=cast.actor(cast.olga),
            reason="Our customers like to know.",
            at=MORNING,
        )
        offer(cast, matter)
        assert self.line(cast, matter, cast.marta) == ""
        assert self.line(cast, matter, cast.janis) == (
            "Mani sauc Jānis Liepiņš, un turpmāk jūsu pieteikumu risināšu es."
        )
        handovers.confirm_read(matter.ref, actor=cast.actor(cast.janis), at=LATER)
        answer(cast, matter, cast.janis)
        assert self.line(cast, matter, cast.janis) == ""
        with pytest.raises(NotFound):
            self.line(cast, matter, cast.oleg)


class TestAskingAgain:
    @pytest.mark.req("S-113")
    def test_for_the_logo_is_warned_of_with_a_link_to_the_file(
        self, cast: Cast, matter: Conversation
    ) -> None:
        file = store.keep(b"png", name="logo_v2.png", media_type="image/png")
        question = matter.messages.get()
        further = letter(
            cast,
            references=(question.external_id,),
            files=(
                InboundFile(file_id=file.pk, name="logo_v2.png", media_type="image/png", size=3),
            ),
        )
        take_in([further], at=MORNING)
        offer(cast, matter, known="Izmērs: 40 cm")
        draft = "Labdien! Lūdzu, atsūtiet logotipu. Kāds izmērs vajadzīgs? Paldies!"
        again = work.asked_again(cast.actor(cast.janis), matter.ref, draft)
        assert [(one.sentence, one.file.name if one.file else "", one.fact) for one in again] == [
            ("Lūdzu, atsūtiet logotipu.", "logo_v2.png", ""),
            ("Kāds izmērs vajadzīgs?", "", "Izmērs: 40 cm"),
        ]
        assert again[0].file is not None
        assert again[0].file.ref == file.ref
        with pytest.raises(NotFound):
            work.asked_again(cast.actor(cast.oleg), matter.ref, draft)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Пришлите, пожалуйста, ваш логотип.", "logo.png"),
            ("Could you send us the logo?", "logo.png"),
            ("Вышлите договор ещё раз.", "ligums_2026.pdf"),
            ("Vai varat atsūtīt fotogrāfiju?", "logo.png"),
            ("Мы поставим логотип завтра.", ""),
            ("Пришлите, пожалуйста, размеры.", ""),
            ("", ""),
        ],
    )
    def test_is_seen_in_three_languages_and_only_in_a_request(self, text: str, found: str) -> None:
        files = [
            rules.Known(1, "ligums_2026.pdf", "application/pdf"),
            rules.Known(2, "logo.png", "image/png"),
        ]
        again = rules.asks_again(text, known_files=files, known_facts=["Телефон: 29123456"])
        assert [one.file.name if one.file else "" for one in again] == ([found] if found else [])
