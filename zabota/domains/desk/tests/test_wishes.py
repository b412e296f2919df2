"""A letter that asks for no more mailings is heard at once, whoever reads it and when."""

from typing import Any

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.enums import Direction, State
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, letter
from zabota.domains.people import services as people
from zabota.domains.people.enums import Origin, Purpose
from zabota.domains.people.models import Consent, Customer
from zabota.domains.people.queries import permissions
from zabota.domains.people.services import consents
from zabota.domains.people.services.consents import Proof
from zabota.domains.people.services.recognition import Seen
from zabota.kernel.accounts.roles import SYSTEM

pytestmark = pytest.mark.req("S-730")


@pytest.fixture
def ilze(cast: Cast) -> Customer:
    """She once agreed to offers and to surveys."""
    people.recognise([Seen(shown=ILZE.address, name=ILZE.name)], at=MORNING)
    found = Customer.objects.get()
    proof = Proof(
        wording="Piekrītu",
        wording_version="1",
        language="lv",
        origin=Origin.IN_PERSON,
        controllers=[("SIA Liepa", "Rīga")],
    )
    for purpose in (Purpose.MARKETING, Purpose.SURVEY):
        consents.record(found.ref, purpose, proof, actor=SYSTEM, at=MORNING)
    return found


def allowed() -> set[str]:
    return set(permissions.of_addresses([ILZE.address])[ILZE.address].given)


def notes() -> list[str]:
    return list(Message.objects.filter(direction=Direction.NOTE).values_list("text", flat=True))


@pytest.mark.req("S-729", "S-731", "S-716")
@pytest.mark.parametrize("text", ["отписаться", "Стоп!", "unsubscribe", "Atrakstīties\n\nIlze"])
@pytest.mark.parametrize("verified", [True, False])
def test_it_ends_all_mailings_and_its_own_words_are_kept(
    cast: Cast, ilze: Customer, text: str, verified: bool
) -> None:
    take_in([letter(cast, text=text, sender_verified=verified)], at=MORNING)
    assert allowed() == set()
    said = Consent.objects.filter(given=False, customer=ilze)
    assert set(said.values_list("purpose", "origin", "at", "wording")) == {
        (purpose, "letter", MORNING, text.splitlines()[0].strip("!").lower())
        for purpose in ("marketing", "survey")
    }


def test_who_answers_the_letter_reads_that_it_is_done(cast: Cast, ilze: Customer) -> None:
    take_in([letter(cast, text="Atrakstīties")], at=MORNING)
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.message_count) == (State.WAITING_US, 1)
    (note,) = notes()
    assert note.startswith("Klients lūdz vairs nesūtīt jaunumus.")
    assert ILZE.address in note


def test_asked_twice_it_is_kept_once(cast: Cast, ilze: Customer) -> None:
    for _ in range(2):
        take_in([letter(cast, text="Stop")], at=MORNING)
    assert Consent.objects.filter(given=False).count() == 2


@pytest.mark.parametrize(
    "what",
    [
        {"text": "Стоп, это не мой заказ, а чей-то ещё?"},
        {"text": "Labdien! Kur ir galds? Un atrakstīties no jaunumiem var kā?"},
        {"text": "Unsubscribe", "automatic": "reply"},
        {"text": "Unsubscribe", "history": True},
    ],
)
def test_another_matter_a_machine_and_an_archive_end_nothing(
    cast: Cast, ilze: Customer, what: dict[str, Any]
) -> None:
    take_in([letter(cast, **what)], at=MORNING)
    assert (allowed(), notes()) == ({"marketing", "survey"}, [])
