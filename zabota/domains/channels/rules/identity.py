"""When two mails are the same mail, and what the top of a raw mail shows before it is read.

Nothing here parses MIME: only bytes are searched, in time that grows with their number.
"""

import hashlib
import re
from dataclasses import dataclass

# What programs write into a mail when they keep it in an mbox; it is not part of the mail.
_TRACES = re.compile(
    rb"^(?:x-uid|x-keywords|x-mozilla-(?:status2?|keys)|x-imap(?:base)?|status|x-status"
    rb"|content-length|lines):[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_FROM = re.compile(rb"^>+(?=From )", re.MULTILINE)
_HINT_BYTES = 65_536
_HEADERS = re.compile(
    rb"^(from|subject|message-id):[ \t]*([^\n]{0,2000})", re.IGNORECASE | re.MULTILINE
)


def content_hash(raw: bytes) -> str:
    """The content identity of a mail: equal for equal mails, however they travelled.

    Line ends, the separator and the quoting of an mbox, its status headers and empty lines at the
    end make no difference; every other byte does.
    """
    plain = raw.replace(b"\r\n", b"\n") if b"\r" in raw else raw
    if plain.startswith(b"From "):
        plain = plain.partition(b"\n")[2]
    head, gap, body = plain.partition(b"\n\n")
    head = _TRACES.sub(b"", head + b"\n")
    if b"\n>" in body or body.startswith(b">"):
        body = _QUOTED_FROM.sub(b"", body)
    digest = hashlib.sha256(head)
    digest.update(gap)
    digest.update(body.rstrip(b"\n"))
    return digest.hexdigest()


@dataclass(frozen=True)
class Hints:
    """What stands at the top of a mail, undecoded, for people who look at an unreadable one."""

    external_id: str = ""
    sender: str = ""
    subject: str = ""


def hints(raw: bytes) -> Hints:
    """The first From, Subject and Message-ID as they stand; never fails, never decodes."""
    top = raw[:_HINT_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found: dict[bytes, str] = {}
    for name, value in _HEADERS.findall(top):
        found.setdefault(name.lower(), _shown(value))
    return Hints(
        external_id=found.get(b"message-id", "")[:255],
        sender=found.get(b"from", "")[:320],
        subject=found.get(b"subject", "")[:255],
    )


def _shown(value: bytes) -> str:
    # NUL and control characters are refused by PostgreSQL and by readers' eyes alike.
    text = value.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()
