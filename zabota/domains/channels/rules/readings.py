"""What a parser child says about one raw mail: plain data, before our own tables are asked.

Free of Django, because the child that makes it must stay small and know nothing of us. It crosses
a pipe as JSON; the bytes of attachments follow it in the order of `files`.
"""

from dataclasses import dataclass
from datetime import datetime

from zabota.domains.channels.envelopes import Bounce, Party


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """One attachment of a mail; its bytes travel beside the reading."""

    name: str
    media_type: str
    size: int
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class Vouching:
    """One result of the topmost Authentication-Results header: "dkim", "pass", "example.com"."""

    method: str
    result: str
    domain: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One mail, read.

    `sender_exact`: every parser reads the same one sender (T18). `authserv_id` and `vouchings` are
    those of the topmost Authentication-Results; whether we believe them is decided with the
    channel's settings. `folds` are (start, end, kind) places of `text`.
    """

    external_id: str
    references: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    sender: Party | None
    sender_exact: bool
    reply_to: tuple[Party, ...]
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    more_recipients: int
    delivered_to: tuple[str, ...]
    sent_at: datetime | None
    received_at: datetime | None
    authserv_id: str
    vouchings: tuple[Vouching, ...]
    subject: str
    text: str
    folds: tuple[tuple[int, int, str], ...]
    preview: str
    language: str
    automatic: str
    thanks_only: bool
    has_original: bool
    bounced: tuple[Bounce, ...]
    files: tuple[ReadFile, ...]


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A mail that could not be read. `final`: trying again as it is makes no difference."""

    reason: str
    detail: str = ""
    final: bool = False


@dataclass(frozen=True, kw_only=True)
class Read:
    """A reading with the bytes of its files."""

    reading: Reading
    contents: tuple[bytes, ...] = ()
