"""What a conversation's page says of a chat: who is there, which other chats are open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from zabota.domains.desk.enums import Direction
from zabota.domains.desk.queries import chats
from zabota.domains.desk.queries.thread import Thread
from zabota.domains.desk.services import checks
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.live import hub

SHOWN_PAGE = 60


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """The visitor. `silent_at` is when he has waited for a word of ours for long (S-071); `last_id`
    is his newest message.
    """

    topic: str
    name: str
    is_here: bool
    seen_at: datetime
    page_url: str
    page_name: str
    read_up_to: int
    last_id: int
    silent_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One of the person's open chats. `key` goes there from its neighbour."""

    name: str
    url: str
    is_here: bool
    is_new: bool
    key: str


def visitor(actor: Actor, found: Thread, *, now: datetime) -> Visitor | None:
    """Who visits, where the conversation is a chat."""
    seen = chats.visiting(actor, found.ref) if found.is_chat else None
    if seen is None:
        return None
    longest = checks.longest_silence(found.ref, actor=actor, at=now)
    return Visitor(
        topic=f"conversation-{found.id}",
        name=found.customer_name or _("The visitor"),
        is_here=hub.is_heard(f"matter-{found.id}"),
        seen_at=seen.seen_at,
        page_url=seen.page,
        page_name=_page_name(seen.page),
        read_up_to=seen.read_up_to,
        last_id=max((one.id for one in found.entries if one.direction is Direction.IN), default=0),
        silent_at=_silent_at(seen.waits_since, longest),
    )


def _page_name(page: str) -> str:
    parts = urlsplit(page)
    name = f"{parts.netloc}{parts.path}".rstrip("/")
    return name if len(name) <= SHOWN_PAGE else f"{name[: SHOWN_PAGE - 1]}…"


def _silent_at(since: datetime | None, longest: timedelta) -> datetime | None:
    return since + longest if since else None


def tabs(actor: Actor, *, here: str) -> Sequence[Tab]:
    """The chats that the person leads, in a steady order; the two beside `here` have keys."""
    found = chats.led_by(actor)
    place = next((number for number, one in enumerate(found) if one.ref == here), None)
    keys = _neighbours(len(found), place)
    return [
        Tab(
            name=one.name or _("Visitor"),
            url=reverse("web:conversation", args=[one.ref]),
            is_here=one.ref == here,
            is_new=one.is_new and one.ref != here,
            key=keys.get(number, ""),
        )
        for number, one in enumerate(found)
    ]


def _neighbours(count: int, place: int | None) -> dict[int, str]:
    """Which stand before and behind that place; from elsewhere a key leads to the first."""
    found = {0: "]"} if place is None else {place - 1: "[", place + 1: "]"}
    return {number: key for number, key in found.items() if 0 <= number < count}
