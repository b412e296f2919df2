"""How the customer wants to be addressed and reached: he says it himself (S-046)."""

import pytest
from django.test import Client

from tests.cast import Cast
from zabota.domains.desk.models import Conversation
from zabota.domains.people import queries
from zabota.domains.people.models import Customer

WISHES = {
    "say": "Ilzes kundze",
    "language": "ru",
    "preferred_channel": "phone",
    "preferred_time": "darbdienās pēc 17",
}


@pytest.mark.req("S-046")
def test_a_customer_says_how_and_when_to_reach_her_and_who_answers_reads_it(
    client: Client, cast: Cast, conversation: Conversation, page: str
) -> None:
    assert f"{page}wishes/" in client.get(page).content.decode()
    assert client.get(f"{page}wishes/").status_code == 200
    assert Customer.objects.get().preferred_time == ""
    answered = client.post(f"{page}wishes/", WISHES)
    assert (answered.status_code, answered["Location"]) == (303, page)
    assert conversation.customer is not None
    seen = queries.dossier_for(cast.actor(cast.marta), conversation.customer.ref)
    assert {name: getattr(seen, name) for name in WISHES} == WISHES
    assert "Ilzes kundze" in client.get(f"{page}wishes/").content.decode()


def test_nothing_but_these_can_be_sent(client: Client, page: str) -> None:
    before = Customer.objects.get()
    client.post(f"{page}wishes/", WISHES | {"name": "Mallory", "state": "ended", "kind": "company"})
    after = Customer.objects.get()
    assert (after.name, after.state, after.kind) == (before.name, before.state, before.kind)
    refused = client.post(f"{page}wishes/", WISHES | {"language": "xx"})
    assert (refused.status_code, Customer.objects.get().language) == (422, "ru")


def test_a_link_that_does_not_work_opens_no_wishes(client: Client, page: str) -> None:
    unknown = "/c/" + "x" * 32 + "/wishes/"
    assert page
    assert [client.get(unknown).status_code, client.post(unknown, WISHES).status_code] == [404] * 2
    assert Customer.objects.get().say == ""
