"""Forgetting what channels keep of a person: raw mails, letters in the outbox, visits, counts.

That a mail was taken in stays known by the hash of its bytes, so that it is not taken in again.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from zabota.domains.channels.enums import InboundState
from zabota.domains.channels.models import (
    AutomaticSend,
    InboundEnvelope,
    OutboundEnvelope,
    RawBytes,
    Visit,
)
from zabota.domains.channels.services import visits
from zabota.kernel import tx

GONE = "erased"


def forget(
    *,
    envelope_ids: Collection[int],
    groups: Collection[str],
    addresses: Collection[str],
    at: datetime,
) -> None:
    """Forget these mails and their copies in other mailboxes, all letters of these groups, and
    every letter from these addresses; letters to others lose the addresses; tokens of the chat
    open nothing any more. In the caller's transaction.
    """
    with tx.within():
        _forget_mails(envelope_ids, addresses)
        OutboundEnvelope.objects.filter(group__in=groups).delete()
        for address in addresses:
            for row in OutboundEnvelope.objects.filter(payload__icontains=address):
                row.payload = without(row.payload, addresses)
                row.delivered = without(row.delivered, addresses)
                row.refused = without(row.refused, addresses)
                row.error_detail = ""
                row.save()
        AutomaticSend.objects.filter(address__in=addresses).delete()
        theirs = Visit.objects.filter(Q(ref__in=addresses) | Q(email__in=addresses))
        visits.forget(theirs, at=at)


def without(value: Any, addresses: Collection[str]) -> Any:
    """The JSON value, with everything left out that names one of these addresses."""
    if isinstance(value, list):
        return [without(one, addresses) for one in value if not _names(one, addresses)]
    if isinstance(value, dict):
        return {
            key: without(one, addresses)
            for key, one in value.items()
            if not _is_named(str(key), addresses)
        }
    return GONE if isinstance(value, str) and _is_named(value, addresses) else value


def _names(value: Any, addresses: Collection[str]) -> bool:
    """Whether a list's entry is about one of them: its address, or a pair of name and address."""
    parts = value if isinstance(value, list) else [value]
    return any(isinstance(one, str) and _is_named(one, addresses) for one in parts)


def _is_named(text: str, addresses: Collection[str]) -> bool:
    said = text.casefold()
    return any(address.casefold() in said for address in addresses)


def _forget_mails(envelope_ids: Collection[int], addresses: Collection[str]) -> None:
    sent = Q(pk__in=envelope_ids)
    for address in addresses:
        sent |= Q(sender_hint__icontains=address)
    numbers = set(InboundEnvelope.objects.filter(sent).values_list("pk", flat=True))
    family = Q(pk__in=numbers) | Q(duplicate_of__in=numbers) | Q(duplicates__in=numbers)
    rows = InboundEnvelope.objects.filter(
        pk__in=set(InboundEnvelope.objects.filter(family).values_list("pk", flat=True))
    )
    RawBytes.objects.filter(pk__in=rows.exclude(raw_id=None).values("raw_id")).delete()
    rows.filter(state__in=[InboundState.NEW, InboundState.UNREADABLE]).update(
        state=InboundState.DONE
    )
    rows.update(
        raw_id=None,
        reason=GONE,
        detail="",
        external_id="",
        sender_hint="",
        subject_hint="",
    )
