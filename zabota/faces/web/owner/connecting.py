"""Trying and keeping a mailbox: what was found, in words, and what is kept then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from zabota.domains.channels.kinds.email import oauth, setup
from zabota.domains.channels.kinds.email.config import EmailSecrets, EmailSettings
from zabota.domains.channels.queries.mailboxes import Box
from zabota.domains.channels.services import channels
from zabota.domains.channels.services.channels import Mailbox
from zabota.faces.web.owner import words
from zabota.faces.web.owner.forms.mailbox import BY_PASSWORD
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Finding:
    """How one direction went: a title, and when it failed what to do."""

    ok: bool
    title: str
    text: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Tried:
    findings: Sequence[Finding]
    authserv_id: str = ""

    @property
    def ok(self) -> bool:
        return all(one.ok for one in self.findings)


def secrets_of(box: Box | None, password: str, actor: Actor) -> EmailSecrets:
    """What is signed in with: the typed password, else the sealed one."""
    if box is None:
        return EmailSecrets(password=password)
    return setup.secrets_for(box.channel_id, password=password, actor=actor)


def tried(
    settings: EmailSettings,
    secrets: EmailSecrets,
    *,
    address: str,
    actor: Actor,
    channel_id: int | None = None,
) -> Tried:
    """Connect and sign in as receiving and as sending would: with the provider's token for
    `channel_id` where that is how the mailbox is entered. Takes seconds; never in a transaction.
    """
    token = None
    if settings.auth != BY_PASSWORD and channel_id is not None:
        token = partial(oauth.token_for, channel_id)
    came = setup.try_incoming(settings, secrets, actor=actor, token=token)
    left = setup.try_outgoing(settings, secrets, address=address, actor=actor, token=token)
    return Tried(
        findings=[
            _finding(came, good=_("Receiving works"), bad=_("Receiving does not work")),
            _finding(left, good=_("Sending works"), bad=_("Sending does not work")),
        ],
        authserv_id=came.authserv_id,
    )


def mailbox(data: Mapping[str, Any], box: Box | None, secrets: EmailSecrets) -> Mailbox:
    """The mailbox as the form says it."""
    return setup.mailbox(
        data["settings"],
        secrets if data["password"] else None,
        address=data["address"],
        brand_id=int(data["brand"]),
        team_id=int(data["team"]) if data["team"] else None,
        name=data["name"],
        is_active=box.is_active if box else True,
    )


def changed(box: Box, *, is_active: bool | None = None, authserv_id: str | None = None) -> Mailbox:
    """The mailbox as it is but for what is named."""
    settings = dict(box.settings)
    if authserv_id is not None:
        settings["authserv_id"] = authserv_id
    return channels.Mailbox(
        address=box.address,
        brand_id=box.brand_id,
        team_id=box.team_id,
        name=box.name,
        settings=settings,
        is_active=box.is_active if is_active is None else is_active,
    )


def _finding(result: setup.TryResult, *, good: str, bad: str) -> Finding:
    if result.ok:
        return Finding(ok=True, title=good)
    return Finding(ok=False, title=bad, text=words.trouble(result.code), code=result.code)
