"""What is made of a mail that was read: whose word it is, and the envelope that goes up."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.channels.envelopes import Inbound, InboundFile, Party, ThreadClue
from zabota.domains.channels.rules.readings import Reading, Unread

# Methods of Authentication-Results that speak for the domain of the From header.
_VOUCHING = frozenset({"dmarc", "dkim", "spf"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a mail came in: its row, and what is set for its channel."""

    envelope_id: int
    channel_id: int
    brand_id: int
    team_id: int | None
    received_at: datetime
    history: bool
    authserv_id: str = ""


def envelope(
    reading: Reading,
    *,
    place: Place,
    files: tuple[InboundFile, ...],
    clue: ThreadClue | None,
    own_addresses: AbstractSet[str],
) -> Inbound:
    """The envelope for the desk: the reading, with what its channel's settings make of it."""
    return Inbound(
        envelope_id=place.envelope_id,
        channel_id=place.channel_id,
        brand_id=place.brand_id,
        team_id=place.team_id,
        received_at=_received(reading, place),
        sent_at=reading.sent_at,
        sender=reading.sender,
        sender_verified=verified(reading, authserv_id=place.authserv_id),
        reply_to=reading.reply_to,
        to=reading.to,
        cc=reading.cc,
        more_recipients=reading.more_recipients,
        subject=reading.subject,
        text=reading.text,
        folds=reading.folds,
        preview=reading.preview,
        language=reading.language,
        files=files,
        has_original=reading.has_original,
        external_id=reading.external_id,
        references=thread_references(reading),
        clue=clue,
        automatic=automatic(reading, own_addresses=own_addresses),
        thanks_only=reading.thanks_only,
        bounced=reading.bounced,
        history=place.history,
    )


def _received(reading: Reading, place: Place) -> datetime:
    """An imported mail came when its servers say, never later than we got it."""
    if not place.history:
        return place.received_at
    told = reading.received_at or reading.sent_at or place.received_at
    return min(told, place.received_at)


def verified(reading: Reading, *, authserv_id: str) -> bool:
    """Whether the mailbox's own server vouches for the one sender's domain (RFC 8601, T18).

    Only the topmost Authentication-Results counts, and only under the name that was set for this
    mailbox: anybody may write such a header into a mail. A method vouches when it passed for the
    sender's domain or a parent of it.
    """
    if not (authserv_id and reading.sender and reading.sender_exact):
        return False
    if reading.authserv_id.casefold() != authserv_id.casefold():
        return False
    domain = reading.sender.address.rpartition("@")[2].casefold()
    return any(
        vouching.method.casefold() in _VOUCHING
        and vouching.result.casefold() == "pass"
        and _speaks_for(vouching.domain.casefold(), domain)
        for vouching in reading.vouchings
    )


def _speaks_for(vouched: str, domain: str) -> bool:
    if not vouched or "." not in vouched:
        return False
    return domain == vouched or domain.endswith(f".{vouched}")


def automatic(reading: Reading, *, own_addresses: AbstractSet[str]) -> str:
    """The kind of automatic mail; a mail that claims to come from ourselves is a machine's.

    Answering our own address by itself would be the shortest loop of all (T14).
    """
    if reading.automatic:
        return reading.automatic
    ours = reading.sender is not None and same_address(reading.sender.address) in own_addresses
    return "machine" if ours else ""


def same_address(address: str) -> str:
    """The form in which two addresses are compared."""
    return address.strip().casefold()


def thread_references(reading: Reading) -> tuple[str, ...]:
    """Every id that this mail answers, the oldest first, each once."""
    return tuple(dict.fromkeys((*reading.references, *reading.in_reply_to)))


def recipients(reading: Reading) -> tuple[Party, ...]:
    """Whom it was written to, openly."""
    return (*reading.to, *reading.cc)


@dataclass(frozen=True)
class NextReading:
    """What follows a failed reading: rest until then, or None: it is unreadable."""

    attempts: int
    rest_until: datetime | None


def after_failure(
    unread: Unread,
    *,
    attempts: int,
    allowed: int,
    pauses: tuple[float, ...],
    at: datetime,
) -> NextReading:
    """Try again after a pause, unless trying is useless or was done often enough (F36)."""
    made = attempts + 1
    if unread.final or made >= allowed:
        return NextReading(made, None)
    pause = pauses[min(made, len(pauses)) - 1]
    return NextReading(made, at + timedelta(seconds=pause))
