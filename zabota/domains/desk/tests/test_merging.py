"""Two matters become one, and nothing is lost."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import ThreadClue
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.enums import Delivery, Direction, State
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import (
    ClosingProposal,
    Conversation,
    Draft,
    Message,
    Participant,
    Problem,
    ProblemLink,
)
from zabota.domains.desk.queries import matter as links
from zabota.domains.desk.queries import search, thread, work
from zabota.domains.desk.services import (
    closings,
    drafts,
    merging,
    notes,
    participants,
    replies,
    tags,
    tasks_of,
)
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import IRINA, answered, letter
from zabota.domains.people.models import Identity
from zabota.domains.promises.enums import PromiseState
from zabota.domains.promises.models import Promise
from zabota.kernel.brands.models import Brand
from zabota.kernel.facts.models import FactRow

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def second(cast: Cast, matter: Conversation) -> Conversation:
    """Ilze writes again about the same table, with Irina in copy, as a new letter."""
    again = letter(cast, subject="Galds?", text="Un krēsli zvirbulis?", cc=(IRINA,), at=LATER)
    take_in([again], at=LATER)
    return Conversation.objects.exclude(pk=matter.pk).get()


def merge(
    cast: Cast, merged: Conversation, target: Conversation, *, confirmed: bool = False
) -> Conversation:
    return merging.merge(
        merged.ref,
        into_ref=target.ref,
        confirmed=confirmed,
        actor=cast.actor(cast.marta),
        at=LATER,
    )


class TestMerging:
    def test_unites_messages_people_and_what_lists_show(
        self, cast: Cast, matter: Conversation, second: Conversation
    ) -> None:
        merge(cast, second, matter)
        shown = thread.thread(cast.actor(cast.janis), matter.ref, at=LATER)
        assert (shown.subject, [one.pieces[0].text for one in shown.entries]) == (
            "Terases galds",
            ["Kur ir mans galds?", "Un krēsli zvirbulis?"],
        )
        assert [one.address for one in shown.people] == [
            "ilze@kalnina.example",
            "irina@vainovska.example",
        ]
        matter.refresh_from_db()
        assert (matter.message_count, matter.preview, matter.waiting_since) == (
            2,
            "Un krēsli zvirbulis?",
            MORNING,
        )

    def test_keeps_the_earlier_promise_and_gives_none_twice(
        self, cast: Cast, matter: Conversation, second: Conversation
    ) -> None:
        first = Promise.objects.get(subject_id=matter.pk)
        merge(cast, second, matter)
        standing = Promise.objects.get(state=PromiseState.OPEN)
        matter.refresh_from_db()
        assert (standing, matter.due_at) == (first, first.due_at)

    def test_takes_tags_tasks_drafts_and_problems_along(
        self, cast: Cast, matter: Conversation, second: Conversation
    ) -> None:
        marta = cast.actor(cast.marta)
        for one, names in ((matter, ["galds"]), (second, ["galds", "krēsls"])):
            tags.set(one.ref, names=names, actor=marta, at=LATER)
            drafts.keep(one.ref, text=f"Par {one.subject}", kind="reply", actor=marta, at=LATER)
        problem = Problem.objects.create(title="Noliktava", opened_at=LATER, opened_by=cast.marta)
        for one in (matter, second):
            ProblemLink.objects.create(problem=problem, conversation=one)
        tasks_of.add(second.ref, text="Atrast krēslus", actor=marta, at=LATER)
        notes.write(second.ref, text="@Jānis skat", actor=marta, at=LATER)
        merge(cast, second, matter)
        assert work.tags_of(marta, matter.ref) == ["galds", "krēsls"]
        assert [one.text for one in work.tasks(marta, matter.ref)] == ["Atrast krēslus"]
        assert Draft.objects.get(conversation=matter).text == "Par Terases galds\n\nPar Galds?"
        assert [one.title for one in work.problems_of(marta, matter.ref)] == ["Noliktava"]
        assert Message.objects.get(direction=Direction.NOTE).conversation == matter

    def test_leaves_the_old_name_pointing_to_the_new_place(
        self, cast: Cast, matter: Conversation, second: Conversation
    ) -> None:
        merge(cast, second, matter)
        marta = cast.actor(cast.marta)
        assert thread.thread(marta, second.ref, at=LATER).ref == matter.ref
        found = search.search(marta, "zvirbulis")
        assert [one.ref for one in found] == [matter.ref]
        fact = FactRow.objects.get(name="desk.ConversationsMerged")
        assert (fact.about_id, fact.data["merged_id"]) == (matter.pk, second.pk)

    @pytest.mark.threat("T23")
    def test_leads_each_customer_to_his_own_matters_name(
        self, cast: Cast, matter: Conversation
    ) -> None:
        take_in([letter(cast, sender=IRINA, subject="Krēsli", at=LATER)], at=LATER)
        hers = Conversation.objects.exclude(pk=matter.pk).get()
        reply = replies.Reply(text="Drīz.", client_id="c", seen_message_id=10**9)
        marta = cast.actor(cast.marta)
        replies.send(reply, to=hers.ref, actor=marta, at=LATER, undo=timedelta(0))
        address = OutboundEnvelope.objects.get().payload["links"][0][1]
        token = address.rstrip("/").rpartition("/")[2]
        merging.merge(hers.ref, into_ref=matter.ref, confirmed=True, actor=marta, at=LATER)
        assert links.matter(token, at=LATER).subject == "Krēsli"
        irina = Identity.objects.get(value=IRINA.address)
        participants.drop(matter.ref, irina.pk, confirmed=True, actor=marta, at=LATER)
        participants.restore(matter.ref, irina.pk, actor=marta, at=LATER)
        with pytest.raises(NotFound):
            links.matter(token, at=LATER)

    @pytest.mark.fault("F21")
    def test_lets_replies_to_either_arrive_in_the_one(
        self, cast: Cast, matter: Conversation, second: Conversation
    ) -> None:
        reply = replies.Reply(text="Drīz.", client_id="c", seen_message_id=10**9)
        marta = cast.actor(cast.marta)
        sent = replies.send(reply, to=second.ref, actor=marta, at=LATER, undo=timedelta(0))
        merge(cast, second, matter)
        replies.confirm_delivery(sent.pk, sent_at=LATER, perhaps_twice=False, at=LATER)
        signed = ThreadClue(conversation_id=second.pk, message_id=sent.pk, from_recipient=True)
        take_in([letter(cast, clue=signed), letter(cast, references=(sent.external_id,))], at=LATER)
        assert Conversation.objects.count() == 2
        assert matter.messages.count() == 5
        assert second.messages.count() == 0
        assert Message.objects.get(pk=sent.pk).delivery == Delivery.SENT

    def test_withdraws_the_question_about_one_half(
        self, cast: Cast, matter: Conversation, second: Conversation
    ) -> None:
        answered(cast, second)
        closings.propose(second.ref, actor=cast.actor(cast.marta), at=LATER)
        merge(cast, second, matter)
        matter.refresh_from_db()
        assert ClosingProposal.objects.get().answered_at == LATER
        assert matter.state == State.WAITING_US

    def test_keeps_dropped_people_dropped(
        self, cast: Cast, matter: Conversation, second: Conversation
    ) -> None:
        copied = Participant.objects.get(identity__value=IRINA.address)
        copied.dropped_at = LATER
        copied.save()
        merge(cast, second, matter)
        dropped = Participant.objects.get(conversation=matter, identity=copied.identity)
        assert dropped.dropped_at == LATER


class TestWhatIsRefused:
    def test_a_matter_into_itself_even_when_merged_before(
        self, cast: Cast, matter: Conversation, second: Conversation
    ) -> None:
        merge(cast, second, matter)
        for one, other in ((matter, matter), (second, matter), (matter, second)):
            with pytest.raises(Conflict, match="same_conversation"):
                merge(cast, one, other)

    @pytest.mark.threat("T20")
    def test_what_the_agent_may_not_see_or_answer(
        self, cast: Cast, matter: Conversation, foreign: Conversation
    ) -> None:
        for one, other in ((foreign, matter), (matter, foreign)):
            with pytest.raises(NotFound):
                merge(cast, one, other)
        with pytest.raises(NotAllowed):
            merging.merge(foreign.ref, into_ref=matter.ref, actor=cast.actor(cast.kolja), at=LATER)
        assert Conversation.objects.filter(merged_into__isnull=False).count() == 0

    @pytest.mark.threat("T23")
    def test_different_customers_unless_confirmed(self, cast: Cast, matter: Conversation) -> None:
        take_in([letter(cast, sender=IRINA, subject="Стол", text="Мой адрес?")], at=LATER)
        other = Conversation.objects.exclude(pk=matter.pk).get()
        with pytest.raises(Incomplete, match="different_customers"):
            merge(cast, other, matter)
        assert matter.messages.count() == 1
        merge(cast, other, matter, confirmed=True)
        assert matter.messages.count() == 2

    def test_another_brand(self, cast: Cast, matter: Conversation, second: Conversation) -> None:
        second.brand = Brand.objects.create(name="Osis", language="lv", languages=["lv"])
        second.save()
        with pytest.raises(Conflict, match="other_brand"):
            merge(cast, second, matter)

    def test_a_closed_target(self, cast: Cast, matter: Conversation, second: Conversation) -> None:
        closings.close_on_spoken_word(
            matter.ref, reason="Pa tālruni", actor=cast.actor(cast.marta), at=LATER
        )
        with pytest.raises(Conflict, match="already_closed"):
            merge(cast, second, matter)

    def test_a_letter_to_the_director_with_one_to_all(
        self, cast: Cast, matter: Conversation, second: Conversation
    ) -> None:
        Conversation.objects.filter(pk=second.pk).update(private_to=cast.olga)
        with pytest.raises(Conflict, match="private_letter"):
            merging.merge(second.ref, into_ref=matter.ref, actor=cast.actor(cast.olga), at=LATER)
