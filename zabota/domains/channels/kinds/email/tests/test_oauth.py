"""A mailbox signs in at its provider, and the owner learns when it may no more."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cast import MORNING, Cast, gather
from tests.parts.oauth_server import OAuthServer
from zabota.domains.channels.kinds.email import config, oauth
from zabota.domains.channels.kinds.email.oauth import Client, Refused
from zabota.domains.channels.kinds.email.trouble import Trouble
from zabota.domains.channels.services.channels import NotAllowed

pytestmark = pytest.mark.django_db
BACK = "https://desk.liepa.example/owner/mailboxes/back"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[OAuthServer]:
    with OAuthServer() as running:
        here = dataclasses.replace(
            oauth.providers()["google"],
            authorise=f"{running.url}/authorise",
            token=f"{running.url}/token",
        )
        monkeypatch.setattr(oauth, "providers", lambda: {"google": here})
        yield running


@pytest.fixture
def cast() -> Cast:
    found = gather()
    found.mailbox.settings = {"auth": "google"}
    found.mailbox.save()
    return found


def begin(cast: Cast, provider: OAuthServer, *, session: str = "olga-session") -> dict[str, str]:
    actor = cast.actor(cast.olga)
    client = Client(client_id=provider.book.client_id, client_secret=provider.book.client_secret)
    oauth.set_client(cast.mailbox.pk, client, actor=actor)
    page = oauth.begin(cast.mailbox.pk, session=session, redirect_uri=BACK, actor=actor, at=MORNING)
    return provider.authorise(page)


def finish(cast: Cast, brought: dict[str, str], *, session: str = "olga-session") -> int:
    actor = cast.actor(cast.olga)
    return oauth.finish(**brought, session=session, actor=actor, at=MORNING)


def test_an_owner_signs_a_mailbox_in_and_its_tokens_lie_sealed(
    cast: Cast, provider: OAuthServer
) -> None:
    assert finish(cast, begin(cast, provider)) == cast.mailbox.pk

    token = oauth.token_for(cast.mailbox.pk, at=MORNING)
    assert [token] == provider.book.access_tokens
    cast.mailbox.refresh_from_db()
    assert token not in cast.mailbox.sealed
    assert "shop-secret" not in cast.mailbox.sealed
    assert config.secrets_of(cast.mailbox).oauth["access_token"] == token


def test_a_token_is_renewed_before_it_ends_and_the_new_refresh_token_kept(
    cast: Cast, provider: OAuthServer
) -> None:
    finish(cast, begin(cast, provider))
    soon, later = MORNING + timedelta(minutes=57), MORNING + timedelta(minutes=59)

    assert oauth.token_for(cast.mailbox.pk, at=soon) == provider.book.access_tokens[0]
    assert oauth.token_for(cast.mailbox.pk, at=later) == provider.book.access_tokens[1]
    assert (
        oauth.token_for(cast.mailbox.pk, at=later + timedelta(hours=1))
        == (provider.book.access_tokens[2])
    )


def test_a_withdrawn_consent_is_a_trouble_that_names_itself(
    cast: Cast, provider: OAuthServer
) -> None:
    finish(cast, begin(cast, provider))
    provider.revoke()

    with pytest.raises(Trouble) as caught:
        oauth.token_for(cast.mailbox.pk, at=MORNING + timedelta(hours=2))
    assert (caught.value.code, caught.value.passing) == ("consent_missing", False)


@pytest.mark.parametrize(
    ("status", "body"), [(503, b"away"), (200, b"<html>"), (200, b"[]"), (200, b"x" * 70_000)]
)
def test_a_provider_that_is_away_is_asked_again_later(
    cast: Cast, provider: OAuthServer, status: int, body: bytes
) -> None:
    finish(cast, begin(cast, provider))
    later = MORNING + timedelta(hours=2)
    provider.fail(status, body)

    with pytest.raises(Trouble) as caught:
        oauth.token_for(cast.mailbox.pk, at=later)
    assert (caught.value.code, caught.value.passing) == ("provider_away", True)
    provider.fail()
    assert oauth.token_for(cast.mailbox.pk, at=later) == provider.book.access_tokens[-1]


@pytest.mark.threat("T38")
def test_a_state_is_good_once_for_the_session_that_began_and_for_ten_minutes(
    cast: Cast, provider: OAuthServer
) -> None:
    brought = begin(cast, provider)
    actor = cast.actor(cast.olga)

    assert refusal(cast, {**brought, "state": "made-up"}) == "state_unknown"
    assert refusal(cast, brought, session="the session of Oleg") == "state_unknown"
    with pytest.raises(Refused) as late:
        oauth.finish(
            **brought, session="olga-session", actor=actor, at=MORNING + timedelta(minutes=10)
        )
    assert late.value.code == "state_unknown"
    assert finish(cast, brought) == cast.mailbox.pk
    assert refusal(cast, brought) == "state_unknown"


def refusal(cast: Cast, brought: dict[str, str], *, session: str = "olga-session") -> str:
    with pytest.raises(Refused) as caught:
        finish(cast, brought, session=session)
    return caught.value.code


def test_a_code_of_somebody_else_is_refused_by_the_proof_key(
    cast: Cast, provider: OAuthServer
) -> None:
    mine, other = begin(cast, provider), begin(cast, provider)

    assert refusal(cast, {"state": mine["state"], "code": other["code"]}) == "denied"


def test_a_wrong_client_secret_is_told_from_a_missing_consent(
    cast: Cast, provider: OAuthServer
) -> None:
    brought = begin(cast, provider)
    client = Client(client_id=provider.book.client_id, client_secret="typed wrongly")
    oauth.set_client(cast.mailbox.pk, client, actor=cast.actor(cast.olga))

    assert refusal(cast, brought) == "client_refused"


def test_nobody_but_the_owner_signs_a_mailbox_in(cast: Cast, provider: OAuthServer) -> None:
    brought = begin(cast, provider)
    for user in (cast.marta, cast.kira, cast.vera, cast.kolja):
        with pytest.raises(NotAllowed):
            oauth.finish(**brought, session="olga-session", actor=cast.actor(user), at=MORNING)
    assert finish(cast, brought) == cast.mailbox.pk


def test_the_page_asks_for_mail_only_and_shows_no_secret(cast: Cast, provider: OAuthServer) -> None:
    begin(cast, provider)
    page = oauth.begin(
        cast.mailbox.pk, session="s", redirect_uri=BACK, actor=cast.actor(cast.olga), at=MORNING
    )
    asked = parse_qs(urlsplit(page).query)
    assert asked["scope"] == ["https://mail.google.com/"]
    assert asked["redirect_uri"] == [BACK]
    assert asked["access_type"] == ["offline"]
    assert "shop-secret" not in page
