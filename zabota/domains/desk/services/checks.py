"""What the channel's standard says of a letter before it leaves (S-055). Reads only."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from zabota.domains.desk.enums import Direction
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.queries import access
from zabota.domains.desk.rules import structure
from zabota.domains.desk.services.standards import Standards
from zabota.kernel.accounts.roles import Actor


def lacks(ref: str, text: str, *, actor: Actor, at: datetime) -> Sequence[structure.Lack]:
    """What a draft of a reply lacks by its channel's standard. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    standards = Standards(at=at)
    if standards.is_chat(conversation):
        is_first = not conversation.messages.filter(
            direction=Direction.OUT, by_system=False
        ).exists()
        return structure.lacks_in_chat(
            text, standards.talks(conversation), is_first=is_first, names=_names(conversation)
        )
    return structure.lacks(text, standards.letters(conversation), names=_names(conversation))


def tone(ref: str, *, language: str, actor: Actor, at: datetime) -> str:
    """How this channel writes, in the reader's language. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    standards = Standards(at=at)
    if standards.is_chat(conversation):
        return standards.talks(conversation).tone.say(language)
    return standards.letters(conversation).tone.say(language)


def longest_silence(ref: str, *, actor: Actor, at: datetime) -> timedelta:
    """After how long a customer in a chat is told what we are doing (S-071). Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    return timedelta(seconds=Standards(at=at).talks(conversation).silence_seconds)


def _names(conversation: Conversation) -> Sequence[str]:
    customer = conversation.customer
    return [customer.say, customer.name] if customer else []
