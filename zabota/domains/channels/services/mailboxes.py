"""How a mailbox goes: its cursor, its troubles, and that its owner is told once."""

from dataclasses import dataclass
from datetime import datetime

from zabota.domains.channels.enums import InboundState
from zabota.domains.channels.events import EnvelopeUnreadable, MailboxFailed, MailboxRecovered
from zabota.domains.channels.models import Channel, Cursor, InboundEnvelope
from zabota.domains.channels.rules import pauses
from zabota.domains.channels.rules.limits import limits
from zabota.kernel import tx
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Context
from zabota.kernel.health import conditions


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far a folder was taken in."""

    uidvalidity: int | None
    last_uid: int
    next_try_at: datetime | None


def position(*, channel_id: int, folder: str) -> Position:
    """Where reading goes on; the beginning for a folder that was never read."""
    row = Cursor.objects.filter(channel_id=channel_id, folder=folder).first()
    if row is None:
        return Position(uidvalidity=None, last_uid=0, next_try_at=None)
    return Position(uidvalidity=row.uidvalidity, last_uid=row.last_uid, next_try_at=row.next_try_at)


def read_well(
    *, channel_id: int, folder: str, uidvalidity: int, last_uid: int, at: datetime
) -> None:
    """The folder was read up to `last_uid`; a trouble that stood is over (MailboxRecovered)."""
    with tx.write():
        row, _made = Cursor.objects.get_or_create(channel_id=channel_id, folder=folder)
        failed = row.error
        row.uidvalidity, row.last_uid, row.checked_at = uidvalidity, last_uid, at
        row.error = row.error_detail = ""
        row.error_since = row.next_try_at = None
        row.failures = 0
        row.save()
        if failed:
            conditions.clear(_condition(channel_id))
            fact = MailboxRecovered(channel_id=channel_id)
            log.publish(fact, at=at, context=_context(row.channel))


def failed(
    *, channel_id: int, folder: str, code: str, detail: str, passing: bool, at: datetime
) -> datetime:
    """The folder could not be read. Returns when to try again: ever later, never hammering.

    A health condition stands from the first failure on. MailboxFailed is published when a trouble
    is news; a passing one is news only when it happens a second time.
    """
    allowed = limits().mailbox
    with tx.write():
        row, _made = Cursor.objects.get_or_create(channel_id=channel_id, folder=folder)
        same = row.error == code
        row.failures += 1
        row.error, row.error_detail = code, detail[:500]
        row.error_since = row.error_since or at
        row.checked_at = at
        row.next_try_at = pauses.next_try(
            failures=row.failures,
            pauses=allowed.retry_seconds if passing else allowed.refused_seconds,
            at=at,
        )
        row.save()
        conditions.tell(
            _condition(channel_id),
            code=f"mailbox_{code}",
            at=at,
            level="warn" if passing and row.failures < 2 else "error",
            channel=channel_id,
        )
        if row.failures == 2 if passing else not same:
            fact = MailboxFailed(channel_id=channel_id, code=code)
            log.publish(fact, at=at, context=_context(row.channel))
        return row.next_try_at


def forget_troubles(*, channel_id: int) -> None:
    """Its settings were changed: try at once, whatever failed before."""
    Cursor.objects.filter(channel_id=channel_id).update(next_try_at=None, failures=0)


@dataclass(frozen=True, kw_only=True)
class TooLarge:
    """A mail that lies in the mailbox and is larger than what is taken; it was never loaded."""

    folder: str
    uidvalidity: int
    uid: int
    size: int
    received_at: datetime


def refuse(*, channel_id: int, mail: TooLarge, at: datetime) -> None:
    """Show a mail that is too large among the unreadable ones, once, and pass by it."""
    identity = {"folder": mail.folder, "uidvalidity": mail.uidvalidity, "uid": mail.uid}
    with tx.write():
        row, made = InboundEnvelope.objects.get_or_create(
            channel_id=channel_id,
            **identity,
            defaults={
                # No bytes, so no content identity: this mail is like no other.
                "content_hash": f"unloaded:{mail.uidvalidity}:{mail.uid}"[:64],
                "size": mail.size,
                "state": InboundState.UNREADABLE,
                "reason": "too_large",
                "detail": f"{mail.size} bytes, at most {limits().store.mail_bytes} are taken",
                "received_at": mail.received_at,
                "stored_at": at,
            },
        )
        if made:
            fact = EnvelopeUnreadable(envelope_id=row.pk)
            log.publish(fact, at=at, context=_context(row.channel))


def _condition(channel_id: int) -> str:
    return f"mailbox:{channel_id}"


def _context(channel: Channel) -> Context:
    return Context(brand_id=channel.brand_id, channel_id=channel.pk, team_id=channel.team_id)
