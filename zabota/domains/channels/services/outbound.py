"""The outbox: what is to leave, in order, one in flight a group. Sending itself is `sending`."""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from typing import Any

from zabota.domains.channels.enums import OutboundState
from zabota.domains.channels.envelopes import Outbound, Party
from zabota.domains.channels.models import Channel, OutboundEnvelope
from zabota.kernel import ids, tx
from zabota.kernel.secrets import keys
from zabota.pure.mailtext import thread_id

THREAD_KEYS = "mail-thread"


def queue_outbound(outbound: Outbound, *, at: datetime, not_before: datetime) -> str:
    """Put a message into the outbox, in the caller's transaction; returns its external id.

    The same `key` again is the same message: nothing is queued twice. It does not leave before
    `not_before`, so that it can be undone.
    """
    with tx.within():
        values = row_of(outbound, at=at, not_before=not_before)
        row, _made = OutboundEnvelope.objects.get_or_create(key=outbound.key, defaults=values)
        tx.after_commit(wake)
    return row.external_id


def row_of(outbound: Outbound, *, at: datetime, not_before: datetime) -> dict[str, Any]:
    """What the outbox keeps of a message, besides its key."""
    channel = Channel.objects.get(pk=outbound.channel_id)
    return {
        "channel": channel,
        "group": outbound.group,
        "payload": _storable(dataclasses.asdict(outbound)),
        "purpose": outbound.purpose,
        "automatic": outbound.automatic,
        "external_id": _external_id(outbound, channel),
        "not_before": not_before,
        "created_at": at,
    }


def _storable(value: Any) -> Any:
    """The same without NUL, which PostgreSQL keeps in no text. An address with one stays none."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {name: _storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return value


_listeners: list[Callable[[], object]] = []


def listen(listener: Callable[[], object]) -> None:
    """Have `listener` called when something was queued, in the committing thread: be quick."""
    _listeners.append(listener)


def leave(listener: Callable[[], object]) -> None:
    _listeners.remove(listener)


def wake() -> None:
    """Something waits in the outbox."""
    for listener in tuple(_listeners):
        listener()


def cancel_outbound(key: str, *, at: datetime) -> bool:
    """Take a waiting message back. False when it is on its way or has left: the sender was
    faster.
    """
    changed = OutboundEnvelope.objects.filter(
        key=key, state=OutboundState.WAITING, attempts=0, not_before__gt=at
    ).update(state=OutboundState.CANCELLED)
    return changed == 1


def sent(envelope_id: int) -> tuple[str, Outbound]:
    """A message of the outbox with its Message-ID, as its recipients see it."""
    row = OutboundEnvelope.objects.get(pk=envelope_id)
    return row.external_id, outbound_of(row)


def detail_of(envelope_id: int) -> str:
    """What the receiving server said, for people: a fact holds only the code."""
    found = OutboundEnvelope.objects.filter(pk=envelope_id).values_list("error_detail", flat=True)
    return found.first() or ""


def outbound_of(row: OutboundEnvelope) -> Outbound:
    """The message again as it was queued."""
    data: dict[str, Any] = dict(row.payload)
    for name in ("to", "cc"):
        data[name] = tuple(Party(**party) for party in data[name])
    for name in ("references", "file_ids", "inline_file_ids"):
        data[name] = tuple(data[name])
    data["links"] = tuple((label, address) for label, address in data["links"])
    data["thread"] = tuple(data["thread"]) if data["thread"] else None
    return Outbound(**data)


def _external_id(outbound: Outbound, channel: Channel) -> str:
    """The Message-ID: signed with the thread, so that an answer to it finds its conversation."""
    domain = channel.address.rpartition("@")[2] or "localhost"
    return f"<{thread_token(outbound) or ids.new_ref() + ids.new_ref()}@{domain}>"


def thread_token(outbound: Outbound) -> str:
    """The signed id of (conversation, message, recipients); "" for mail without a thread."""
    if outbound.thread is None:
        return ""
    key_id, key = keys.signing_key(THREAD_KEYS)
    conversation, message = outbound.thread
    return thread_id.make(
        conversation=conversation,
        message=message,
        recipients_digest=thread_id.recipients_digest(
            party.address for party in (*outbound.to, *outbound.cc)
        ),
        key=key,
        key_id=key_id,
    )
