"""Two colleagues at the same moment: one of them is told that the other was faster (F53).

ZABOTA_STORM_CYCLES is the number of rounds (1,000 at full size).
"""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import MORNING, Cast, gather
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.errors import Conflict
from zabota.domains.desk.models import ClosingProposal, Conversation, Message
from zabota.domains.desk.services import assigning, closings, merging, replies
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault("F53")]

ROUNDS = int(os.environ.get("ZABOTA_STORM_CYCLES", "5"))
NO_TIME = timedelta(0)


@pytest.fixture
def cast() -> Cast:
    return gather()


def at_once(*acts: Callable[[], object]) -> Sequence[str]:
    """Begin all at the same moment; how each ended: "done", or the code of its refusal."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        start.wait()
        try:
            act()
        except Conflict as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as hands:
        return [one.result(timeout=30) for one in [hands.submit(run, act) for act in acts]]


def opened(cast: Cast, number: int) -> list[Conversation]:
    before = set(Conversation.objects.values_list("pk", flat=True))
    take_in([letter(cast, subject=f"Galds {n}") for n in range(number)], at=MORNING)
    return list(Conversation.objects.exclude(pk__in=before).order_by("pk"))


def test_one_of_two_who_take_it_has_it(cast: Cast) -> None:
    marta, janis = cast.actor(cast.marta), cast.actor(cast.janis)
    for _ in range(ROUNDS):
        (matter,) = opened(cast, 1)
        ended = at_once(
            lambda ref=matter.ref: assigning.take(ref, actor=marta, at=MORNING),  # type: ignore[misc]
            lambda ref=matter.ref: assigning.take(ref, actor=janis, at=MORNING),  # type: ignore[misc]
        )
        matter.refresh_from_db()
        winner = cast.marta if ended[0] == "done" else cast.janis
        assert (sorted(ended), matter.assignee) == (["done", "taken"], winner)


def test_of_two_who_merge_crosswise_one_merges(cast: Cast) -> None:
    marta, janis = cast.actor(cast.marta), cast.actor(cast.janis)
    for _ in range(ROUNDS):
        one, other = opened(cast, 2)
        ended = at_once(
            lambda a=one.ref, b=other.ref: merging.merge(  # type: ignore[misc]
                a, into_ref=b, actor=marta, at=MORNING
            ),
            lambda a=one.ref, b=other.ref: merging.merge(  # type: ignore[misc]
                b, into_ref=a, actor=janis, at=MORNING
            ),
        )
        assert sorted(ended) == ["done", "same_conversation"]
        lives = Conversation.objects.get(pk__in=[one.pk, other.pk], merged_into__isnull=True)
        assert lives.messages.count() == 2


def reply(cast: Cast, matter: Conversation, *, client_id: str) -> replies.Reply:
    seen = matter.messages.latest("pk").pk
    return replies.Reply(text="Rīt.", client_id=client_id, seen_message_id=seen)


def test_of_two_who_answer_one_answers_and_the_other_is_told_of_it(cast: Cast) -> None:
    marta, janis = cast.actor(cast.marta), cast.actor(cast.janis)
    for round_ in range(ROUNDS):
        (matter,) = opened(cast, 1)
        one = reply(cast, matter, client_id=f"m-{round_}")
        other = reply(cast, matter, client_id=f"j-{round_}")
        ended = at_once(
            lambda m=matter.ref, r=one: replies.send(  # type: ignore[misc]
                r, to=m, actor=marta, at=MORNING, undo=NO_TIME
            ),
            lambda m=matter.ref, r=other: replies.send(  # type: ignore[misc]
                r, to=m, actor=janis, at=MORNING, undo=NO_TIME
            ),
        )
        assert sorted(ended) == ["answered_meanwhile", "done"]
        sent = matter.messages.get(direction="out")
        assert OutboundEnvelope.objects.filter(key=f"message:{sent.pk}").count() == 1


def test_a_button_pressed_twice_at_once_sends_one_letter(cast: Cast) -> None:
    marta = cast.actor(cast.marta)
    for round_ in range(ROUNDS):
        (matter,) = opened(cast, 1)
        said = reply(cast, matter, client_id=f"twice-{round_}")

        def press(ref: str = matter.ref, said: replies.Reply = said) -> None:
            replies.send(said, to=ref, actor=marta, at=MORNING, undo=NO_TIME)

        assert at_once(press, press, press) == ["done", "done", "done"]
        assert matter.messages.filter(direction="out").count() == 1


def test_two_who_propose_to_close_ask_the_customer_once(cast: Cast) -> None:
    marta, janis = cast.actor(cast.marta), cast.actor(cast.janis)
    for round_ in range(ROUNDS):
        (matter,) = opened(cast, 1)
        said = reply(cast, matter, client_id=f"before-{round_}")
        replies.send(said, to=matter.ref, actor=marta, at=MORNING, undo=NO_TIME)
        ended = at_once(
            lambda m=matter.ref: closings.propose(m, actor=marta, at=MORNING),  # type: ignore[misc]
            lambda m=matter.ref: closings.propose(m, actor=janis, at=MORNING),  # type: ignore[misc]
        )
        assert ended.count("done") == 1
        assert ClosingProposal.objects.filter(conversation=matter).count() == 1
        assert matter.messages.filter(direction="out").count() == 2


@pytest.mark.fault("F21")
def test_a_letter_that_arrives_while_its_matter_is_merged_is_in_what_lives_on(cast: Cast) -> None:
    marta = cast.actor(cast.marta)
    for _ in range(ROUNDS):
        one, other = opened(cast, 2)
        more = letter(cast, references=(one.messages.get().external_id,))
        ended = at_once(
            lambda a=one.ref, b=other.ref: merging.merge(  # type: ignore[misc]
                a, into_ref=b, actor=marta, at=MORNING
            ),
            lambda mail=more: take_in([mail], at=MORNING),  # type: ignore[misc]
        )
        assert ended == ["done", "done"]
        assert Message.objects.filter(conversation=one).count() == 0
        assert other.messages.count() == 3
