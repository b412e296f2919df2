"""How sending by a mailbox goes: left alone after a refusal, its owner told once, and untold."""

from datetime import datetime

from zabota.domains.channels.enums import OutboundState
from zabota.domains.channels.events import MailboxFailed, MailboxRecovered
from zabota.domains.channels.models import Channel, OutboundEnvelope, Outgoing
from zabota.domains.channels.rules import pauses
from zabota.domains.channels.rules.limits import limits
from zabota.kernel import tx
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Context
from zabota.kernel.health import conditions


def failed(channel: Channel, *, code: str, passing: bool, at: datetime) -> datetime:
    """Its server can't be used. Returns when to try again: ever later, never hammering.

    Within the caller's transaction. A health condition stands until sending works again;
    MailboxFailed is published when the trouble is news; a passing one when it happens again.
    """
    with tx.within():
        row, _made = Outgoing.objects.get_or_create(channel=channel)
        news = row.error != code
        row.failures += 1
        row.error, row.error_since = code, row.error_since or at
        until = pauses.next_try(
            failures=row.failures,
            pauses=limits().mailbox.retry_seconds if passing else limits().send.refused_seconds,
            at=at,
        )
        row.next_try_at = until
        row.save()
        conditions.tell(
            condition(channel.pk),
            code=f"outgoing_{code}",
            at=at,
            level="warn" if passing and row.failures < 2 else "error",
            channel=channel.pk,
        )
        if row.failures == 2 if passing else news:
            fact = MailboxFailed(channel_id=channel.pk, code=f"outgoing_{code}")
            log.publish(fact, at=at, context=_context(channel))
    return until


def works(channel: Channel, *, at: datetime) -> None:
    """Its server took our sign-in: a trouble that stood is over, and what waited for it goes."""
    with tx.within():
        row = Outgoing.objects.filter(channel=channel).exclude(error="").first()
        if row is None:
            return
        error = row.error
        row.delete()
        conditions.clear(condition(channel.pk))
        hasten(channel_id=channel.pk, error=error, at=at)
        log.publish(MailboxRecovered(channel_id=channel.pk), at=at, context=_context(channel))


def forget_troubles(*, channel_id: int, at: datetime) -> None:
    """Its settings were changed: try at once, whatever failed before."""
    with tx.within():
        row = Outgoing.objects.filter(channel_id=channel_id).first()
        if row is not None:
            Outgoing.objects.filter(pk=row.pk).update(next_try_at=None, failures=0)
            hasten(channel_id=channel_id, error=row.error, at=at)


def hasten(*, channel_id: int, error: str, at: datetime) -> None:
    """What waited because of that error goes now."""
    OutboundEnvelope.objects.filter(
        channel_id=channel_id, state=OutboundState.WAITING, error=error, not_before__gt=at
    ).update(not_before=at)


def condition(channel_id: int) -> str:
    return f"outgoing:{channel_id}"


def _context(channel: Channel) -> Context:
    return Context(brand_id=channel.brand_id, channel_id=channel.pk, team_id=channel.team_id)
