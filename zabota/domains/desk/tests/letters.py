"""Letters as the channels hand them up, for the desk's tests: only what differs is said."""

from datetime import datetime, timedelta
from typing import Any

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import Inbound, Party
from zabota.domains.channels.models import InboundEnvelope
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import replies

ILZE = Party(address="ilze@kalnina.example", name="Ilze Kalniņa")
IRINA = Party(address="irina@vainovska.example", name="Ирина Вайновская")
STRANGER = Party(address="mallory@evil.example", name="Mallory")


def letter(cast: Cast, *, at: datetime = MORNING, **what: Any) -> Inbound:
    """A verified letter from Ilze, to our mailbox, about a late table."""
    row = InboundEnvelope.objects.create(
        channel=cast.mailbox,
        content_hash=f"{InboundEnvelope.objects.count():064d}",
        received_at=at,
        stored_at=at,
    )
    text = what.get("text", "Kur ir mans galds?")
    values: dict[str, Any] = {
        "envelope_id": row.pk,
        "channel_id": cast.mailbox.pk,
        "brand_id": cast.brand.pk,
        "team_id": cast.riga.pk,
        "received_at": at,
        "sent_at": at,
        "sender": ILZE,
        "sender_verified": True,
        "to": (Party(address=cast.mailbox.address),),
        "subject": "Terases galds",
        "text": text,
        "preview": text[:80],
        "language": "lv",
        "external_id": f"<letter-{row.pk}@kalnina.example>",
    }
    return Inbound(**(values | what))


def answered(
    cast: Cast,
    conversation: Conversation,
    *,
    at: datetime = MORNING,
    client_id: str = "c-1",
    leaves: bool = True,
) -> Message:
    """Marta has answered, and the letter has left."""
    message = replies.send(
        replies.Reply(text="Galds būs rīt.", client_id=client_id, seen_message_id=10**9),
        to=conversation.ref,
        actor=cast.actor(cast.marta),
        at=at,
        undo=timedelta(0),
    )
    if leaves:
        replies.confirm_delivery(message.pk, sent_at=at, perhaps_twice=False, at=at)
    message.refresh_from_db()
    return message
