"""Mailboxes: tried against real servers, kept sealed, told in words."""

import inspect
import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import MORNING, Cast
from tests.parts.dovecot import Dovecot
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.kinds.email import trouble
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import mailboxes
from zabota.faces.web.owner import providers, words
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel.secrets import seal

CANARY = "canary-password"


@pytest.fixture
def owner(cast: Cast, visit: Visit) -> Client:
    cast.olga.language = "en"
    cast.olga.save()
    return visit(cast.olga)


def answers(cast: Cast, **what: object) -> dict[str, object]:
    """Two servers that nobody runs."""
    return {
        "address": "care@liepa.example",
        "password": CANARY,
        "brand": cast.brand.pk,
        "team": cast.riga.pk,
        "imap_host": "127.0.0.1",
        "imap_port": 1,
        "imap_security": "plain",
        "smtp_host": "127.0.0.1",
        "smtp_port": 1,
        "smtp_security": "plain",
    } | what


def test_a_mailbox_that_works_is_connected_and_its_password_is_sealed(
    cast: Cast, owner: Client, dovecot: Dovecot
) -> None:
    box = dovecot.create("connect@liepa.example")
    with SmtpSink(accounts={box.address: box.password}) as sink:
        sent = answers(
            cast,
            address=box.address,
            password=box.password,
            imap_port=box.port,
            smtp_port=sink.port,
        )
        response = owner.post("/owner/mailboxes/add/?provider=own", sent, follow=True)
        channel = Channel.objects.get(address=box.address)
        tested = owner.post(f"/owner/mailboxes/{channel.ref}/try/").content.decode()
    html = response.content.decode()
    assert "The mailbox is connected" in html
    assert box.password not in html
    assert box.password in seal.unseal(channel.sealed)
    assert box.password not in repr(channel.settings)
    assert ("Receiving works" in tested, "Sending works" in tested) == (True, True)
    assert sink.sent == []


def test_a_mailbox_that_fails_says_what_to_do_and_is_not_kept(cast: Cast, owner: Client) -> None:
    response = owner.post("/owner/mailboxes/add/?provider=own", answers(cast))
    html = response.content.decode()
    assert (response.status_code, Channel.objects.count()) == (422, 1)
    assert html.count(words.trouble("refused")) == 2
    assert CANARY not in html


def test_an_owner_may_keep_it_anyway_and_later_change_all_but_the_password(
    cast: Cast, owner: Client
) -> None:
    owner.post("/owner/mailboxes/add/?provider=own", answers(cast, anyway="on"))
    channel = Channel.objects.get(address="care@liepa.example")
    sealed = channel.sealed
    sent = answers(cast, password="", name="Care", anyway="on")
    owner.post(f"/owner/mailboxes/{channel.ref}/", sent)
    channel.refresh_from_db()
    assert (channel.name, channel.sealed) == ("Care", sealed)
    assert CANARY not in owner.get(f"/owner/mailboxes/{channel.ref}/").content.decode()


def test_a_password_is_never_sent_in_the_open_over_a_network(cast: Cast, owner: Client) -> None:
    sent = answers(cast, imap_host="imap.liepa.example", anyway="on")
    response = owner.post("/owner/mailboxes/add/?provider=own", sent)
    assert "Without encryption" in response.content.decode()
    assert Channel.objects.count() == 1


def test_the_list_says_how_each_mailbox_goes(cast: Cast, owner: Client) -> None:
    mailboxes.failed(
        channel_id=cast.mailbox.pk,
        folder="INBOX",
        code="login_refused",
        detail="",
        passing=False,
        at=MORNING,
    )
    html = owner.get("/owner/mailboxes/").content.decode()
    assert "help@liepa.example is not read" in html
    assert words.trouble("login_refused") in html


def test_a_mailbox_rests_and_is_read_again(cast: Cast, owner: Client) -> None:
    for is_active in (False, True):
        owner.post(f"/owner/mailboxes/{cast.mailbox.ref}/switch/")
        cast.mailbox.refresh_from_db()
        assert cast.mailbox.is_active is is_active


def test_the_owner_decides_whose_word_on_senders_counts(cast: Cast, owner: Client) -> None:
    session = owner.session
    session["proposed-authserv-id"] = {cast.mailbox.ref: "mx.liepa.example"}
    session.save()
    assert (
        "mx.liepa.example vouches"
        in owner.get(f"/owner/mailboxes/{cast.mailbox.ref}/").content.decode()
    )
    owner.post(f"/owner/mailboxes/{cast.mailbox.ref}/trust/")
    cast.mailbox.refresh_from_db()
    assert cast.mailbox.settings["authserv_id"] == "mx.liepa.example"


def test_every_provider_fills_in_its_servers(owner: Client) -> None:
    for key, one in providers.known().items():
        html = owner.get(f"/owner/mailboxes/add/?provider={key}").content.decode()
        assert one.imap[0] in html
        assert one.smtp[0] in html


def test_every_code_of_a_mailbox_has_words() -> None:
    codes = set(re.findall(r"`([a-z_]+)`", inspect.getdoc(trouble) or ""))
    assert codes - set(words.TROUBLES) == set()


@pytest.mark.threat("T40")
def test_nobody_but_the_owner_makes_the_server_connect_anywhere(
    cast: Cast, visit: Visit, scripted_imap: Callable[..., object]
) -> None:
    canary = scripted_imap({})
    sent = answers(cast, imap_port=canary.port)  # type: ignore[attr-defined]
    for other in (cast.marta, cast.kira, cast.vera, cast.kolja):
        assert visit(other).post("/owner/mailboxes/add/?provider=own", sent).status_code == 404
    assert canary.commands == []  # type: ignore[attr-defined]
