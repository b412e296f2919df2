"""Connecting a mailbox: try it, say in a code what is wrong, keep it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings as installation

from zabota.domains.channels.kinds.email import config, smtp
from zabota.domains.channels.kinds.email.config import EmailSecrets, EmailSettings
from zabota.domains.channels.kinds.email.imap import Access, Session
from zabota.domains.channels.kinds.email.trouble import Trouble
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import channels
from zabota.domains.channels.services.channels import Mailbox
from zabota.kernel.accounts.roles import Actor

_NEWEST = 20


@dataclass(frozen=True, kw_only=True)
class TryResult:
    """How a try went: `code` is "" or one of `trouble`'s; nothing the server said is in it.

    `authserv_id` is proposed: the name under which most of the newest mails were vouched for.
    """

    ok: bool
    code: str = ""
    detail: str = ""
    authserv_id: str = ""


def try_incoming(
    settings: EmailSettings,
    secrets: EmailSecrets,
    *,
    actor: Actor,
    token: Callable[[], str] | None = None,
    ca_file: str | None = None,
) -> TryResult:
    """Connect, sign in and open the folder, as reading would.

    Raises NotAllowed for everybody but the owner before anything is connected to, so that for
    others neither the answer nor its time tells of a network (T40).
    """
    channels.insist_owner(actor)
    if settings.imap is None:
        return TryResult(ok=False, code="no_server")
    access = Access(
        server=settings.imap,
        password=secrets.password,
        token=token,
        private_allowed=installation.ZABOTA_PRIVATE_MAIL_HOSTS,
        ca_file=ca_file,
    )
    try:
        with Session(access, folder=settings.folder) as session:
            proposed = Counter(session.authserv_ids(_NEWEST)).most_common(1)
    except Trouble as trouble:
        return TryResult(ok=False, code=trouble.code, detail=trouble.detail)
    return TryResult(ok=True, authserv_id=proposed[0][0] if proposed else "")


def try_outgoing(
    settings: EmailSettings,
    secrets: EmailSecrets,
    *,
    address: str,
    actor: Actor,
    token: Callable[[], str] | None = None,
    ca_file: str | None = None,
) -> TryResult:
    """Connect, sign in and name `address` as sender, as sending would; nothing is sent.

    Raises NotAllowed for everybody but the owner before anything is connected to (T40).
    """
    channels.insist_owner(actor)
    if settings.smtp is None:
        return TryResult(ok=False, code="no_server")
    server = settings.smtp
    access = Access(
        server=server.model_copy(update={"user": server.user or address}),
        password=secrets.smtp_password or secrets.password,
        token=token,
        private_allowed=installation.ZABOTA_PRIVATE_MAIL_HOSTS,
        ca_file=ca_file,
    )
    try:
        session = smtp.Session(access, name=address.rpartition("@")[2] or "localhost")
        try:
            code = session.try_sender(address)
        finally:
            session.close()
    except Trouble as trouble:
        return TryResult(ok=False, code=trouble.code, detail=trouble.detail)
    return TryResult(ok=not code, code=code)


def mailbox(
    settings: EmailSettings,
    secrets: EmailSecrets | None,
    *,
    address: str,
    brand_id: int,
    team_id: int | None = None,
    name: str = "",
    is_active: bool = True,
) -> Mailbox:
    """The mailbox as `services.channels` keeps it; without `secrets` the old ones stay."""
    return Mailbox(
        address=address,
        brand_id=brand_id,
        team_id=team_id,
        name=name,
        settings=settings.model_dump(mode="json"),
        sealed=config.sealed(secrets) if secrets else "",
        is_active=is_active,
    )


def secrets_for(channel_id: int, *, password: str, actor: Actor) -> EmailSecrets:
    """What is sealed for a mailbox, with a new password in the old one's place when there is one.

    For trying and keeping; never for showing. Raises NotAllowed, NoSuchChannel.
    """
    channels.insist_owner(actor)
    channel = Channel.objects.filter(pk=channel_id, kind="email").first()
    if channel is None:
        raise channels.NoSuchChannel(channel_id)
    kept = config.secrets_of(channel)
    return kept.model_copy(update={"password": password}) if password else kept
