"""The words of one mail: what `parse` gives back, and what it refuses.

Only frozen data lives here, nothing that reads bytes. Every text in it is free of NUL, of lone
surrogates and of control characters, so any database and any page can take it as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How much of a mail is read. Over a limit marked *refused* the mail is `Unparsable`.

    What is cut instead of refused leaves a word in `Mail.defects`; the raw mail has it all.
    """

    raw_bytes: int = 25 * 1024 * 1024  # refused
    nesting: int = 100  # refused: multiparts in one another
    parts: int = 1_000  # refused
    header_bytes: int = 256 * 1024  # refused: all headers of all parts together
    encoded_words: int = 2_000  # refused: in one header that is read
    recipients: int = 1_000  # cut: To and Cc together; the rest is counted
    references: int = 100  # cut: the first one and the newest are kept
    line_chars: int = 2_000  # cut: subject, a name, a file name
    text_chars: int = 2_000_000  # cut: the whole body is then an attachment as well
    future_days: int = 2  # a Date further ahead of `at` is none
    name_chars: int = 120  # cut: the safe name of an attachment


class Unparsable(Exception):
    """The mail can't be read within the limits; whoever called keeps it as unreadable.

    `reason_code` is one of `empty`, `not_a_mail`, `too_large`, `too_deep`, `too_many_parts`,
    `headers_too_large`, `too_many_encoded_words`; `detail` says the figures, in English.
    """

    def __init__(self, reason_code: str, detail: str) -> None:
        super().__init__(f"{reason_code}: {detail}")
        self.reason_code = reason_code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: the name as shown, and the address with its domain in small letters."""

    name: str
    addr: str


@dataclass(frozen=True, slots=True)
class SenderTrust:
    """Whether every parser reads the same one sender (threat T18); says nothing of forgery.

    `reason` is empty when exact, else one of `no_from`, `several_from_headers`,
    `several_addresses`, `not_strict`, `non_ascii_address`, `too_long`, `parsers_differ`.
    """

    exact: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A part that is not the body, whole and undecoded beyond its transfer encoding.

    `name` is safe as a file name and unique in its mail; `original_name` is what the sender
    wrote (empty if nothing). `media_type` is as declared, so it proves nothing. `part` is the
    path in the MIME tree, "1.2" the second child of the first. `inline` parts are those a body
    shows by `content_id`, or that asked to be shown.
    """

    name: str
    original_name: str
    media_type: str
    content_id: str
    inline: bool
    size: int
    sha256: str
    part: str
    content: bytes = field(repr=False)


class Action(StrEnum):
    """What a mail server says it did with a mail (RFC 3464, 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipientReport:
    """The fate of a mail for one recipient; `status` is like "5.1.1", or empty."""

    addr: str
    action: Action
    status: str = ""
    diagnostic: str = ""
    remote_mta: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryReport:
    """A bounce or a notice of delay. `standard` when RFC 3464 said it, else it is recognised by
    its wording. `original_message_id` (with angle brackets) is empty when it isn't told."""

    recipients: tuple[RecipientReport, ...]
    original_message_id: str
    standard: bool

    @property
    def action(self) -> Action | None:
        """The worst action of all recipients; None when no recipient is named."""
        told = {recipient.action for recipient in self.recipients}
        return next((action for action in Action if action in told), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthenticationResult:
    """One method of an Authentication-Results header: `spf`, `dkim`, `dmarc`, ...

    `domain` is the domain that the method speaks for, as far as it is told.
    """

    method: str
    result: str
    domain: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthenticationResults:
    """The topmost Authentication-Results header (RFC 8601); the others are never read."""

    authserv_id: str
    results: tuple[AuthenticationResult, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """One mail, read. Message-IDs keep their angle brackets.

    `text` is the plain body, with "\\n" as line end; `html` the HTML body as sent, or None.
    When `text_is_whole` is False some of the body stands only in `html`.
    `headers` holds, by small-letter name, those that tell automatic mail from a person's.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    sender: Address | None
    sender_trust: SenderTrust
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    recipients_left_out: int
    delivered_to: tuple[str, ...]
    date: datetime | None
    received: datetime | None
    media_type: str
    text: str
    text_is_whole: bool
    html: str | None
    charset: str
    attachments: tuple[Attachment, ...]
    headers: Mapping[str, str]
    authentication_results: AuthenticationResults | None
    delivery_report: DeliveryReport | None
    defects: tuple[str, ...]
