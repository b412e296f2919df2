"""What the customer asked for: tasks, proposed from his words, done, reported (S-121)."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import Conversation, Task
from zabota.domains.desk.queries import work
from zabota.domains.desk.rules import asking
from zabota.domains.desk.services import closings, replies, tasks_of
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import answered, letter
from zabota.kernel.facts.models import FactRow


def add(cast: Cast, matter: Conversation, **what: object) -> Task:
    values: dict[str, object] = {
        "text": "Nomainīt galda kāju",
        "actor": cast.actor(cast.marta),
        "at": MORNING,
    }
    return tasks_of.add(matter.ref, **(values | what))  # type: ignore[arg-type]  # by name


@pytest.mark.req("S-121")
class TestARequest:
    def test_must_be_done_and_reported_before_the_matter_is_closed(
        self, cast: Cast, matter: Conversation
    ) -> None:
        marta = cast.actor(cast.marta)
        task = add(cast, matter)
        with pytest.raises(Incomplete, match="tasks_open"):
            closings.propose(matter.ref, actor=marta, at=MORNING)
        tasks_of.finish(task.pk, actor=marta, at=MORNING)
        with pytest.raises(Incomplete, match="tasks_unreported"):
            closings.propose(matter.ref, actor=marta, at=MORNING)
        assert [one.state for one in work.tasks(marta, matter.ref)] == ["done"]
        reply = replies.Reply(
            text="Kāja nomainīta.", client_id="c", seen_message_id=10**9, reports=[task.pk]
        )
        sent = replies.send(reply, to=matter.ref, actor=marta, at=MORNING, undo=timedelta(0))
        assert [one.state for one in work.tasks(marta, matter.ref)] == ["reported"]
        assert FactRow.objects.filter(name="desk.TaskReported").count() == 0
        replies.confirm_delivery(sent.pk, sent_at=MORNING, perhaps_twice=False, at=MORNING)
        assert FactRow.objects.get(name="desk.TaskReported").data["task_id"] == task.pk
        closings.propose(matter.ref, actor=marta, at=MORNING)

    def test_is_proposed_from_the_customers_own_words(self, cast: Cast) -> None:
        text = "Labdien! Lūdzu, nomainiet galda kāju.\n> Lūdzu, atsūtiet rēķinu."
        fold = text.index(">")
        take_in([letter(cast, text=text, folds=((fold, len(text), "quote"),))], at=MORNING)
        message = Conversation.objects.order_by("-pk")[0].messages.get()
        marta = cast.actor(cast.marta)
        assert work.proposed_tasks(marta, message.ref) == ["Lūdzu, nomainiet galda kāju."]
        with pytest.raises(NotFound):
            work.proposed_tasks(cast.actor(cast.oleg), message.ref)

    def test_that_is_a_task_is_not_proposed_again(self, cast: Cast, matter: Conversation) -> None:
        asked = matter.messages.get()
        asked.text = "Lūdzu, nomainiet galda kāju."
        asked.save()
        add(cast, matter, text=asked.text, asked_in=asked.ref)
        assert work.proposed_tasks(cast.actor(cast.marta), asked.ref) == []


class TestATask:
    def test_is_dropped_for_a_reason_that_stays(self, cast: Cast, matter: Conversation) -> None:
        marta, task = cast.actor(cast.marta), add(cast, matter)
        with pytest.raises(Incomplete, match="reason_needed"):
            tasks_of.drop(task.pk, reason="", actor=marta, at=MORNING)
        tasks_of.drop(task.pk, reason="Klients pārdomāja", actor=marta, at=MORNING)
        with pytest.raises(Conflict, match="task_dropped"):
            tasks_of.finish(task.pk, actor=marta, at=MORNING)
        assert [(one.state, one.dropped_reason) for one in work.tasks(marta, matter.ref)] == [
            ("dropped", "Klients pārdomāja")
        ]
        answered(cast, matter)
        closings.propose(matter.ref, actor=marta, at=MORNING)

    def test_done_twice_is_done_once(self, cast: Cast, matter: Conversation) -> None:
        task = add(cast, matter)
        for user in (cast.marta, cast.janis):
            tasks_of.finish(task.pk, actor=cast.actor(user), at=MORNING)
        task.refresh_from_db()
        assert task.done_by == cast.marta
        assert FactRow.objects.filter(name="desk.TaskDone").count() == 1

    def test_belongs_to_one_who_may_answer(self, cast: Cast, matter: Conversation) -> None:
        for user in (cast.kolja, cast.oleg):
            with pytest.raises(NotAllowed, match="owner_may_not_answer"):
                add(cast, matter, owner_id=user.pk)
        add(cast, matter, owner_id=cast.janis.pk)
        loose = work.loose_tasks(cast.actor(cast.janis))
        assert [(one.text, one.owner_name) for one in loose] == [
            ("Nomainīt galda kāju", "Jānis Liepiņš")
        ]
        assert work.loose_tasks(cast.actor(cast.marta)) == []

    @pytest.mark.threat("T20")
    def test_of_another_team_is_not_there(
        self, cast: Cast, matter: Conversation, foreign: Conversation
    ) -> None:
        task = add(cast, foreign, text="Смета", actor=cast.actor(cast.oleg))
        marta = cast.actor(cast.marta)
        with pytest.raises(NotFound):
            tasks_of.finish(task.pk, actor=marta, at=MORNING)
        with pytest.raises(NotFound):
            tasks_of.drop(task.pk, reason="x", actor=marta, at=MORNING)
        with pytest.raises(NotFound):
            tasks_of.finish(10**9, actor=marta, at=MORNING)
        with pytest.raises(NotFound):
            add(cast, matter, asked_in=foreign.messages.get().ref)
        with pytest.raises(NotAllowed):
            tasks_of.finish(task.pk, actor=cast.actor(cast.kolja), at=MORNING)
        task.refresh_from_db()
        assert (task.done_at, task.dropped_at, Task.objects.count()) == (None, None, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Пожалуйста, пришлите чек.", ["Пожалуйста, пришлите чек."]),
        ("Не могли бы вы проверить оплату? Спасибо!", ["Не могли бы вы проверить оплату?"]),
        ("Могли бы вы завтра перезвонить", ["Могли бы вы завтра перезвонить"]),
        ("Lūdzu, pārbaudiet piegādi.", ["Lūdzu, pārbaudiet piegādi."]),
        ("Vai jūs varētu atsūtīt rēķinu?", ["Vai jūs varētu atsūtīt rēķinu?"]),
        ("Please send me the invoice.", ["Please send me the invoice."]),
        ("Could you check it?\nThanks", ["Could you check it?"]),
        ("Пожалуйста.", []),
        ("Спасибо, что проверили.", []),
        ("Извините, пожалуйста, за ожидание.", []),
        ("Galds ir skaists.", []),
        ("", []),
    ],
)
def test_requests_are_told_from_courtesy(text: str, found: list[str]) -> None:
    assert asking.requests(text) == found
