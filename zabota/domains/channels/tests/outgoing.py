"""Messages to leave, and the mailbox by which they leave, for tests: only what differs is said."""

import dataclasses
from datetime import datetime

from tests.cast import MORNING
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.envelopes import Outbound, Party
from zabota.domains.channels.kinds.email import posting
from zabota.domains.channels.kinds.email.carrying import Ways
from zabota.domains.channels.models import Channel, OutboundEnvelope
from zabota.domains.channels.services import outbound

ILZE = Party(address="ilze@example.org", name="Ilze Kalniņa")
IRINA = Party(address="irina@example.org", name="Ирина")
OLEG = Party(address="oleg@example.org", name="Oleg")


def connect(channel: Channel, sink: SmtpSink, **settings: object) -> Channel:
    """Let a channel send by the sink, without sign-in."""
    server = {"host": "127.0.0.1", "port": sink.port, "security": "plain"}
    channel.settings = {"smtp": server, **settings}
    channel.save()
    return channel


def letter(channel: Channel, number: int = 1, **changes: object) -> Outbound:
    """Marta's reply to Ilze about her order, message `number` of conversation 1."""
    plain = Outbound(
        key=f"message:{number}",
        channel_id=channel.pk,
        group="conversation:1",
        thread=(1, number),
        to=(ILZE,),
        from_name="Marta Ozola, Liepa",
        subject="Jūsu pasūtījums",
        text="Labdien!\n\nPaka ir ceļā.",
        signature="Marta",
        in_reply_to="<question@example.org>",
        references=("<question@example.org>",),
        language="lv",
    )
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type] # names of its fields


def queue(message: Outbound, *, at: datetime = MORNING) -> OutboundEnvelope:
    outbound.queue_outbound(message, at=at, not_before=at)
    return OutboundEnvelope.objects.get(key=message.key)


def send(at: datetime = MORNING) -> int:
    """Send all that is due at that moment."""
    return posting.send_due(ways=Ways(now=lambda: at))
