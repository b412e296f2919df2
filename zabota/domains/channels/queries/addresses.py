"""Which channels there are, and which addresses are our own."""

from collections.abc import Sequence
from dataclasses import dataclass

from zabota.domains.channels.models import Channel
from zabota.domains.channels.rules.chats import KIND


@dataclass(frozen=True, kw_only=True)
class Line:
    """One configured channel, as others need it."""

    channel_id: int
    kind: str
    address: str
    name: str
    brand_id: int
    team_id: int | None
    is_active: bool
    is_demo: bool


def lines() -> Sequence[Line]:
    """All channels, the active ones first."""
    return [
        Line(
            channel_id=row.pk,
            kind=row.kind,
            address=row.address,
            name=row.name,
            brand_id=row.brand_id,
            team_id=row.team_id,
            is_active=row.is_active,
            is_demo=row.is_demo,
        )
        for row in Channel.objects.order_by("-is_active", "pk")
    ]


def chats() -> frozenset[int]:
    """The channels that are chats on a site."""
    return frozenset(Channel.objects.filter(kind=KIND).values_list("pk", flat=True))


def own_addresses() -> frozenset[str]:
    """Our mailboxes' addresses in small letters: mail from them is our own, and never answered."""
    return frozenset(
        address.lower()
        for address in Channel.objects.filter(kind="email").values_list("address", flat=True)
    )


def contact_of(brand_name: str) -> str:
    """The address that customers of the brand of that name write to, else of the first brand that
    has one (S-690); "" while there is none.
    """
    rows = Channel.objects.filter(kind="email", is_active=True).order_by("pk")
    found = rows.filter(brand__name=brand_name).first() or rows.first()
    return found.address if found else ""


def mailbox_for(*, brand_id: int, team_id: int | None) -> int | None:
    """The mailbox by which a brand writes: its team's, else its first; None when there is none."""
    rows = Channel.objects.filter(kind="email", brand_id=brand_id, is_active=True).order_by("pk")
    own = rows.filter(team_id=team_id) if team_id is not None else rows.none()
    found = own.first() or rows.first()
    return found.pk if found else None
