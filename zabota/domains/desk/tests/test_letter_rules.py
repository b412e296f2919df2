"""How letters are written here, as it is without anybody setting anything (S-070).

The seven rules for letters of the house's teachers: answer soon, number the questions, report what
was asked for, keep the subject, make it a telling one, answer all, and let the last word be ours.
"""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import Party, ThreadClue
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.enums import State
from zabota.domains.desk.errors import Incomplete
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.rules.structure import Lack
from zabota.domains.desk.services import checks, closings, splitting, tasks_of
from zabota.domains.desk.services.customer import agree
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, IRINA, answered, letter
from zabota.domains.promises.models import Promise

pytestmark = pytest.mark.req("S-070")


@pytest.fixture
def matter(cast: Cast) -> Conversation:
    take_in([letter(cast, cc=(IRINA,))], at=MORNING)
    return Conversation.objects.get()


def reply_of_hers(cast: Cast, matter: Conversation, text: str, **what: Any) -> Message:
    """Ilze answers our last letter."""
    last = matter.messages.filter(direction="out").latest("pk")
    clue = ThreadClue(conversation_id=matter.pk, message_id=last.pk, from_recipient=True)
    take_in([letter(cast, text=text, clue=clue, **what)], at=MORNING)
    return Message.objects.latest("pk")


def test_a_letter_is_answered_within_an_hour_or_two(matter: Conversation) -> None:
    promise = Promise.objects.get(subject_id=matter.pk)
    assert (promise.ideal_at, promise.due_at) == (
        MORNING + timedelta(hours=1),
        MORNING + timedelta(hours=2),
    )


def test_several_questions_are_to_be_a_numbered_list(cast: Cast, matter: Conversation) -> None:
    loose = "Labdien! Kad jums ērti? Un uz kuru adresi?"
    numbered = "Labdien!\n1. Kad jums ērti?\n2. Uz kuru adresi?"
    marta = cast.actor(cast.marta)
    assert checks.lacks(matter.ref, loose, actor=marta, at=MORNING) == [Lack.LIST]
    assert checks.lacks(matter.ref, numbered, actor=marta, at=MORNING) == []


def test_what_was_asked_for_is_reported_before_the_matter_ends(
    cast: Cast, matter: Conversation
) -> None:
    marta = cast.actor(cast.marta)
    answered(cast, matter)
    task = tasks_of.add(matter.ref, text="Pārbaudīt noliktavu", actor=marta, at=MORNING)
    tasks_of.finish(task.pk, actor=marta, at=MORNING)
    with pytest.raises(Incomplete, match="tasks_unreported"):
        closings.propose(matter.ref, actor=marta, at=MORNING)


def test_not_a_character_of_the_subject_changes(cast: Cast, matter: Conversation) -> None:
    answered(cast, matter)
    reply_of_hers(cast, matter, "Paldies, un krēsli?", subject="AW: Krēsli")
    last = answered(cast, matter, client_id="c-2")
    matter.refresh_from_db()
    assert (matter.subject, last.subject) == ("Terases galds", "Re: Terases galds")


def test_a_new_topic_gets_a_telling_subject_of_its_own(cast: Cast, matter: Conversation) -> None:
    answered(cast, matter)
    asked = reply_of_hers(
        cast, matter, "Vēl gribu sūdzēties par rēķinu: summa rēķinā Nr. 4711 ir divreiz lielāka."
    )
    proposed = splitting.propose_subject(
        matter.ref, message_refs=[asked.ref], actor=cast.actor(cast.marta), at=MORNING
    )
    assert "rēķin" in proposed


def test_everybody_who_takes_part_is_answered(cast: Cast, matter: Conversation) -> None:
    answered(cast, matter)
    payload = OutboundEnvelope.objects.latest("pk").payload
    reached = {party["address"] for party in (*payload["to"], *payload["cc"])}
    assert reached == {ILZE.address, IRINA.address}


def test_the_last_word_is_ours_and_thanks_opens_nothing_again(
    cast: Cast, matter: Conversation
) -> None:
    marta = cast.actor(cast.marta)
    answered(cast, matter)
    closings.propose(matter.ref, actor=marta, at=MORNING)
    payload = OutboundEnvelope.objects.latest("pk").payload
    agree(payload["links"][0][1].rstrip("/").rpartition("/")[2], at=MORNING)
    reply_of_hers(cast, matter, "Liels paldies!", thanks_only=True)
    last = answered(cast, matter, client_id="c-3")
    matter.refresh_from_db()
    assert (matter.state, matter.last_direction, last.delivery) == (State.CLOSED, "out", "sent")


def test_a_reply_of_a_stranger_is_no_part_of_it(cast: Cast, matter: Conversation) -> None:
    stranger = Party(address="mallory@evil.example", name="Mallory")
    answered(cast, matter)
    reply_of_hers(cast, matter, "Es arī!", sender=stranger, sender_verified=False)
    answered(cast, matter, client_id="c-4")
    payload = OutboundEnvelope.objects.latest("pk").payload
    reached = {party["address"] for party in (*payload["to"], *payload["cc"])}
    assert reached == {ILZE.address, IRINA.address}
