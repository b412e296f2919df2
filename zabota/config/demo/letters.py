"""Letters as mail programs write them: headers, quotations, attachments, reports of servers."""

import mimetypes
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates

from zabota.config.demo.house import Person, Shop
from zabota.domains.channels.envelopes import Outbound

FOLDER = Path(__file__).parent
RIGA = ZoneInfo("Europe/Riga")


@dataclass(frozen=True, kw_only=True)
class Ours:
    """A letter of ours as the customer has it before his eyes."""

    external_id: str
    sent_at: datetime
    letter: Outbound


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter to the shop. `answers` is ours that the writer had before his eyes."""

    name: str
    sender: Person
    at: datetime
    subject: str
    text: str
    language: str
    program: str
    to: str = ""
    copies: Sequence[Person] = ()
    answers: Ours | None = None
    quotes: bool = True
    files: Sequence[str] = ()
    charset: str = "utf-8"
    headers: Sequence[tuple[str, str]] = ()


def written(letter: Letter, shop: Shop) -> bytes:
    """The letter as the shop's server would hand it over."""
    mail = _envelope(letter, shop)
    text = letter.text.strip() + "\n"
    if letter.answers and letter.quotes:
        text += _quotation(letter, letter.answers, shop)
    mail.set_content(text, charset=letter.charset)
    for name in letter.files:
        main, _, sub = media_type(name).partition("/")
        data = (FOLDER / "files" / name).read_bytes()
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def media_type(name: str) -> str:
    """What kind of file it is, by its name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def returned(letter: Letter, shop: Shop, ours: Ours) -> bytes:
    """A server's report that ours could not be delivered (RFC 3464)."""
    address = ours.letter.to[0].address
    text = f"This is the mail system at {shop.authserv_id}.\n\n{letter.text.strip()}\n\n<{address}>"
    lines = [
        "Content-Type: multipart/report; report-type=delivery-status; boundary=part",
        "MIME-Version: 1.0",
        "Auto-Submitted: auto-replied",
        f"From: {letter.sender.name} <{letter.sender.address}>",
        f"To: {shop.mailbox.address}",
        f"Subject: {letter.subject}",
        f"Date: {format_datetime(letter.at.astimezone(RIGA))}",
        f"Message-ID: <{letter.name}@{shop.authserv_id}>",
        "",
        "--part",
        "Content-Type: text/plain; charset=utf-8",
        "",
        text,
        "--part",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {shop.authserv_id}",
        "",
        f"Final-Recipient: rfc822; {address}",
        "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full",
        "",
        "--part",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {ours.external_id}",
        f"To: {address}",
        "",
        "--part--",
        "",
    ]
    return "\r\n".join(lines).encode()


def _envelope(letter: Letter, shop: Shop) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    domain = letter.sender.address.partition("@")[2]
    vouched = f"{shop.authserv_id}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
    mail["Authentication-Results"] = vouched
    mail["From"] = _address(letter.sender)
    mail["To"] = letter.to or _address(shop.mailbox)
    if letter.copies:
        mail["Cc"] = [_address(person) for person in letter.copies]
    mail["Date"] = letter.at.astimezone(RIGA)
    mail["Message-ID"] = f"<{letter.name}.{letter.at:%Y%m%d%H%M}@{domain}>"
    mail["Subject"] = f"Re: {letter.subject}" if letter.answers else letter.subject
    if letter.answers:
        mail["In-Reply-To"] = letter.answers.external_id
        mail["References"] = letter.answers.external_id
    for name, value in letter.headers:
        mail[name] = value
    return mail


def _address(person: Person) -> Address:
    return Address(display_name=person.name, addr_spec=person.address)


def _quotation(letter: Letter, ours: Ours, shop: Shop) -> str:
    program = _programs()[letter.program]
    pattern, head = program[letter.language]
    answered = ours.letter
    moment = ours.sent_at.astimezone(RIGA)
    said: str = head.format(
        when=dates.format_datetime(moment, pattern, locale=letter.language),
        name=answered.from_name,
        address=shop.mailbox.address,
        to=f"{letter.sender.name} <{letter.sender.address}>",
        subject=answered.subject,
    )
    body = f"{answered.text}\n\n{answered.signature}".strip()
    prefix: str = program["prefix"]
    return "\n" + said + "\n" + "\n".join(prefix + line for line in body.splitlines()) + "\n"


@cache
def _programs() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "programs.toml").read_text(encoding="utf-8"))
