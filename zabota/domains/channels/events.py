"""What happens in channels."""

from dataclasses import dataclass
from datetime import datetime

from zabota.kernel.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class EnvelopeUnreadable(Fact):
    """A mail is kept raw, and no conversation could be made of it."""

    envelope_id: int


@dataclass(frozen=True, kw_only=True)
class EnvelopeTriedAgain(Fact):
    """Somebody asked for an unreadable mail to be read once more."""

    envelope_id: int


@dataclass(frozen=True, kw_only=True)
class DeliveryConfirmed(Fact):
    """The receiving server took our message.

    `key` is the sender's own name for it ("message:12").
    """

    key: str
    envelope_id: int
    sent_at: datetime
    perhaps_twice: bool = False


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(Fact):
    """Our message will not arrive; nobody tries again."""

    key: str
    envelope_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class DeliveryDelayed(Fact):
    """A try failed; the next one comes at `next_try_at`."""

    key: str
    envelope_id: int
    code: str
    next_try_at: datetime


@dataclass(frozen=True, kw_only=True)
class VisitEnded(Fact):
    """The token of a chat's visitor opens nothing any more."""

    visit_id: int


@dataclass(frozen=True, kw_only=True)
class ChatSet(Fact):
    """A chat of a site was made, or its settings were changed."""

    channel_id: int


@dataclass(frozen=True, kw_only=True)
class MailboxSet(Fact):
    """A mailbox was connected, or its settings were changed."""

    channel_id: int


@dataclass(frozen=True, kw_only=True)
class RecipientRefused(Fact):
    """Of several recipients one does not get our message; the others have it, or will."""

    key: str
    envelope_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class MailboxFailed(Fact):
    """A mailbox can be read, or written by, no more: its owner must be told."""

    channel_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class MailboxRecovered(Fact):
    channel_id: int
