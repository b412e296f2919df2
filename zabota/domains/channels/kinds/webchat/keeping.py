"""Sending by the chat: the message is here already, the visitor's browser asks for it.

It goes through the outbox as all that leaves does, so that the gate is asked and order is kept.
"""

from datetime import datetime

from zabota.domains.channels.rules.chats import KIND
from zabota.domains.channels.rules.outcomes import Outcome
from zabota.domains.channels.services import sending


def keep_due(*, at: datetime) -> int:
    """Conclude all that is due in chats; returns how many messages that were."""
    number = 0
    for channel_id in sending.channels_due(at=at, kind=KIND):
        while claimed := sending.claim(channel_id=channel_id, at=at):
            letter = sending.begin(claimed, at=at)
            if letter is not None:
                sending.conclude(claimed, Outcome(accepted=letter.recipients), at=at)
                number += 1
    return number
