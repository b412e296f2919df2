"""Making and changing channels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zabota.domains.channels.events import MailboxSet
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import mailboxes, outgoing
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.brands.models import Brand
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Context

IMPORTED = "imported"


class NotAllowed(Exception):
    """Only the owner connects mailboxes: they hold passwords and reach other servers."""


class AddressTaken(Exception):
    """There is a channel of that kind and address already."""


class NoSuchChannel(Exception):
    """No channel of that id."""


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A mailbox as it shall be; an empty `sealed` keeps the secrets that are there."""

    address: str
    brand_id: int
    team_id: int | None = None
    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    sealed: str = field(default="", repr=False)
    is_active: bool = True


def insist_owner(actor: Actor) -> None:
    """Raises NotAllowed for everybody but the owner and the system."""
    if actor.role is not Role.OWNER:
        raise NotAllowed


def create_mailbox(*, mailbox: Mailbox, actor: Actor, at: datetime) -> int:
    """Connect a mailbox; a running server begins to read it within seconds. Returns its id.

    Raises NotAllowed, AddressTaken.
    """
    insist_owner(actor)
    with tx.write():
        address = mailbox.address.strip()
        if Channel.objects.filter(kind="email", address__iexact=address).exists():
            raise AddressTaken(address)
        channel = Channel(kind="email", address=address, created_at=at)
        _set(channel, mailbox, actor, at)
    return channel.pk


def update_mailbox(*, channel_id: int, mailbox: Mailbox, actor: Actor, at: datetime) -> None:
    """Change a mailbox: a new password is tried at once, whatever failed before.

    Raises NotAllowed, NoSuchChannel, AddressTaken.
    """
    insist_owner(actor)
    with tx.write():
        channel = Channel.objects.filter(pk=channel_id, kind="email").first()
        if channel is None:
            raise NoSuchChannel(channel_id)
        address = mailbox.address.strip()
        others = Channel.objects.filter(kind="email", address__iexact=address)
        if others.exclude(pk=channel_id).exists():
            raise AddressTaken(address)
        channel.address = address
        _set(channel, mailbox, actor, at)
        mailboxes.forget_troubles(channel_id=channel_id)
        outgoing.forget_troubles(channel_id=channel_id, at=at)


def _set(channel: Channel, mailbox: Mailbox, actor: Actor, at: datetime) -> None:
    channel.brand_id = mailbox.brand_id
    channel.team_id = mailbox.team_id
    channel.name = mailbox.name
    channel.settings = dict(mailbox.settings)
    channel.sealed = mailbox.sealed or channel.sealed
    channel.is_active = mailbox.is_active
    channel.save()
    context = Context(brand_id=channel.brand_id, channel_id=channel.pk, team_id=channel.team_id)
    log.publish(MailboxSet(channel_id=channel.pk), at=at, actor_id=actor.id, context=context)


def imported(*, at: datetime) -> int:
    """The channel of mails that were imported where there is no mailbox yet; made on first use.

    Nothing is fetched for it and nothing leaves by it.
    """
    with tx.write():
        brand = Brand.objects.order_by("pk").first() or Brand.objects.create(name="Zabota")
        channel, _made = Channel.objects.get_or_create(
            kind=IMPORTED,
            address=IMPORTED,
            defaults={"brand": brand, "name": "imported", "created_at": at},
        )
    return channel.pk
