"""Somebody gets letters that are not for him, and says so."""

import pytest
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.domains.desk.enums import Direction, State
from zabota.domains.desk.models import Conversation, Message, Participant
from zabota.domains.desk.services import wishes
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, letter
from zabota.domains.people.models import Consent, Customer, Identity
from zabota.domains.people.queries import permissions

pytestmark = pytest.mark.req("S-717")


def unusable() -> str:
    return permissions.of_addresses([ILZE.address])[ILZE.address].unusable


def hears() -> None:
    """What the worker does a moment later."""
    wishes.record_disowned(Identity.objects.get(value=ILZE.address).pk, at=MORNING)


@pytest.fixture
def unproved(page: str) -> str:
    """The same link, to an address of which nothing proves that it is Ilze's."""
    Identity.objects.update(verified_at=None)
    return page


def test_the_page_of_a_matter_offers_it_and_shows_there_nothing_of_the_matter(
    client: Client, page: str
) -> None:
    assert f"{page}not-mine/" in client.get(page).content.decode()
    html = client.get(f"{page}not-mine/").content.decode()
    assert "Vai šī vēstule nebija jums?" in html
    assert ("Terases" in html, "Ilze" in html, unusable()) == (False, False, "")


def test_nothing_more_is_written_there_and_the_links_open_nothing(
    client: Client, page: str
) -> None:
    response = client.post(f"{page}not-mine/", follow=True)
    assert "Paldies, ka pateicāt" in response.content.decode()
    assert unusable() == "not_theirs"
    assert [client.get(page).status_code, client.post(f"{page}agree/").status_code] == [404, 404]
    assert Conversation.objects.get().state == State.AWAITING_CONSENT


def test_the_matters_people_read_a_note_and_it_waits_for_them(
    client: Client, cast: Cast, conversation: Conversation, unproved: str
) -> None:
    Conversation.objects.update(assignee=cast.kira)
    client.post(f"{unproved}not-mine/")
    for _ in range(2):  # a reaction may run twice
        hears()
    conversation.refresh_from_db()
    (note,) = Message.objects.filter(direction=Direction.NOTE)
    assert conversation.state == State.WAITING_US
    # In the language of who works on it.
    assert note.text.startswith("Тот, кто читает почту ilze@kalnina.example")


def test_an_address_that_was_never_proved_is_the_customers_no_more(
    client: Client, cast: Cast, conversation: Conversation, unproved: str
) -> None:
    ilze = Customer.objects.get()
    client.post(f"{unproved}not-mine/")
    hears()
    identity = Identity.objects.get(value=ILZE.address)
    assert (identity.customer == ilze, identity.name) == (False, "")
    assert Participant.objects.get(identity=identity).dropped_at == MORNING
    assert conversation.customer == ilze
    # Whoever reads it writes of his own accord: a matter of his own, and he is answered.
    take_in([letter(cast, subject="Kas jūs esat?")], at=MORNING)
    theirs = Conversation.objects.latest("pk")
    assert (theirs == conversation, theirs.customer == ilze, unusable()) == (False, False, "")


def test_one_who_proved_the_address_himself_is_answered_again_when_he_writes(
    client: Client, cast: Cast, conversation: Conversation, page: str
) -> None:
    client.post(f"{page}not-mine/")
    hears()
    assert Participant.objects.get().dropped_at is None
    take_in([letter(cast, text="Tas biju es.")], at=MORNING)
    assert (unusable(), client.get(page).status_code) == ("", 200)


@pytest.mark.req("S-716")
def test_a_no_to_mailings_is_kept_with_it(client: Client, page: str) -> None:
    client.post(f"{page}not-mine/", REMOTE_ADDR="192.0.2.7")
    assert set(Consent.objects.values_list("purpose", "given", "origin", "ip")) == {
        ("marketing", False, "matter_link", "192.0.2.7"),
        ("survey", False, "matter_link", "192.0.2.7"),
    }
