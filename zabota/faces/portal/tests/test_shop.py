"""The page of the demo's shop."""

import pytest
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.domains.channels.services import demo_mailbox
from zabota.faces.portal import shop

ADDRESS = "palidziba@liepa.example"


@pytest.fixture
def demo(cast: Cast) -> None:
    demo_mailbox.open_mailbox(
        address=ADDRESS,
        name="Liepa",
        brand_id=cast.brand.pk,
        team_id=None,
        authserv_id="mail.liepa.example",
        at=MORNING,
    )
    _open_chat(cast)


@pytest.mark.usefixtures("demo")
@pytest.mark.req("S-690")
@pytest.mark.parametrize("language", ["ru", "lv", "en"])
def test_its_address_stands_at_the_top_and_at_the_bottom(client: Client, language: str) -> None:
    page = client.get("/demo-shop/", headers={"Accept-Language": language}).content.decode()
    top, bottom = page[: page.index("</header>")], page[page.index("<footer") :]
    assert (f'href="mailto:{ADDRESS}"' in top, f'href="mailto:{ADDRESS}"' in bottom) == (True, True)
    assert f'<html lang="{language}"' in page
    assert f'data-channel="{shop.KEY}"' in page
    assert f'action="/write/{shop.KEY}/"' in page


@pytest.mark.usefixtures("cast")
def test_a_house_without_the_demo_has_no_such_page(client: Client) -> None:
    assert client.get("/demo-shop/").status_code == 404


def test_a_real_shop_whose_chat_has_the_same_key_has_no_such_page(
    cast: Cast, client: Client
) -> None:
    _open_chat(cast)
    assert client.get("/demo-shop/").status_code == 404


def _open_chat(cast: Cast) -> None:
    demo_mailbox.open_chat(
        key=shop.KEY, name="Liepa", brand_id=cast.brand.pk, team_id=cast.riga.pk, at=MORNING
    )
