"""Signing a mailbox in at Google or Microsoft with the owner's own client id (RFC 6749, RFC 7636).

    page = oauth.begin(channel_id, session=…, redirect_uri=…, actor=…, at=…)   the browser goes
    oauth.finish(state=…, code=…, session=…, actor=…, at=…)   and comes back
    oauth.token_for(channel_id)   for IMAP and SMTP

Tokens and client secret lie sealed in the channel; a state is used once, by the session that began
it (T38). A consent that the provider has withdrawn is a trouble of the mailbox, shown at once.
"""

import base64
import hashlib
import json
import re
import secrets
import threading
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from zabota.domains.channels.kinds.email import config
from zabota.domains.channels.kinds.email.trouble import Trouble
from zabota.domains.channels.models import Channel, OAuthState
from zabota.domains.channels.services import channels, mailboxes, outgoing
from zabota.kernel import clock, ids, outside, tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.secrets import seal

STATE_LIFE = timedelta(minutes=10)
MARGIN = timedelta(minutes=2)  # a token that ends sooner is renewed before it is used
_SECONDS = 20.0
_LONGEST_ANSWER = 64_000
_TENANT = re.compile(r"[A-Za-z0-9.-]{1,100}")


class Refused(Exception):
    """The sign-in did not succeed. Codes: `state_unknown` (made up, used before, too old, or of
    another session), `denied`, `client_refused`, `no_refresh_token`, `provider_away`,
    `client_missing`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Where one provider's pages and tokens are."""

    authorise: str
    token: str
    scope: str
    extra: Mapping[str, str]


@lru_cache(maxsize=1)
def providers() -> Mapping[str, Provider]:
    """The known providers by the name that stands in a mailbox's `auth`."""
    data = tomllib.loads(Path(__file__).with_name("providers.toml").read_text("utf-8"))
    return {name: Provider(**values) for name, values in data.items()}


@dataclass(frozen=True, kw_only=True)
class Client:
    """What the owner got from the provider for his installation. `tenant` is Microsoft's."""

    client_id: str
    client_secret: str = field(repr=False)
    tenant: str = ""


def set_client(channel_id: int, client: Client, *, actor: Actor) -> None:
    """Keep the owner's client, sealed; tokens of another client are forgotten.

    Raises NotAllowed, ValueError when the tenant is none.
    """
    channels.insist_owner(actor)
    if client.tenant and not _TENANT.fullmatch(client.tenant):
        raise ValueError("not a tenant")
    with tx.write():
        channel = Channel.objects.select_for_update().get(pk=channel_id, kind="email")
        kept = config.secrets_of(channel).oauth
        if kept.get("client_id") != client.client_id:
            kept = {}
        _keep(
            channel,
            {
                **kept,
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                "tenant": client.tenant,
            },
        )


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """How a mailbox stands with its provider: its client, and whether the owner has said yes."""

    client: Client | None
    is_signed_in: bool


def sign_in_of(channel_id: int, *, actor: Actor) -> SignIn:
    """For the owner's page; secrets in it are for keeping, never for showing. Raises NotAllowed."""
    channels.insist_owner(actor)
    kept = config.secrets_of(Channel.objects.get(pk=channel_id, kind="email")).oauth
    client = Client(
        client_id=str(kept.get("client_id", "")),
        client_secret=str(kept.get("client_secret", "")),
        tenant=str(kept.get("tenant", "")),
    )
    return SignIn(
        client=client if client.client_id else None,
        is_signed_in=bool(kept.get("refresh_token")),
    )


def origin_of(name: str) -> str:
    """Where the pages of a provider are, for a browser's policy; "" for one that we do not know."""
    found = providers().get(name)
    parts = urlsplit(found.authorise) if found else None
    return f"{parts.scheme}://{parts.netloc}" if parts else ""


def begin(channel_id: int, *, session: str, redirect_uri: str, actor: Actor, at: datetime) -> str:
    """The provider's page to which the owner's browser goes.

    `session` is the key of his session: only it can finish. Raises NotAllowed, Refused.
    """
    channels.insist_owner(actor)
    channel = Channel.objects.get(pk=channel_id, kind="email")
    provider, kept = _provider(channel), config.secrets_of(channel).oauth
    if not kept.get("client_id"):
        raise Refused("client_missing")
    state, verifier = ids.new_token(), secrets.token_urlsafe(48)
    with tx.write():
        OAuthState.objects.filter(expires_at__lt=at).delete()
        OAuthState.objects.create(
            channel=channel,
            state_hash=ids.token_hash(state),
            session_hash=ids.token_hash(session),
            verifier=seal.seal(verifier),
            redirect_uri=redirect_uri,
            expires_at=at + STATE_LIFE,
        )
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": str(kept["client_id"]),
        "redirect_uri": redirect_uri,
        "scope": provider.scope,
        "state": state,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "login_hint": channel.address,
        **provider.extra,
    }
    return f"{_at(provider.authorise, kept)}?{urlencode(asked)}"


def finish(
    *, state: str, code: str, session: str, actor: Actor, at: datetime, error: str = ""
) -> int:
    """Exchange what the browser brought back for tokens, and keep them. Returns the channel's id.

    The state is used up, whatever comes of it. Raises NotAllowed, Refused.
    """
    channels.insist_owner(actor)
    begun = _use_up(state, session, at=at)
    if error or not code:
        raise Refused("denied")
    channel = begun.channel
    kept = config.secrets_of(channel).oauth
    try:
        told = _ask(
            channel,
            kept,
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": begun.redirect_uri,
                "code_verifier": seal.unseal(begun.verifier),
            },
        )
    except Trouble as trouble:
        raise Refused("denied" if trouble.code == "consent_missing" else trouble.code) from trouble
    if not told.get("refresh_token") and not kept.get("refresh_token"):
        raise Refused("no_refresh_token")
    with tx.write():
        fresh = Channel.objects.select_for_update().get(pk=channel.pk)
        _keep(fresh, _with(config.secrets_of(fresh).oauth, told, at=at))
        mailboxes.forget_troubles(channel_id=channel.pk)
        outgoing.forget_troubles(channel_id=channel.pk, at=at)
    return channel.pk


def _use_up(state: str, session: str, *, at: datetime) -> OAuthState:
    """The begun sign-in of that state and session. Made-up, old, used: all the same (T38)."""
    with tx.write():
        begun = (
            OAuthState.objects.select_for_update(of=("self",))
            .select_related("channel")
            .filter(state_hash=ids.token_hash(state), expires_at__gt=at)
            .first()
        )
        if begun is None or begun.session_hash != ids.token_hash(session):
            raise Refused("state_unknown")
        # The row is kept in memory only: a second use finds nothing.
        OAuthState.objects.filter(pk=begun.pk).delete()
    return begun


_renewing: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)


def token_for(channel_id: int, *, at: datetime | None = None) -> str:
    """An access token that is good for some minutes, renewed when need be.

    Raises Trouble: `consent_missing` when the owner has to sign in again, `client_refused`,
    `provider_away`, `no_secret`.
    """
    moment = at or clock.now()
    with _renewing[channel_id]:
        channel = Channel.objects.get(pk=channel_id)
        try:
            kept = config.secrets_of(channel).oauth
        except (seal.Unsealable, ValueError) as problem:
            raise Trouble("no_secret") from problem
        if kept.get("access_token") and float(kept.get("ends", 0)) > (moment + MARGIN).timestamp():
            return str(kept["access_token"])
        if not kept.get("refresh_token"):
            raise Trouble("consent_missing")
        asked = {"grant_type": "refresh_token", "refresh_token": str(kept["refresh_token"])}
        told = _ask(channel, kept, asked)
        with tx.within():
            fresh = Channel.objects.select_for_update().get(pk=channel_id)
            renewed = _with(config.secrets_of(fresh).oauth, told, at=moment)
            _keep(fresh, renewed)
        return str(renewed["access_token"])


Kept = dict[str, str | int | float]


def _with(kept: Kept, told: Mapping[str, Any], *, at: datetime) -> Kept:
    """What is kept after an answer. A provider may change the refresh token at each renewal."""
    try:
        seconds = min(max(int(told.get("expires_in", 0)), 0), 24 * 3600)
    except (TypeError, ValueError):
        seconds = 0
    renewed: Kept = {
        **kept,
        "access_token": str(told["access_token"]),
        "ends": (at + timedelta(seconds=seconds)).timestamp(),
    }
    if told.get("refresh_token"):
        renewed["refresh_token"] = str(told["refresh_token"])
    return renewed


def _keep(channel: Channel, oauth: Kept) -> None:
    kept = config.secrets_of(channel).model_copy(update={"oauth": oauth})
    Channel.objects.filter(pk=channel.pk).update(sealed=config.sealed(kept))


def _provider(channel: Channel) -> Provider:
    name = config.settings_of(channel).auth
    found = providers().get(name)
    if found is None:
        raise Refused("client_missing")
    return found


def _at(address: str, kept: Kept) -> str:
    return address.replace("{tenant}", str(kept.get("tenant") or "common"))


def _ask(channel: Channel, kept: Kept, asked: Mapping[str, str]) -> dict[str, Any]:
    """Ask the token endpoint. Raises Trouble; nothing that the provider said is repeated."""
    address = _at(_provider(channel).token, kept)
    data = {
        "client_id": str(kept.get("client_id", "")),
        "client_secret": str(kept.get("client_secret", "")),
        **asked,
    }
    try:
        answer = outside.post(
            address,
            data,
            seconds=_SECONDS,
            most_bytes=_LONGEST_ANSWER,
            private_allowed=settings.ZABOTA_PRIVATE_MAIL_HOSTS,
        )
    except outside.Forbidden as problem:
        raise Trouble("host_forbidden") from problem
    except (OSError, outside.TooLong) as problem:
        raise Trouble("provider_away") from problem
    return _told(answer.status, answer.body)


def _told(status: int, body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict) or status >= 500 or status == 429:
        raise Trouble("provider_away")
    match told.get("error"):
        case None if status == 200 and isinstance(told.get("access_token"), str):
            return told
        case "invalid_client" | "unauthorized_client":
            raise Trouble("client_refused")
        case "temporarily_unavailable" | None:
            raise Trouble("provider_away")
    # invalid_grant, interaction_required, consent_required: the owner has to say yes again.
    raise Trouble("consent_missing")
