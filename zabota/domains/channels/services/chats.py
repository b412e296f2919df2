"""Making and changing the chats of sites: who answers, and which sites may show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.channels.events import ChatSet
from zabota.domains.channels.models import Channel
from zabota.domains.channels.rules.chats import KIND, ChatSettings
from zabota.domains.channels.services.channels import NoSuchChannel, insist_owner
from zabota.kernel import ids, tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Context


@dataclass(frozen=True, kw_only=True)
class Chat:
    """A chat as it shall be. `origins` are sites, such as https://shop.example; without any, only
    our own pages show it.
    """

    name: str
    brand_id: int
    team_id: int | None = None
    origins: Sequence[str] = ()
    is_active: bool = True


def create(*, chat: Chat, actor: Actor, at: datetime) -> str:
    """Make a chat with a public key of its own; returns its ref. Raises NotAllowed, and pydantic's
    ValidationError for what is no origin.
    """
    insist_owner(actor)
    channel = Channel(kind=KIND, address=ids.new_ref(), created_at=at)
    with tx.write():
        _set(channel, chat, actor, at)
    return channel.ref


def change(*, ref: str, chat: Chat, actor: Actor, at: datetime) -> None:
    """Change a chat; its key stays, so the pages that show it need no change.

    Raises NotAllowed, NoSuchChannel, and pydantic's ValidationError for what is no origin.
    """
    insist_owner(actor)
    with tx.write():
        channel = Channel.objects.filter(kind=KIND, ref=ref).first()
        if channel is None:
            raise NoSuchChannel(ref)
        _set(channel, chat, actor, at)


def _set(channel: Channel, chat: Chat, actor: Actor, at: datetime) -> None:
    kept = ChatSettings(origins=tuple(chat.origins)).model_dump(mode="json")
    channel.brand_id = chat.brand_id
    channel.team_id = chat.team_id
    channel.name = chat.name
    channel.settings = {**channel.settings, **kept}
    channel.is_active = chat.is_active
    channel.save()
    context = Context(brand_id=channel.brand_id, channel_id=channel.pk, team_id=channel.team_id)
    log.publish(ChatSet(channel_id=channel.pk), at=at, actor_id=actor.id, context=context)
