"""What a channel hands up and takes down: plain data, free of Django.

Channels know envelopes, not conversations.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Party:
    """A name and an address, as written in a header; `kind` says what sort of address it is."""

    address: str
    name: str = ""
    kind: str = "email"


@dataclass(frozen=True, kw_only=True)
class InboundFile:
    """One attachment, already kept as a stored file."""

    file_id: int
    name: str
    media_type: str
    size: int
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class ThreadClue:
    """A signed id that was found and proved: our message of that conversation was answered."""

    conversation_id: int
    message_id: int
    # Whether the sender is one of those to whom we had written it.
    from_recipient: bool


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """A mail that was read: what the desk needs to make a message of it.

    `sender_verified`: the mailbox's own server vouches for the sender's domain, and exactly one
    sender is
    named. `automatic` is "" for a person's mail, else "auto_reply", "vacation", "bounce",
    "delayed",
    "mailing_list", "machine". `bounced` are external ids and addresses of our mails that came back.
    """

    envelope_id: int | None  # None: what came needed no reading, and is kept in its message alone
    channel_id: int
    brand_id: int
    team_id: int | None
    received_at: datetime
    sent_at: datetime | None
    sender: Party | None
    sender_verified: bool
    reply_to: tuple[Party, ...] = ()
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    more_recipients: int = 0
    subject: str = ""
    text: str = ""
    # (start, end, kind) places of `text` that are folded: "quote" or "signature"
    folds: tuple[tuple[int, int, str], ...] = ()
    preview: str = ""
    language: str = ""
    files: tuple[InboundFile, ...] = ()
    has_original: bool = False
    external_id: str = ""
    references: tuple[str, ...] = ()
    clue: ThreadClue | None = None
    automatic: str = ""
    thanks_only: bool = False
    bounced: tuple["Bounce", ...] = ()
    history: bool = False
    # The stems of `searchable`, found before the transaction in which it is taken in.
    stems: tuple[str, ...] = ()

    @property
    def searchable(self) -> str:
        """All words by which it is to be found: subject, sender, names of files, text."""
        who = f"{self.sender.name} {self.sender.address}" if self.sender else ""
        files = " ".join(file.name for file in self.files)
        return f"{self.subject}\n{who}\n{files}\n{self.text}"


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """Our mail did not arrive (or not yet: `permanent` is False)."""

    external_id: str
    address: str
    permanent: bool
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """What became of a batch: messages made, and how many conversations were new."""

    messages: int
    conversations: int


class Receive(Protocol):
    """The port through which envelopes go up: the desk's `take_in`.

    Called inside the transaction that marks the envelopes done, so an envelope is taken in exactly
    once. An exception for one envelope undoes the batch; then each is given alone.
    """

    def __call__(self, envelopes: Sequence[Inbound], *, at: datetime) -> TakenIn: ...


@dataclass(frozen=True, kw_only=True)
class Outbound:
    """A message to leave by a channel.

    `group` (a conversation) keeps order: one in flight at a time.

    `thread` is (conversation id, message id) to sign into the Message-ID and the reply address.
    `not_before` leaves time to undo. `automatic`: nobody pressed send.
    """

    key: str
    channel_id: int
    group: str
    thread: tuple[int, int] | None
    to: tuple[Party, ...]
    cc: tuple[Party, ...] = ()
    from_name: str = ""
    subject: str
    text: str
    signature: str = ""
    quote: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    file_ids: tuple[int, ...] = ()
    inline_file_ids: tuple[int, ...] = ()
    automatic: bool = False
    purpose: str = "service"
    language: str = "en"
    links: tuple[tuple[str, str], ...] = field(default=())  # (label, address) shown as buttons
