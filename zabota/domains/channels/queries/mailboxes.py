"""Which mailboxes there are and how they go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min

from zabota.domains.channels.models import Channel, Cursor, InboundEnvelope
from zabota.kernel.health import conditions


def addresses() -> dict[str, int]:
    """address → id of every active mailbox, addresses in small letters."""
    rows = Channel.objects.filter(kind="email", is_active=True).order_by("pk")
    return {address.casefold(): pk for address, pk in rows.values_list("address", "pk")}


@dataclass(frozen=True, kw_only=True)
class Box:
    """A mailbox as its owner sees it; its secrets are never among it.

    `error` and `sending_error` are codes of what is wrong now, empty when it goes well.
    """

    channel_id: int
    ref: str
    address: str
    name: str
    brand_id: int
    team_id: int | None
    team_name: str
    is_active: bool
    has_secret: bool
    settings: Mapping[str, Any]
    checked_at: datetime | None
    last_mail_at: datetime | None
    error: str
    error_since: datetime | None
    sending_error: str
    sending_error_since: datetime | None


def boxes() -> Sequence[Box]:
    """All mailboxes, the active ones first; a fixed number of queries."""
    rows = list(
        Channel.objects.filter(kind="email").select_related("team").order_by("-is_active", "pk")
    )
    last = dict(
        InboundEnvelope.objects.values_list("channel_id").annotate(newest=Max("received_at"))
    )
    cursors = {
        found["channel_id"]: found
        for found in Cursor.objects.values("channel_id").annotate(
            checked=Max("checked_at"), code=Max("error"), since=Min("error_since")
        )
    }
    sending = {row.key: row for row in conditions.standing().filter(key__startswith="outgoing:")}
    return [
        _box(row, last.get(row.pk), cursors.get(row.pk, {}), sending.get(f"outgoing:{row.pk}"))
        for row in rows
    ]


def box(ref: str) -> Box | None:
    """One mailbox; None when it is not there."""
    return next((one for one in boxes() if one.ref == ref), None)


def _box(row: Channel, last: datetime | None, cursor: Mapping[str, Any], sending: Any) -> Box:
    return Box(
        channel_id=row.pk,
        ref=row.ref,
        address=row.address,
        name=row.name,
        brand_id=row.brand_id,
        team_id=row.team_id,
        team_name=row.team.name if row.team else "",
        is_active=row.is_active,
        has_secret=bool(row.sealed),
        settings=row.settings,
        checked_at=cursor.get("checked"),
        last_mail_at=last,
        error=cursor.get("code") or "",
        error_since=cursor.get("since"),
        sending_error=sending.code.removeprefix("outgoing_") if sending else "",
        sending_error_since=sending.since if sending else None,
    )
