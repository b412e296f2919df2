"""Our outgoing mail as bytes: safe headers, two bodies, pictures, attachments.

The top headers are written here and not by `email`, one list of ASCII tokens each, because the
library has let line ends of values through (T16, CVE-2024-6923) and breaks long message ids into
encoded words. Values are data of the caller: the date, the Message-ID and the thread's ids are
given, nothing is made up. A null envelope sender for automatic mail is the transport's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from zabota.pure.mailtext import letter
from zabota.pure.mailtext.letter import Quotation

__all__ = [
    "Attachment",
    "InvalidOutgoing",
    "Mailbox",
    "Outgoing",
    "Picture",
    "Quotation",
    "Unsubscribe",
    "build",
]


class InvalidOutgoing(ValueError):
    """A value that can't stand in a mail: an address, an id, a date without a zone, nobody to."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address and the name shown for it; the name may hold anything."""

    addr: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file; its name may hold anything."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture inside the HTML body, shown beneath the text; `content_id` without brackets."""

    content_id: str
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """How to leave a mailing with one click (RFC 8058): an https address, and perhaps a mailbox."""

    url: str
    mailbox: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One mail to send. Ids carry their angle brackets; `references` come oldest first."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    text: str
    at: datetime
    message_id: str
    cc: tuple[Mailbox, ...] = ()
    reply_to: Mailbox | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    signature: str = ""
    quotation: Quotation | None = None
    language: str = "en"
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Picture, ...] = ()
    automatic: bool = False
    unsubscribe: Unsubscribe | None = None


def build(mail: Outgoing) -> bytes:
    """The mail as it goes over the wire: ASCII, CRLF, lines of at most 76 (ids of 998) characters.

    Promises one mail whose recipients are exactly those given, whatever names, subject and texts
    hold. Refuses with `InvalidOutgoing` what can't be written truly: an address that is none, an
    id with a space, a date without a zone, nobody to write to.
    """
    body = _body(mail)
    headers = "".join(f"{name}: {value}\r\n" for name, value in _headers(mail))
    return headers.encode("ascii") + body.as_bytes(policy=_POLICY)


_LINE: Final = 76
_POLICY: Final = policy.SMTP.clone(cte_type="7bit", max_line_length=_LINE, utf8=False)


def _headers(mail: Outgoing) -> Iterator[tuple[str, str]]:
    if not mail.to and not mail.cc:
        raise InvalidOutgoing("no recipient")
    if mail.at.tzinfo is None:
        raise InvalidOutgoing("the date has no zone")
    yield "From", _mailboxes("From", (mail.sender,))
    if mail.to:
        yield "To", _mailboxes("To", mail.to)
    if mail.cc:
        yield "Cc", _mailboxes("Cc", mail.cc)
    if mail.reply_to is not None:
        yield "Reply-To", _mailboxes("Reply-To", (mail.reply_to,))
    yield "Subject", _words("Subject", _one_line(mail.subject))
    yield "Date", format_datetime(mail.at)
    yield "Message-ID", _id(mail.message_id)
    if mail.in_reply_to:
        yield "In-Reply-To", _id(mail.in_reply_to)
    if mail.references:
        yield "References", _folded("References", [_id(one) for one in mail.references])
    if mail.automatic:
        yield "Auto-Submitted", "auto-replied"
        yield "X-Auto-Response-Suppress", "All"
    if mail.unsubscribe is not None:
        yield "List-Unsubscribe", _unsubscribe(mail.unsubscribe)
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    if mail.automatic or mail.unsubscribe is not None:
        yield "Precedence", "bulk"


def _one_line(text: str) -> str:
    """A header's text: line ends and tabs become spaces, control characters go."""
    return " ".join(letter.tidy(text).split())


def _mailboxes(header: str, mailboxes: tuple[Mailbox, ...]) -> str:
    tokens: list[str] = []
    for place, mailbox in enumerate(mailboxes):
        comma = "," if place < len(mailboxes) - 1 else ""
        address = f"<{_address(mailbox.addr)}>{comma}"
        name = _one_line(mailbox.name)
        if name:
            tokens += _phrase(name).split("\n ")
            tokens.append(address)
        else:
            tokens.append(address)
    return _folded(header, tokens)


_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAILBOX: Final = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@([^\s@<>\[\]()\\,;:\"]+)")
_DOMAIN: Final = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*"
)


def _address(addr: str) -> str:
    """The address in ASCII; a domain in other letters is written in its IDNA form."""
    found = _MAILBOX.fullmatch(addr)
    if found is None or len(found[1]) > 64 or len(addr) > 254 or "=?" in addr:
        raise InvalidOutgoing(f"no address: {addr[:100]!r}")
    try:
        domain = found[2] if found[2].isascii() else found[2].encode("idna").decode("ascii")
    except UnicodeError:
        raise InvalidOutgoing(f"no address: {addr[:100]!r}") from None
    if not _DOMAIN.fullmatch(domain):
        raise InvalidOutgoing(f"no address: {addr[:100]!r}")
    return f"{found[1]}@{domain}"


_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9 .,'&+-]{1,50}")


def _phrase(name: str) -> str:
    """A name: quoted where it is simple, else encoded, so that no trick in it is ever decoded."""
    if _PLAIN_NAME.fullmatch(name):
        return f'"{name}"'
    return _encoded(name)


def _words(header: str, text: str) -> str:
    """Unstructured text: as it is where simple and short, else encoded words."""
    simple = text.isascii() and "=?" not in text and len(header) + len(text) + 2 <= _LINE
    return text if simple else _encoded(text).replace("\n ", "\r\n ")


_ENCODED: Final = 64  # so that the longest of our header names still fits before the first word


def _encoded(text: str) -> str:
    """Encoded words of UTF-8, parted by "\n "; a character is never cut."""
    return Header(text, charset="utf-8", maxlinelen=_ENCODED).encode(splitchars="")


def _folded(header: str, tokens: list[str]) -> str:
    """Tokens parted by spaces, on new lines where one would pass the 76th column."""
    value, column = "", len(header) + 2
    for place, token in enumerate(tokens):
        if place and column + 1 + len(token) > _LINE:
            value, column = f"{value}\r\n {token}", 1 + len(token)
        else:
            space = " " if place else ""
            value, column = f"{value}{space}{token}", column + len(space) + len(token)
    return value


_ID: Final = re.compile(r"<[!-;=?-~]{1,900}>")


def _id(message_id: str) -> str:
    """A message id: printable ASCII in one pair of angle brackets."""
    if not _ID.fullmatch(message_id):
        raise InvalidOutgoing(f"no message id: {message_id[:100]!r}")
    return message_id


_URL: Final = re.compile(r"https://[!#-;=?-~]{1,900}")


def _unsubscribe(way: Unsubscribe) -> str:
    if not _URL.fullmatch(way.url):
        raise InvalidOutgoing("the address to unsubscribe is no https address")
    tokens = [f"<{way.url}>"]
    if way.mailbox:
        tokens = [f"<{way.url}>,", f"<mailto:{_address(way.mailbox)}>"]
    return _folded("List-Unsubscribe", tokens)


def _body(mail: Outgoing) -> EmailMessage:
    """The MIME structure, with no header but its own."""
    message = EmailMessage(policy=_POLICY)
    pictures = mail.pictures
    names = [_file_name(picture.name) for picture in pictures]
    plain = letter.plain(
        mail.text, signature=mail.signature, quotation=mail.quotation, pictures=names
    )
    ids = [_content_id(picture.content_id) for picture in pictures]
    page = letter.page(
        mail.text,
        signature=mail.signature,
        quotation=mail.quotation,
        pictures=list(zip(ids, names, strict=True)),
        language=mail.language,
    )
    message.set_content(plain, cte=_encoding(plain))
    message.add_alternative(page, subtype="html", cte=_encoding(page))
    _add_pictures(message, pictures)
    for attachment in mail.attachments:
        maintype, subtype = _media_type(attachment.media_type)
        message.add_attachment(
            attachment.data,
            maintype=maintype,
            subtype=subtype,
            filename=_file_name(attachment.name),
        )
    return message


def _add_pictures(message: EmailMessage, pictures: tuple[Picture, ...]) -> None:
    html_part = message.get_payload(1)
    assert isinstance(html_part, EmailMessage)
    for picture in pictures:
        maintype, subtype = _media_type(picture.media_type)
        html_part.add_related(
            picture.data,
            maintype=maintype,
            subtype=subtype,
            cid=f"<{_content_id(picture.content_id)}>",
            filename=_file_name(picture.name),
            disposition="inline",
        )


def _encoding(text: str) -> str:
    """Base64 for what is mostly not Latin, quoted-printable for the rest."""
    ascii_bytes = sum(character.isascii() for character in text)
    return "quoted-printable" if 2 * ascii_bytes > len(text) else "base64"


_MEDIA_TYPE: Final = re.compile(r"([a-z0-9][a-z0-9.+-]{0,60})/([a-z0-9][a-z0-9.+-]{0,80})")


def _media_type(media_type: str) -> tuple[str, str]:
    """Type and subtype; what is none, or would be read as a part or mail of ours, is a file."""
    found = _MEDIA_TYPE.fullmatch(media_type.strip().lower())
    if found is None or found[1] in {"multipart", "message"}:
        return "application", "octet-stream"
    return found[1], found[2]


def _file_name(name: str) -> str:
    """A name for a file: one line, without folders, nothing that a reader would decode."""
    safe = _one_line(name).replace("/", "_").replace("\\", "_").replace('"', "'")
    return safe.replace("=?", "_?").replace("?=", "?_")[:120].strip(". ") or "file"


_CONTENT_ID: Final = re.compile(r"[A-Za-z0-9._+-]{1,100}(?:@[A-Za-z0-9.-]{1,100})?")


def _content_id(content_id: str) -> str:
    if not _CONTENT_ID.fullmatch(content_id):
        raise InvalidOutgoing(f"no content id: {content_id[:100]!r}")
    return content_id
