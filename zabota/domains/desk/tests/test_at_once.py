"""Two hands on one conversation at the same moment: what one of them did is never undone.

A colleague's transaction has the conversation; the other hand begins, waits, and then goes on from
what the colleague left.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.cast import MORNING, Cast, gather
from tests.parts.ground import wait_until
from zabota.domains.channels.envelopes import Bounce, Inbound
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import closings, customer, replies
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import answered, letter
from zabota.domains.people.models import Customer

pytestmark = pytest.mark.django_db(transaction=True)

UNDO = timedelta(seconds=10)
DAY = timedelta(days=1)
COUNTED = 40


@pytest.fixture
def cast() -> Cast:
    return gather()


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    take_in([letter(cast)], at=MORNING)
    return Conversation.objects.get()


@pytest.fixture
def answer(cast: Cast, conversation: Conversation) -> Message:
    return replies.send(
        replies.Reply(text="Galds būs rīt.", client_id="c-1", seen_message_id=10**9),
        to=conversation.ref,
        actor=cast.actor(cast.marta),
        at=MORNING,
        undo=UNDO,
    )


@pytest.fixture
def token(answer: Message) -> str:
    links = OutboundEnvelope.objects.get().payload["links"]
    found = re.search(r"/c/([^/]+)/", links[0][1])
    assert found
    return found[1]


def meanwhile(cast: Cast, conversation: Conversation, act: Callable[[], object]) -> Conversation:
    """`act` begins while a colleague gives the conversation to Jānis, and ends after him."""

    def acting() -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            held = Conversation.objects.select_for_update().get(pk=conversation.pk)
            begun = other.submit(acting)
            wait_until(lambda: begun.done() or somebody_waits(), what="the other hand's start")
            held.assignee, held.message_count = cast.janis, COUNTED
            held.save()
        begun.result(timeout=30)
    return Conversation.objects.get(pk=conversation.pk)


def somebody_waits() -> bool:
    """PostgreSQL tells; on SQLite nobody else even begins while one writes."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


def test_a_letter_that_leaves_takes_nothing_back(
    cast: Cast, conversation: Conversation, answer: Message
) -> None:
    after = meanwhile(
        cast,
        conversation,
        lambda: replies.confirm_delivery(
            answer.pk, sent_at=MORNING, perhaps_twice=False, at=MORNING
        ),
    )
    assert (after.assignee, after.message_count) == (cast.janis, COUNTED)


def test_a_letter_that_fails_takes_nothing_back(
    cast: Cast, conversation: Conversation, answer: Message
) -> None:
    envelope = OutboundEnvelope.objects.get()
    after = meanwhile(
        cast,
        conversation,
        lambda: replies.record_failure(
            answer.pk, code="refused", envelope_id=envelope.pk, at=MORNING
        ),
    )
    assert (after.assignee, after.message_count) == (cast.janis, COUNTED)
    assert after.state == State.WAITING_US


def test_an_undo_takes_nothing_else_back(
    cast: Cast, conversation: Conversation, answer: Message
) -> None:
    marta = cast.actor(cast.marta)
    after = meanwhile(cast, conversation, lambda: replies.undo(answer.ref, actor=marta, at=MORNING))
    assert (after.assignee, after.state) == (cast.janis, State.WAITING_US)


def test_a_mail_that_arrives_takes_nothing_back(cast: Cast, conversation: Conversation) -> None:
    asked = conversation.messages.get()
    more = letter(cast, text="Un krēsli?", references=(asked.external_id,))
    after = meanwhile(cast, conversation, lambda: take_in([more], at=MORNING))
    assert (after.assignee, after.message_count) == (cast.janis, COUNTED + 1)


def test_a_mail_that_comes_back_takes_nothing_back(
    cast: Cast, conversation: Conversation, answer: Message
) -> None:
    bounce = Bounce(external_id=answer.external_id, address="ilze@kalnina.example", permanent=True)
    report = letter(cast, automatic="bounce", bounced=(bounce,), sender_verified=False)
    after = meanwhile(cast, conversation, lambda: take_in([report], at=MORNING))
    assert (after.assignee, after.message_count) == (cast.janis, COUNTED + 1)


@pytest.mark.usefixtures("answer")
def test_a_customers_word_on_his_page_takes_nothing_back(
    cast: Cast, conversation: Conversation, token: str
) -> None:
    after = meanwhile(
        cast,
        conversation,
        lambda: customer.write(token, words="Un krēsli?", client_id="p-1234567", at=MORNING),
    )
    assert (after.assignee, after.message_count) == (cast.janis, COUNTED + 1)


def test_a_customers_yes_takes_nothing_back(
    cast: Cast, conversation: Conversation, token: str
) -> None:
    closings.propose(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
    after = meanwhile(cast, conversation, lambda: customer.agree(token, at=MORNING))
    assert (after.assignee, after.state) == (cast.janis, State.CLOSED)


def test_a_reminder_takes_nothing_back(cast: Cast, conversation: Conversation) -> None:
    answered(cast, conversation)
    closings.propose(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
    after = meanwhile(cast, conversation, lambda: closings.remind_due(at=MORNING + 2 * DAY))
    assert (after.assignee, after.message_count) == (cast.janis, COUNTED + 1)


@pytest.mark.fault("F53")
@pytest.mark.parametrize("question_first", [True, False])
def test_a_question_and_its_answer_taken_in_by_two_workers_are_one_conversation(
    cast: Cast, question_first: bool
) -> None:
    """One worker has taken in its half and not committed when the other begins with the second."""
    question = letter(cast, text="Kur ir mans galds?")
    answer = letter(cast, references=(question.external_id,), text="Un krēsli?")
    first, second = (question, answer) if question_first else (answer, question)

    def other_worker() -> None:
        try:
            take_in([second], at=MORNING)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            take_in([first], at=MORNING)
            begun = other.submit(other_worker)
            wait_until(lambda: begun.done() or somebody_waits(), what="the other worker's start")
        begun.result(timeout=30)
    conversation = Conversation.objects.get()
    texts = conversation.messages.order_by("pk").values_list("text", flat=True)
    assert (list(texts), conversation.message_count) == ([first.text, second.text], 2)


@pytest.mark.fault("F53")
def test_two_batches_with_crossed_threads_wait_for_nobody_for_ever(cast: Cast) -> None:
    questions = [letter(cast, text=f"Jautājums {n}", subject=f"Galds {n}") for n in range(8)]
    answers = [letter(cast, references=(one.external_id,), subject="Re") for one in questions]
    halves = (
        [*questions[:4], *reversed(answers[4:])],
        [*reversed(answers[:4]), *questions[4:]],
    )

    def worker(half: list[Inbound]) -> None:
        try:
            take_in(half, at=MORNING)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hands:
        for done in [hands.submit(worker, half) for half in halves]:
            done.result(timeout=60)
    counts = Conversation.objects.values_list("message_count", flat=True)
    assert list(counts) == [2] * 8


def test_two_who_meet_the_same_new_person_make_one_customer(cast: Cast) -> None:
    first, second = letter(cast), letter(cast, text="Un krēsli?")

    def meeting() -> None:
        try:
            take_in([second], at=MORNING)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            take_in([first], at=MORNING)
            begun = other.submit(meeting)
            wait_until(lambda: begun.done() or somebody_waits(), what="the other hand's start")
        begun.result(timeout=30)
    assert (Customer.objects.count(), Conversation.objects.count()) == (1, 2)
