"""A mailbox is signed in at its provider by the owner's browser, and read by what that brought."""

import dataclasses
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.cast import Cast, gather
from tests.parts import ground
from tests.parts.dovecot import Dovecot, Mailbox
from tests.parts.oauth_server import OAuthServer
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.kinds.email import config, mailboxes, oauth
from zabota.domains.channels.models import Channel, InboundEnvelope
from zabota.domains.channels.tests.letters import letter
from zabota.faces.web.owner import words
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel.accounts.models import User

SECRET = "shop-secret"
BACK = "/owner/mailboxes/back/"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthServer]:
    with OAuthServer() as running:
        here = {
            name: dataclasses.replace(
                known, authorise=f"{running.url}/authorise", token=f"{running.url}/token"
            )
            for name, known in oauth.providers().items()
        }
        monkeypatch.setattr(oauth, "providers", lambda: here)
        yield running


@pytest.fixture
def owner(cast: Cast, visit: Visit) -> Client:
    return signed_in(cast.olga, visit)


def signed_in(user: User, visit: Visit) -> Client:
    user.language = "en"
    user.save()
    return visit(user)


def answers(cast: Cast, **what: object) -> dict[str, object]:
    """Google's form with the owner's own client, and servers that nobody runs."""
    server = {"host": "127.0.0.1", "port": 1, "security": "plain"}
    servers = {f"{kind}_{key}": value for kind in ("imap", "smtp") for key, value in server.items()}
    return {
        **servers,
        "address": "care@liepa.example",
        "auth": "google",
        "client_id": "shop",
        "client_secret": SECRET,
        "brand": cast.brand.pk,
    } | what


def connect(owner: Client, cast: Cast, **what: object) -> Channel:
    response = owner.post("/owner/mailboxes/add/?provider=google", answers(cast, **what))
    channel = Channel.objects.get(address=what.get("address", "care@liepa.example"))
    assert response["Location"] == f"/owner/mailboxes/{channel.ref}/"
    return channel


def begin(owner: Client, channel: Channel, provider: OAuthServer) -> dict[str, str]:
    """The owner presses the button and says yes at the provider; what his browser brings back."""
    response = owner.post(f"/owner/mailboxes/{channel.ref}/sign-in/")
    return provider.authorise(response["Location"])


def test_the_page_asks_for_the_owners_own_client_and_keeps_its_secret_sealed(
    cast: Cast, owner: Client, provider: OAuthServer
) -> None:
    first = owner.get("/owner/mailboxes/add/?provider=google").content.decode()
    assert "http://127.0.0.1:8000/owner/mailboxes/back/" in first
    channel = connect(owner, cast, plus_addressing="on")
    page = owner.get(f"/owner/mailboxes/{channel.ref}/")
    html = page.content.decode()
    # Nothing is read before somebody has signed in, and the page says so.
    assert (channel.is_active, "Not signed in at the provider yet" in html) == (False, True)
    assert (SECRET in html, SECRET in channel.sealed) == (False, False)
    assert config.settings_of(channel).plus_addressing
    # A browser lets the button's form lead to the provider, and to nobody else.
    policy = page["Content-Security-Policy"]
    (allowed,) = [part for part in policy.split("; ") if part.startswith("form-action")]
    assert allowed == f"form-action 'self' {provider.url}"


@pytest.mark.parametrize("missing", ["client_id", "client_secret"])
def test_a_client_without_its_half_is_asked_for(cast: Cast, owner: Client, missing: str) -> None:
    sent = answers(cast, **{missing: ""})
    response = owner.post("/owner/mailboxes/add/?provider=google", sent)
    assert (response.status_code, Channel.objects.count()) == (422, 1)


def test_the_secret_may_stay_as_it_is_kept(
    cast: Cast, owner: Client, provider: OAuthServer
) -> None:
    channel = connect(owner, cast)
    sent = answers(cast, client_secret="", name="Care")
    owner.post(f"/owner/mailboxes/{channel.ref}/", sent)
    assert oauth.sign_in_of(channel.pk, actor=cast.actor(cast.olga)).client == oauth.Client(
        client_id="shop", client_secret=SECRET
    )


@pytest.mark.threat("T38")
def test_what_a_browser_brings_back_counts_once_and_only_in_the_session_that_began(
    cast: Cast, owner: Client, visit: Visit, provider: OAuthServer
) -> None:
    channel = connect(owner, cast)
    brought = begin(owner, channel, provider)
    other = signed_in(cast.olga, visit)
    said = str(words.sign_in_refusal("state_unknown"))

    for odd in ({}, {**brought, "state": "made-up"}, {"code": brought["code"]}):
        assert said in owner.get(BACK, odd, follow=True).content.decode()
    assert said in other.get(BACK, brought, follow=True).content.decode()
    assert signed_in(cast.vera, visit).get(BACK, brought).status_code == 404
    assert provider.book.access_tokens == []
    owner.get(BACK, brought)
    assert len(provider.book.access_tokens) == 1
    assert said in owner.get(BACK, brought, follow=True).content.decode()
    assert len(provider.book.access_tokens) == 1


def test_who_says_no_at_the_provider_reads_that_nothing_was_changed(
    cast: Cast, owner: Client, provider: OAuthServer
) -> None:
    channel = connect(owner, cast)
    state = begin(owner, channel, provider)["state"]
    response = owner.get(BACK, {"state": state, "error": "access_denied"}, follow=True)
    assert "did not agree" in response.content.decode()
    channel.refresh_from_db()
    assert not channel.is_active


@pytest.mark.threat("T39")
def test_the_way_back_is_the_configured_address_whatever_host_was_asked(
    cast: Cast, owner: Client, provider: OAuthServer
) -> None:
    channel = connect(owner, cast)
    response = owner.post(
        f"/owner/mailboxes/{channel.ref}/sign-in/", headers={"X-Forwarded-Host": "evil.example"}
    )
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fowner" in response["Location"]
    assert urlsplit(response["Location"]).netloc == urlsplit(provider.url).netloc


@pytest.mark.django_db(transaction=True)
class TestWithRealServers:
    """Dovecot takes the provider's tokens, and so does the server that sends."""

    @pytest.fixture
    def box(self, dovecot: Dovecot) -> Mailbox:
        return dovecot.create("signed-in@liepa.example")

    @pytest.fixture
    def sink(self, box: Mailbox, dovecot: Dovecot, provider: OAuthServer) -> Iterator[SmtpSink]:
        tokens: dict[str, str] = {}

        def mint() -> str:
            tokens[box.address] = dovecot.token(box.address)
            return tokens[box.address]

        provider.book.mint = mint
        # So short that each new connection renews it.
        provider.book.seconds = 60
        with SmtpSink(tokens=tokens) as running:
            yield running

    def test_a_mailbox_is_signed_in_read_and_when_the_consent_is_withdrawn_shown_at_once(
        self, visit: Visit, provider: OAuthServer, dovecot: Dovecot, box: Mailbox, sink: SmtpSink
    ) -> None:
        cast = gather()
        owner = signed_in(cast.olga, visit)
        ports = {"imap_port": box.port, "smtp_port": sink.port}
        channel = connect(owner, cast, address=box.address, **ports)

        back = owner.get(BACK, begin(owner, channel, provider), follow=True).content.decode()

        assert "The mailbox is connected" in back
        assert "Signed in at the provider" in back
        dovecot.deliver(box.address, letter(1))
        reading(lambda: InboundEnvelope.objects.filter(channel=channel).exists())
        provider.revoke()
        reading(lambda: "Receiving fails" in owner.get("/owner/mailboxes/").content.decode())
        for page in ("/owner/mailboxes/", "/owner/health/"):
            html = owner.get(page).content.decode()
            assert str(words.trouble("consent_missing")) in html
            assert box.address in html


def reading(until: Callable[[], bool]) -> None:
    """Let the readers of a house run, wired as the commands wire them, until that holds."""
    supervisor = mailboxes.Supervisor(tokens=oauth.token_for)
    supervisor.start()
    try:
        ground.wait_until(until, what="the reading", seconds=30)
    finally:
        supervisor.stop()
