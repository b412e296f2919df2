"""The chats of sites, as their owner sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

from zabota.domains.channels.models import Channel
from zabota.domains.channels.rules.chats import KIND, ChatSettings


@dataclass(frozen=True, kw_only=True)
class Row:
    """One chat. `key` is its public name in a page's script tag."""

    ref: str
    key: str
    name: str
    brand_id: int
    team_id: int | None
    team_name: str
    origins: Sequence[str]
    is_active: bool


def rows() -> Sequence[Row]:
    """All chats, the active ones first."""
    found = Channel.objects.filter(kind=KIND).select_related("team").order_by("-is_active", "pk")
    return [_row(channel) for channel in found]


def row(ref: str) -> Row | None:
    """That chat, if there is one."""
    found = Channel.objects.filter(kind=KIND, ref=ref).select_related("team").first()
    return _row(found) if found else None


def _row(channel: Channel) -> Row:
    return Row(
        ref=channel.ref,
        key=channel.address,
        name=channel.name,
        brand_id=channel.brand_id,
        team_id=channel.team_id,
        team_name=channel.team.name if channel.team else "",
        origins=ChatSettings.model_validate(channel.settings).origins,
        is_active=channel.is_active,
    )
