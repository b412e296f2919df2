"""A letter of the house that stands outside a matter's talk: nobody pressed send, so the gate
counts it as automatic, and nothing that a stranger typed stands in it (T15).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from zabota.domains.channels.envelopes import Outbound, Party
from zabota.domains.channels.queries import addresses
from zabota.domains.channels.services import outbound as channels
from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.errors import Incomplete
from zabota.domains.desk.rules.sections import Cabinet
from zabota.kernel.brands.models import Brand

LANGUAGES = ("ru", "lv", "en")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What leaves: `key` makes it one, however often it is asked for."""

    key: str
    address: str
    subject: str
    text: str
    language: str
    links: Sequence[tuple[str, str]] = ()


def section(brand_id: int, *, at: datetime) -> Cabinet:
    """What the charter says of the customer's doors."""
    return charter.in_force(at=at).section(Cabinet, scope=Scope(brand=brand_id))


def spoken(brand: Brand, *wishes: str) -> str:
    """The first of the wished languages that we speak, else the brand's."""
    return next((one for one in (*wishes, brand.language) if one in LANGUAGES), "en")


def mailbox(brand_id: int, team_id: int | None) -> int:
    """By which the house writes. Raises Incomplete (`no_mailbox`)."""
    found = addresses.mailbox_for(brand_id=brand_id, team_id=team_id)
    if found is None:
        raise Incomplete("no_mailbox")
    return found


def post(letter: Letter, brand: Brand, *, team_id: int | None = None, at: datetime) -> None:
    """Queue it within the caller's transaction. Raises Incomplete (`no_mailbox`)."""
    outbound = Outbound(
        key=letter.key,
        channel_id=mailbox(brand.pk, team_id),
        group=letter.key,
        thread=None,
        to=(Party(address=letter.address),),
        from_name=brand.name,
        subject=letter.subject,
        text=letter.text.strip(),
        automatic=True,
        language=letter.language,
        links=tuple(letter.links),
    )
    channels.queue_outbound(outbound, at=at, not_before=at)


def address_of(path: str) -> str:
    """A page of ours in full, under the configured address, never a request's Host (T37)."""
    return f"{settings.ZABOTA_URL.rstrip('/')}{path}"
