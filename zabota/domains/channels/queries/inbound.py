"""What came in: the unreadable list, raw bytes, how the intake stands."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zabota.domains.channels.enums import InboundState
from zabota.domains.channels.models import InboundEnvelope, RawBytes
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """One mail that is kept raw, and why; the words for `reason` are the face's.

    `can_try_again` is False when the mail was refused without its bytes, being too large.
    """

    envelope_id: int
    channel_address: str
    reason: str
    detail: str
    sender_hint: str
    subject_hint: str
    size: int
    received_at: datetime
    attempts: int
    can_try_again: bool


def unreadable(*, actor: Actor, limit: int = 200) -> list[Unreadable]:
    """The mails of which no conversation could be made, the newest first."""
    rows = unreadable_for(actor).select_related("channel").order_by("-received_at", "-pk")[:limit]
    return [
        Unreadable(
            envelope_id=row.pk,
            channel_address=row.channel.address,
            reason=row.reason,
            detail=row.detail,
            sender_hint=row.sender_hint,
            subject_hint=row.subject_hint,
            size=row.size,
            received_at=row.received_at,
            attempts=row.attempts,
            can_try_again=row.raw_id is not None,
        )
        for row in rows
    ]


def unreadable_for(actor: Actor) -> QuerySet[InboundEnvelope]:
    """The unreadable mails that this person may see.

    Nobody knows yet whose matter one is, so it belongs to the team of its mailbox: agents see those
    of their teams and of mailboxes without one. A colleague reads matters, not the raw post.
    """
    rows = InboundEnvelope.objects.filter(state=InboundState.UNREADABLE)
    if not actor.may_answer:
        return rows.none()
    if actor.sees_all:
        return rows
    teams = actor.teams | actor.led
    return rows.filter(Q(channel__team__isnull=True) | Q(channel__team_id__in=teams))


def raw_bytes(*, envelope_id: int, actor: Actor) -> bytes | None:
    """An unreadable mail as it came. None when it is not there or not for this person."""
    row = unreadable_for(actor).filter(pk=envelope_id).first()
    return _content(row) if row else None


def original(*, envelope_id: int) -> bytes | None:
    """Any mail as it came, for a domain above that has made sure who asks.

    A duplicate shows its original's bytes. None when there are none.
    """
    row = InboundEnvelope.objects.filter(pk=envelope_id).select_related("duplicate_of").first()
    return _content(row.duplicate_of or row) if row else None


def _content(row: InboundEnvelope) -> bytes | None:
    if row.raw_id is None:
        return None
    raw = RawBytes.objects.filter(pk=row.raw_id).first()
    return bytes(raw.content) if raw else None


def waiting() -> int:
    """How many mails are kept and not yet read."""
    return InboundEnvelope.objects.filter(state=InboundState.NEW).count()


def unreadable_count(*, actor: Actor) -> int:
    """How many unreadable mails this person may see."""
    return unreadable_for(actor).count()
