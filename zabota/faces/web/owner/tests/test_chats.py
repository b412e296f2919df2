"""The chats of sites, as their owner makes them."""

import pytest
from django.test import Client

from tests.cast import Cast
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import visits
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel.facts.models import FactRow

ADD = "/owner/chats/add/"


@pytest.fixture
def owner(cast: Cast, visit: Visit) -> Client:
    return visit(cast.olga)


def typed(cast: Cast, **changes: object) -> dict[str, object]:
    sites = "https://liepa.example\nHTTPS://www.liepa.example/\n"
    usual = {"name": "Shop", "origins": sites, "brand": cast.brand.pk, "is_active": "on"}
    return {**usual, "team": cast.riga.pk, **changes}


def chat() -> Channel:
    return Channel.objects.get(kind="webchat")


def test_a_new_chat_answers_the_listed_sites_and_its_tag_is_shown(
    cast: Cast, owner: Client
) -> None:
    page = owner.post(ADD, typed(cast), follow=True).content.decode()
    made = visits.chat(chat().address)
    assert made.sites == {"https://liepa.example", "https://www.liepa.example"}
    assert (made.brand_id, made.team_id) == (cast.brand.pk, cast.riga.pk)
    assert f"chat.js&quot; data-channel=&quot;{chat().address}&quot; async" in page
    assert FactRow.objects.filter(name="channels.ChatSet").count() == 1


def test_a_changed_chat_keeps_its_key_and_can_rest(cast: Cast, owner: Client) -> None:
    owner.post(ADD, typed(cast))
    key = chat().address
    changed = typed(cast, origins="http://127.0.0.1:8000", team="")
    owner.post(f"/owner/chats/{chat().ref}/", changed)
    made = visits.chat(key)
    assert (list(made.sites), made.team_id) == (["http://127.0.0.1:8000"], None)

    owner.post(f"/owner/chats/{chat().ref}/", {**changed, "is_active": ""})
    with pytest.raises(visits.NoChat):
        visits.chat(key)


@pytest.mark.threat("T29")
@pytest.mark.parametrize(
    "site", ["*", "https://*.liepa.example", "liepa.example", "https://liepa.example/shop", "null"]
)
def test_what_is_no_sites_address_is_refused_by_name(cast: Cast, owner: Client, site: str) -> None:
    answer = owner.post(ADD, typed(cast, origins=site))
    assert answer.status_code == 422
    assert site in answer.content.decode()
    assert not Channel.objects.filter(kind="webchat").exists()


@pytest.mark.threat("T24")
def test_only_the_fields_of_the_form_can_be_sent(cast: Cast, owner: Client) -> None:
    owner.post(ADD, typed(cast, address="liepa", kind="email", sealed="x", ref="r", id="1"))
    assert (chat().address != "liepa", chat().sealed, chat().ref != "r") == (True, "", True)


def test_the_list_says_where_each_chat_stands(cast: Cast, owner: Client) -> None:
    empty = owner.get("/owner/chats/").content.decode()
    owner.post(ADD, typed(cast))
    assert ADD in empty
    assert "https://www.liepa.example" in owner.get("/owner/chats/").content.decode()
