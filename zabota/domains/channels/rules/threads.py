"""Whether a mail answers one of ours: the signed ids that it brings back (T12)."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from zabota.domains.channels.envelopes import ThreadClue
from zabota.domains.channels.rules import inbound
from zabota.domains.channels.rules.readings import Reading
from zabota.pure.mailtext import thread_id


def clue(
    reading: Reading, *, keys: Mapping[str, bytes], own_addresses: AbstractSet[str]
) -> ThreadClue | None:
    """The first valid id of a mail: of the address it was sent to, then of what it answers.

    A valid id proves which message was answered, not who answers: `from_recipient` is True only
    when the sender, alone or with the others named in the reply, is exactly whom we had written to.
    """
    if not keys:
        return None
    found = (thread_id.read(value, keys) for value in _places(reading))
    first = next((one for one in found if one is not None), None)
    if first is None:
        return None
    return ThreadClue(
        conversation_id=first.conversation,
        message_id=first.message,
        from_recipient=_from_recipient(reading, first, own_addresses),
    )


def _places(reading: Reading) -> Iterator[str]:
    yield from reading.delivered_to
    yield from (party.address for party in inbound.recipients(reading))
    yield from reading.in_reply_to
    yield from reading.references[:1]
    yield from reversed(reading.references)


def _from_recipient(
    reading: Reading, found: thread_id.ThreadId, own_addresses: AbstractSet[str]
) -> bool:
    if reading.sender is None or not reading.sender_exact:
        return False
    sender = reading.sender.address
    others = {
        party.address
        for party in inbound.recipients(reading)
        if not _ours(party.address, own_addresses)
    }
    return found.went_to([sender]) or found.went_to({sender, *others})


def _ours(address: str, own_addresses: AbstractSet[str]) -> bool:
    """Our mailbox, or our mailbox with an id behind the plus."""
    plain = inbound.same_address(address)
    local, _, domain = plain.rpartition("@")
    return plain in own_addresses or f"{local.partition('+')[0]}@{domain}" in own_addresses
