"""What the top of a raw mail shows before it is read.

Nothing here parses MIME: only bytes are searched, in time that grows with their number. When two
mails are the same mail is told by `mailtext.fingerprint`.
"""

import re
from dataclasses import dataclass

_HINT_BYTES = 65_536
_HEADERS = re.compile(
    rb"^(from|subject|message-id):[ \t]*([^\n]{0,2000})", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True)
class Hints:
    """What stands at the top of a mail, undecoded, for people who look at an unreadable one."""

    external_id: str = ""
    sender: str = ""
    subject: str = ""


def of(raw: bytes) -> Hints:
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
