"""What makes two copies of a mail the same mail, though a mailbox file has touched one."""

import hashlib
import re

_UNIX_LINE = re.compile(rb"\AFrom [^\n]*\n")
_ESCAPED_FROM = re.compile(rb"^>+From ", re.MULTILINE)
_MAILBOX_FIELD = re.compile(
    rb"^(?:x-uidl?|x-status|status|x-keywords|x-imap|x-imapbase|x-mozilla-[a-z0-9-]+"
    rb"|content-length|lines|x-gmail-labels|x-gm-thrid)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.MULTILINE | re.IGNORECASE,
)


def content_hash(raw: bytes) -> str:
    """SHA-256, in hex, of a mail without what a mailbox file adds: its line ends, the "From "
    line before it, ">" before a "From " in it, fields of its own, blank lines at the end.

    Mails that differ in anything else differ here, whatever their Message-ID (threat T13).
    """
    plain = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")
    plain = _UNIX_LINE.sub(b"", plain, count=1)
    head, _blank, body = plain.partition(b"\n\n")
    head = _MAILBOX_FIELD.sub(b"", head.rstrip(b"\n") + b"\n")
    if b">From " in body:
        body = _ESCAPED_FROM.sub(b"From ", body)
    digest = hashlib.sha256(head + b"\n")
    digest.update(body.rstrip(b"\n"))
    return digest.hexdigest()
