"""The outbox at work: claim, begin, conclude. Each is one short transaction; none touches a wire.

    claimed = sending.claim(channel_id=…, at=…)       one in flight a group, oldest first
    letter = sending.begin(claimed, at=…)             the gate, and "an attempt has started"
    … the kind sends …
    sending.conclude(claimed, outcome, at=…)          sent, waits for another try, or failed

A sender that dies between `begin` and `conclude` leaves a row whose attempt has no result: it is
sent again under the same Message-ID and marked `perhaps_twice`, never lost (F04).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from zabota.domains.channels.enums import OutboundState
from zabota.domains.channels.envelopes import Outbound
from zabota.domains.channels.events import (
    DeliveryConfirmed,
    DeliveryDelayed,
    DeliveryFailed,
    RecipientRefused,
)
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.channels.rules import outcomes
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.rules.outcomes import Outcome, Refusal
from zabota.domains.channels.services import gate, outbound, outgoing
from zabota.kernel import tx
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Context, Fact

UNSETTLED = (OutboundState.WAITING, OutboundState.SENDING)


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A message that is ours to send until the lease ends."""

    envelope_id: int
    channel_id: int
    lease: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message that may leave now, to those who do not have it yet."""

    outbound: Outbound
    recipients: tuple[str, ...]
    external_id: str
    token: str
    written_at: datetime


def say(message: Outbound, *, at: datetime) -> tuple[str, bool]:
    """Put new words into a chat, in the caller's transaction. Returns the external id, and whether
    they are there.

    Where a chat reads is our own database, so nothing can fail between here and there; nobody is
    told by a fact. They wait in the outbox, as all that leaves does, while something before them
    waits, while the chat is switched off, and when the gate does not let them pass.
    """
    values = outbound.row_of(message, at=at, not_before=at)
    row = OutboundEnvelope(key=message.key, **values)
    if _may_be_said(row, message, at=at):
        row.attempts, row.started_at, row.sent_at = 1, at, at
        row.state, row.delivered = OutboundState.SENT, list(_recipients(message, row))
    else:
        tx.after_commit(outbound.wake)
    row.save(force_insert=True)
    return row.external_id, row.state == OutboundState.SENT


def _may_be_said(row: OutboundEnvelope, message: Outbound, *, at: datetime) -> bool:
    before = OutboundEnvelope.objects.filter(group=row.group, state__in=UNSETTLED)
    if message.automatic or not row.channel.is_active or before.exists():
        return False
    wanted = _recipients(message, row)
    return gate.ask(
        message, recipients=wanted, again=False, at=at, channel=row.channel
    ).allowed == (wanted)


def channels_due(*, at: datetime, kind: str = "email") -> list[int]:
    """The channels of a kind that have something to send now, whose server is not left alone."""
    found = (
        _due(at)
        .filter(channel__kind=kind)
        .order_by()
        .values_list("channel_id", flat=True)
        .distinct()
    )
    return sorted(found)


def claim(*, channel_id: int, at: datetime) -> Claimed | None:
    """Take the oldest due message of a channel whose group has none before it; None: no work."""
    lease = secrets.token_hex(16)
    with tx.write():
        for row in _due(at).filter(channel_id=channel_id).order_by("pk")[:20]:
            changed = OutboundEnvelope.objects.filter(
                pk=row.pk, state=row.state, lease=row.lease
            ).update(
                state=OutboundState.SENDING,
                lease=lease,
                leased_until=at + timedelta(seconds=limits().send.lease_seconds),
                perhaps_twice=row.perhaps_twice or row.started_at is not None,
            )
            if changed == 1:
                return Claimed(envelope_id=row.pk, channel_id=channel_id, lease=lease)
    return None


def _due(at: datetime) -> QuerySet[OutboundEnvelope]:
    before = (
        OutboundEnvelope.objects.filter(
            group=OuterRef("group"), pk__lt=OuterRef("pk"), state__in=UNSETTLED
        )
        # Order bends before a conversation stands still for days behind one refused message.
        .exclude(state=OutboundState.WAITING, attempts__gte=limits().send.order_tries)
    )
    resting = Q(channel__outgoing__next_try_at__gt=at)
    return (
        OutboundEnvelope.objects.filter(
            Q(state=OutboundState.WAITING, not_before__lte=at)
            | Q(state=OutboundState.SENDING, leased_until__lte=at),
            channel__is_active=True,
        )
        .exclude(resting)
        .exclude(Exists(before))
    )


def begin(claimed: Claimed, *, at: datetime) -> Letter | None:
    """Ask the gate, and write down that an attempt starts. None: it may not leave, or not by us."""
    with tx.write():
        row = _ours(claimed)
        if row is None:
            return None
        message = outbound.outbound_of(row)
        wanted = _recipients(message, row)
        # A try that its mailbox spoilt counts as none, but the gate let it pass and counted it.
        again = row.attempts > 0 or bool(row.error)
        verdict = gate.ask(message, recipients=wanted, again=again, at=at)
        for address, code in verdict.refused.items():
            row.refused[address] = [code, ""]
        if not verdict.allowed:
            _refuse_all(row, Refusal(code=verdict.code, final=True), OutboundState.HELD, at=at)
            return None
        for code in verdict.refused.values():
            _tell(row, RecipientRefused(key=row.key, envelope_id=row.pk, code=code), at=at)
        row.attempts += 1
        row.started_at = at
        row.leased_until = at + timedelta(seconds=limits().send.lease_seconds)
        row.save()
        return Letter(
            outbound=verdict.message,
            recipients=verdict.allowed,
            external_id=row.external_id,
            token=outbound.thread_token(message),
            written_at=row.created_at,
        )


def _recipients(message: Outbound, row: OutboundEnvelope) -> tuple[str, ...]:
    """Each address once, without those who have it and those who were refused."""
    settled = {address.lower() for address in (*row.delivered, *row.refused)}
    found: dict[str, str] = {}
    for party in (*message.to, *message.cc):
        if party.address.lower() not in settled:
            found.setdefault(party.address.lower(), party.address)
    return tuple(found.values())


def conclude(claimed: Claimed, outcome: Outcome, *, at: datetime) -> None:
    """Record what came of the attempt, and tell whose message it is.

    Nothing happens when the lease was lost: whoever took the message over records its end.
    """
    with tx.write():
        row = _ours(claimed)
        if row is None:
            return
        row.lease, row.leased_until = "", None
        if outcome.at_mailbox and outcome.trouble:
            _leave_for_mailbox(row, outcome.trouble, at=at)
            return
        outgoing.works(row.channel, at=at)
        if outcome.trouble:
            _settle_trouble(row, outcome, outcome.trouble, at=at)
        else:
            _settle_recipients(row, outcome, at=at)


def release(claimed: Claimed) -> None:
    """Give a message back that was claimed and not begun."""
    OutboundEnvelope.objects.filter(
        pk=claimed.envelope_id, lease=claimed.lease, state=OutboundState.SENDING
    ).update(state=OutboundState.WAITING, lease="", leased_until=None)


def resume(*, at: datetime) -> int:
    """When the server of one machine starts: what a dead one was sending is taken up at once."""
    return OutboundEnvelope.objects.filter(state=OutboundState.SENDING).update(leased_until=at)


def _ours(claimed: Claimed) -> OutboundEnvelope | None:
    return (
        OutboundEnvelope.objects.select_for_update(of=("self",))
        .select_related("channel")
        .filter(pk=claimed.envelope_id, lease=claimed.lease, state=OutboundState.SENDING)
        .first()
    )


def _leave_for_mailbox(row: OutboundEnvelope, trouble: Refusal, *, at: datetime) -> None:
    """No message is to blame: it waits until the mailbox works, and that is no try of it."""
    until = outgoing.failed(row.channel, code=trouble.code, passing=not trouble.final, at=at)
    row.attempts = max(0, row.attempts - 1)
    _wait(row, trouble, until, at=at)


def _settle_trouble(
    row: OutboundEnvelope, outcome: Outcome, trouble: Refusal, *, at: datetime
) -> None:
    row.perhaps_twice = row.perhaps_twice or outcome.uncertain
    until = None if trouble.final else _next_try(row, at)
    if until is not None:
        _wait(row, trouble, until, at=at)
    elif row.delivered:
        _refuse_rest(row, trouble, at=at)
    else:
        _refuse_all(row, trouble, OutboundState.FAILED, at=at)


def _settle_recipients(row: OutboundEnvelope, outcome: Outcome, *, at: datetime) -> None:
    """Those who have it have it once; each other one is told of, or tried again alone (F33)."""
    first = not row.delivered
    row.delivered = [*row.delivered, *outcome.accepted]
    final = {address: no for address, no in outcome.refused.items() if no.final}
    passing = {address: no for address, no in outcome.refused.items() if not no.final}
    until = _next_try(row, at) if passing else None
    if until is None:
        final |= passing
        passing = {}
    row.refused |= {address: [no.code, no.detail] for address, no in final.items()}
    if not row.delivered and not passing:
        no = next(iter(final.values()), Refusal(code="refused", final=True))
        _refuse_all(row, no, OutboundState.FAILED, at=at)
        return
    if outcome.accepted and first:
        _confirm(row, at=at)
    for no in final.values():
        _tell(row, RecipientRefused(key=row.key, envelope_id=row.pk, code=no.code), at=at)
    if passing and until is not None:
        _wait(row, next(iter(passing.values())), until, at=at)
    else:
        row.state = OutboundState.SENT
        row.save()


def _next_try(row: OutboundEnvelope, at: datetime) -> datetime | None:
    send = limits().send
    return outcomes.next_try(tries=row.attempts, pauses=send.retry_seconds, most=send.tries, at=at)


def _confirm(row: OutboundEnvelope, *, at: datetime) -> None:
    row.sent_at, row.error, row.error_detail = at, "", ""
    fact = DeliveryConfirmed(
        key=row.key, envelope_id=row.pk, sent_at=at, perhaps_twice=row.perhaps_twice
    )
    _tell(row, fact, at=at)


def _wait(row: OutboundEnvelope, no: Refusal, until: datetime, *, at: datetime) -> None:
    row.state, row.not_before, row.started_at = OutboundState.WAITING, until, None
    row.error, row.error_detail = no.code, no.detail
    row.save()
    if not row.delivered:
        fact = DeliveryDelayed(key=row.key, envelope_id=row.pk, code=no.code, next_try_at=until)
        _tell(row, fact, at=at)


def _refuse_rest(row: OutboundEnvelope, no: Refusal, *, at: datetime) -> None:
    rest = _recipients(outbound.outbound_of(row), row)
    row.refused |= {address: [no.code, no.detail] for address in rest}
    row.state = OutboundState.SENT
    row.save()
    for _address in rest:
        _tell(row, RecipientRefused(key=row.key, envelope_id=row.pk, code=no.code), at=at)


def _refuse_all(row: OutboundEnvelope, no: Refusal, state: OutboundState, *, at: datetime) -> None:
    """It will not arrive. When somebody has it already, only the rest is told of."""
    row.state, row.error, row.error_detail = state, no.code, no.detail
    row.lease, row.leased_until = "", None
    if row.delivered:
        row.state = OutboundState.SENT
    row.save()
    fact: Fact = DeliveryFailed(key=row.key, envelope_id=row.pk, code=no.code)
    if row.delivered:
        fact = RecipientRefused(key=row.key, envelope_id=row.pk, code=no.code)
    _tell(row, fact, at=at)


def _tell(row: OutboundEnvelope, fact: Fact, *, at: datetime) -> None:
    channel = row.channel
    context = Context(brand_id=channel.brand_id, channel_id=channel.pk, team_id=channel.team_id)
    log.publish(fact, at=at, context=context)
