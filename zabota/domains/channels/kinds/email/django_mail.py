"""Django's mail to our own people (a forgotten password) through the first active mailbox.

It is queued like any other message: a server that is away neither delays a page nor changes what
it says, so that nobody learns from it which addresses are known (T35).
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation
from typing_extensions import override

from zabota.domains.channels.envelopes import Outbound, Party
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import outbound
from zabota.kernel import clock, ids
from zabota.kernel.health import conditions

logger = logging.getLogger(__name__)
CONDITION = "own-mail"


class Backend(BaseEmailBackend):
    """Queues each message. Without a mailbox the owner is told by a health condition."""

    @override
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        at = clock.now()
        channel = _first_mailbox()
        if channel is None:
            logger.warning("mail to our own people cannot leave: no mailbox sends")
            conditions.tell(CONDITION, code="no_mailbox", level="error", at=at)
            return 0
        conditions.clear(CONDITION)
        for message in email_messages:
            _queue(message, channel, at)
        return len(email_messages)


def _first_mailbox() -> Channel | None:
    rows = Channel.objects.filter(kind="email", is_active=True).select_related("brand")
    return next((row for row in rows.order_by("pk") if row.settings.get("smtp")), None)


def _queue(message: EmailMessage, channel: Channel, at: datetime) -> None:
    for address in message.recipients():
        key = f"own:{ids.new_ref()}{ids.new_ref()}"
        queued = Outbound(
            key=key,
            channel_id=channel.pk,
            group=key,
            thread=None,
            to=(Party(address=address),),
            from_name=channel.brand.name,
            subject=str(message.subject),
            text=str(message.body),
            automatic=True,
            purpose="own",
            language=translation.get_language() or "en",
        )
        outbound.queue_outbound(queued, at=at, not_before=at)
