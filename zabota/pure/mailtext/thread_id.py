"""Signed ids in what we send, by which a reply finds its conversation.

One id stands as local part of our Message-ID and behind the "+" of a Reply-To address. It names
a conversation, a message and a digest of who got it, sealed with a key of its own: nobody else
can make one, and nobody sees the numbers in it. A valid id proves that the mail answers ours; it
says nothing of who wrote it, and gives no right to read. A number in a subject never joins.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from zabota.pure.mailtext.mail import Mail

LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1

_ID_BYTES = 5
_DIGEST_BYTES = 3
_SEAL_BYTES = 16
_SHORTEST_KEY = 16
_CHARS = 47  # base32 of what is sealed and its seal
_TOKEN = re.compile(rf"(?:\A|[<+])z([a-z2-7])([a-z2-7]{{{_CHARS}}})(?=[@>]|\Z)", re.IGNORECASE)
_LONGEST_VALUE = 1_000


@dataclass(frozen=True, slots=True)
class ThreadId:
    """What a valid id says."""

    conversation: int
    message: int
    recipients: bytes

    def went_to(self, addresses: Iterable[str]) -> bool:
        """Whether these are the recipients that the id was made for."""
        return hmac.compare_digest(self.recipients, recipients_digest(addresses)[:_DIGEST_BYTES])


def recipients_digest(addresses: Iterable[str]) -> bytes:
    """A digest of a set of addresses, whatever their order and capitals."""
    told = "\n".join(sorted({address.strip().casefold() for address in addresses}))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).digest()


def make(
    *, conversation: int, message: int, recipients_digest: bytes, key: bytes, key_id: str
) -> str:
    """The id as 49 small letters and digits, always the same for the same input.

    `key_id` is one of a-z, 2-7 and says later which key it was. Raises `ValueError` for another
    one, a key below 128 bits, or a number outside 0 ... 2**40 - 1.
    """
    if not re.fullmatch(r"[a-z2-7]", key_id):
        raise ValueError(f"key id {key_id!r} is not one of a-z, 2-7")
    if len(key) < _SHORTEST_KEY:
        raise ValueError(f"a key of {len(key)} bytes is too short")
    if not (0 <= conversation < 1 << 8 * _ID_BYTES and 0 <= message < 1 << 8 * _ID_BYTES):
        raise ValueError("a number is too large for a thread id")
    told = (
        conversation.to_bytes(_ID_BYTES, "big")
        + message.to_bytes(_ID_BYTES, "big")
        + recipients_digest[:_DIGEST_BYTES].ljust(_DIGEST_BYTES, b"\0")
    )
    seal = _seal(key, key_id, told)
    sealed = seal + _hidden(key, seal, told)
    return f"z{key_id}{base64.b32encode(sealed).decode('ascii').rstrip('=').lower()}"


def read(value: str, keys: Mapping[str, bytes]) -> ThreadId | None:
    """What the id in a Message-ID, an address or by itself says; None unless one of `keys`
    (by key id) made exactly it."""
    found = _TOKEN.search(value[:_LONGEST_VALUE])
    if found is None:
        return None
    key_id, chars = found.group(1).lower(), found.group(2).upper()
    key = keys.get(key_id)
    if key is None:
        return None
    sealed = base64.b32decode(chars + "=" * (-len(chars) % 8))
    if base64.b32encode(sealed).decode("ascii").rstrip("=") != chars:
        return None
    seal, hidden = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    told = _hidden(key, seal, hidden)
    if not hmac.compare_digest(seal, _seal(key, key_id, told)):
        return None
    return ThreadId(
        conversation=int.from_bytes(told[:_ID_BYTES], "big"),
        message=int.from_bytes(told[_ID_BYTES : 2 * _ID_BYTES], "big"),
        recipients=told[2 * _ID_BYTES :],
    )


def _seal(key: bytes, key_id: str, told: bytes) -> bytes:
    """128 bits over the plain content; each use of the key has its own first word."""
    return hmac.digest(key, b"seal\0" + key_id.encode("ascii") + told, "sha256")[:_SEAL_BYTES]


def _hidden(key: bytes, seal: bytes, told: bytes) -> bytes:
    """Content masked by a stream that the seal begins, and back: the numbers stay ours."""
    stream = hmac.digest(key, b"hide\0" + seal, "sha256")
    return bytes(one ^ other for one, other in zip(told, stream, strict=False))


def plus_address(mailbox: str, token: str) -> str | None:
    """The mailbox's address with the id behind a plus; None when that is longer than the 64
    characters that a local part may have."""
    local, _at, domain = mailbox.rpartition("@")
    tagged = f"{local}+{token}"
    return f"{tagged}@{domain}" if len(tagged) <= LONGEST_LOCAL_PART else None


def signed(mail: Mail, keys: Mapping[str, bytes]) -> tuple[ThreadId, ...]:
    """The valid ids in a mail, the most telling first, each once: the address it was sent to,
    In-Reply-To, the first of References, then the others, newest first."""
    addresses = [*mail.delivered_to, *(address.addr for address in (*mail.to, *mail.cc))]
    plus = (address for address in addresses if "+z" in address.lower())
    found = (read(value, keys) for value in (*plus, *referenced(mail)))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def referenced(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs that a mail says it answers, in the order to look them up in."""
    return tuple(dict.fromkeys(_in_order(mail)))


def _in_order(mail: Mail) -> Iterator[str]:
    yield from mail.in_reply_to
    yield from mail.references[:1]
    yield from reversed(mail.references)
