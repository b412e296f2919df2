"""The channels of the demo shop. Its chat is a chat like any other. Its mailbox has no wire:
nothing is fetched for it, and what leaves by it goes nowhere.

All else about the mailbox is real: mail is stored raw and read by the children, replies lie in the
outbox with time to undo, pass the gate and are written as mails. Only the wire is left out, and
pages say so (`Channel.is_demo`).
"""

from datetime import datetime

from zabota.domains.channels.models import DEMO, Channel
from zabota.domains.channels.rules.chats import KIND as CHAT
from zabota.kernel import tx


def open_mailbox(
    *, address: str, name: str, brand_id: int, team_id: int | None, authserv_id: str, at: datetime
) -> int:
    """Make a demo mailbox, or find the one of that address; returns its channel's id.

    `authserv_id` is the name under which the demo's letters carry Authentication-Results.
    """
    with tx.write():
        channel, _made = Channel.objects.get_or_create(
            kind="email",
            address=address,
            defaults={
                "name": name,
                "brand_id": brand_id,
                "team_id": team_id,
                "settings": {DEMO: True, "authserv_id": authserv_id},
                "created_at": at,
            },
        )
    return channel.pk


def open_chat(*, key: str, name: str, brand_id: int, team_id: int | None, at: datetime) -> None:
    """Make the demo's chat; `key` is what the page of the demo's shop calls it by."""
    with tx.write():
        Channel.objects.get_or_create(
            kind=CHAT,
            address=key,
            defaults={
                "name": name,
                "brand_id": brand_id,
                "team_id": team_id,
                "settings": {},
                "created_at": at,
            },
        )
