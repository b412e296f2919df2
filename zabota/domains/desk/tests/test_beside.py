"""A page asks only the tables that hold something of its conversation, and misses nothing."""

from collections.abc import Callable

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.models import (
    ClosingProposal,
    Closure,
    Conversation,
    ConversationTag,
    Draft,
    EntitlementCheck,
    Handover,
    LeaderRequest,
    Mention,
    Message,
    Problem,
    ProblemLink,
    ReadMark,
    Tag,
    Task,
)
from zabota.domains.desk.queries import beside, work
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter
from zabota.kernel import once


def arrive(cast: Cast, subject: str) -> Conversation:
    take_in([letter(cast, subject=subject)], at=MORNING)
    return Conversation.objects.latest("pk")


Make = Callable[[Cast, Conversation], object]


def problem(cast: Cast, *, resolved: bool = False) -> Problem:
    return Problem.objects.create(
        title="Noliktava",
        opened_by=cast.marta,
        opened_at=MORNING,
        resolution="Durvis ir vaļā" if resolved else "",
        resolved_at=MORNING if resolved else None,
    )


# What makes a table worth asking, and what does not though it stands there.
HELD: dict[type[object], Make] = {
    ClosingProposal: lambda cast, one: ClosingProposal.objects.create(
        conversation=one, by=cast.marta, at=MORNING
    ),
    Closure: lambda cast, one: Closure.objects.create(
        conversation=one, by=cast.marta, at=MORNING, how="button"
    ),
    Conversation: lambda cast, one: Conversation.objects.filter(
        pk=arrive(cast, subject="Cits").pk
    ).update(comes_from=one),
    ConversationTag: lambda _cast, one: ConversationTag.objects.create(
        conversation=one, tag=Tag.objects.create(name="galds")
    ),
    Draft: lambda cast, one: Draft.objects.create(
        conversation=one, user=cast.janis, text="Labdien", changed_at=MORNING
    ),
    EntitlementCheck: lambda _cast, one: EntitlementCheck.objects.create(
        conversation=one, level="gold", place=0, what={"en": "A call"}
    ),
    Handover: lambda cast, one: Handover.objects.create(
        conversation=one, giver=cast.marta, receiver=cast.janis, next_step="Zvanīt", at=MORNING
    ),
    LeaderRequest: lambda cast, one: LeaderRequest.objects.create(
        conversation=one, asked_by=cast.marta, asked_at=MORNING, question="Vai drīkst?"
    ),
    Mention: lambda cast, one: Mention.objects.create(message=one.messages.get(), user=cast.marta),
    Problem: lambda cast, _one: problem(cast),
    ProblemLink: lambda cast, one: ProblemLink.objects.create(
        problem=problem(cast, resolved=True), conversation=one
    ),
    Task: lambda _cast, one: Task.objects.create(
        conversation=one, text="Atrast krēslus", created_at=MORNING
    ),
}


def kinds(cast: Cast, matter: Conversation) -> set[str]:
    found = beside.beside(cast.actor(cast.marta), matter.pk).kinds
    return {kind.__name__ for kind in found}


@pytest.mark.parametrize("kind", HELD, ids=lambda kind: kind.__name__)
def test_each_kind_of_thing_is_seen_where_it_is_and_nowhere_else(
    cast: Cast, matter: Conversation, kind: type[object]
) -> None:
    other = arrive(cast, subject="Krēsls")
    HELD[kind](cast, matter)
    elsewhere = {"Problem"} if kind is Problem else set()  # it may be linked from anywhere
    assert (kinds(cast, matter), kinds(cast, other)) == ({kind.__name__}, elsewhere)


def test_what_is_over_is_not_looked_for(cast: Cast, matter: Conversation) -> None:
    ClosingProposal.objects.create(
        conversation=matter, by=cast.marta, at=MORNING, answered_at=MORNING
    )
    Closure.objects.create(
        conversation=matter, by=cast.marta, at=MORNING, how="button", reopened_at=MORNING
    )
    message = Message.objects.get()
    Mention.objects.create(message=message, user=cast.marta, read_at=MORNING)
    Mention.objects.create(message=message, user=cast.janis)
    problem(cast, resolved=True)
    assert kinds(cast, matter) == set()


def test_how_far_one_has_read_is_his_own(cast: Cast, matter: Conversation) -> None:
    number = Message.objects.get().pk
    ReadMark.objects.create(conversation=matter, user=cast.marta, message_id=number, at=MORNING)
    read = {
        person.name: beside.beside(cast.actor(person), matter.pk).read_up_to
        for person in (cast.marta, cast.janis)
    }
    assert read == {cast.marta.name: number, cast.janis.name: 0}


def test_a_page_shows_what_was_there_when_it_began(cast: Cast, matter: Conversation) -> None:
    marta = cast.actor(cast.marta)
    with once.reading():
        HELD[Task](cast, matter)
        assert [one.text for one in work.tasks(marta, matter.ref)] == ["Atrast krēslus"]
        assert work.tags_of(marta, matter.ref) == []
    HELD[ConversationTag](cast, matter)
    with once.reading():
        assert work.tags_of(marta, matter.ref) == ["galds"]
