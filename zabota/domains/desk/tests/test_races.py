"""Two colleagues at the same moment: one of them is told that the other was faster (F53)."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.cast import MORNING, Cast, gather
from zabota.domains.desk.errors import Conflict
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import assigning, merging
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.fault("F53")]

ROUNDS = 5


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
