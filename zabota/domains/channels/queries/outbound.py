"""What is to leave: how many wait, fail or are held, and why one message has not left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from zabota.domains.channels.enums import OutboundState
from zabota.domains.channels.models import OutboundEnvelope, Outgoing


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """The outbox in numbers. `oldest_due` is what should have left longest ago."""

    waiting: int
    delayed: int
    sending: int
    failed: int
    held: int
    oldest_due: datetime | None
    # code → how many messages have it, among those that wait, failed or are held
    reasons: Mapping[str, int]


def outbox(*, at: datetime, since: datetime) -> Outbox:
    """How the outbox stands now; failed and held ones of those queued after `since`."""
    open_rows = OutboundEnvelope.objects.filter(
        state__in=[OutboundState.WAITING, OutboundState.SENDING]
    )
    ended = OutboundEnvelope.objects.filter(
        state__in=[OutboundState.FAILED, OutboundState.HELD], created_at__gt=since
    )
    counted = {
        state: number
        for rows in (open_rows, ended)
        for state, number in rows.order_by().values_list("state").annotate(Count("pk"))
    }
    reasons: dict[str, int] = {}
    for rows in (open_rows, ended):
        told = rows.exclude(error="").order_by().values_list("error").annotate(Count("pk"))
        for code, number in told:
            reasons[code] = reasons.get(code, 0) + number
    due = open_rows.filter(not_before__lte=at).aggregate(oldest=Min("not_before"))
    return Outbox(
        waiting=counted.get(OutboundState.WAITING, 0),
        delayed=open_rows.filter(state=OutboundState.WAITING).exclude(error="").count(),
        sending=counted.get(OutboundState.SENDING, 0),
        failed=counted.get(OutboundState.FAILED, 0),
        held=counted.get(OutboundState.HELD, 0),
        oldest_due=due["oldest"],
        reasons=reasons,
    )


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """One recipient who does not get a message; `words` are the receiving server's own."""

    address: str
    code: str
    words: str


def undelivered(*, key: str) -> Sequence[Undelivered]:
    """Who was refused of a message's recipients, for a domain above that has made sure who asks."""
    found = OutboundEnvelope.objects.filter(key=key).values_list("refused", flat=True).first()
    return [
        Undelivered(address=address, code=code, words=words)
        for address, (code, words) in (found or {}).items()
    ]


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A mailbox by which nothing leaves now: its messages wait and go by themselves afterwards."""

    channel_id: int
    code: str
    since: datetime | None
    next_try_at: datetime | None


def stopped() -> Sequence[Stopped]:
    """Mailboxes whose sending does not work."""
    return [
        Stopped(
            channel_id=row.channel_id,
            code=row.error,
            since=row.error_since,
            next_try_at=row.next_try_at,
        )
        for row in Outgoing.objects.exclude(error="").order_by("channel_id")
    ]
