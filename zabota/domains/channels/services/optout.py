"""Ways out of mailings: a sealed token in each mail that is not service, one click, no sign-in
(S-729, RFC 8058).

The token holds the address and the purpose, readable by this installation only, so that neither
stands in a link or a log. It works for ever: a wish to hear no more does not expire.
"""

import base64
import json
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from zabota.domains.channels.envelopes import Outbound
from zabota.domains.channels.rules.gate import WITHOUT_CONSENT
from zabota.kernel.secrets import keys

OPT_OUT_KEYS = "mail-opt-out"
PATH = "/unsubscribe/"


@dataclass(frozen=True, kw_only=True)
class OptOut:
    """Who wants to hear no more, of what."""

    address: str
    purpose: str
    channel_kind: str = "email"


def way_out(message: Outbound) -> str:
    """The address of the page that ends the mailing; "" for mail that is no mailing.

    It is made for the one recipient: a mailing is not written to several at once.
    """
    if message.purpose in WITHOUT_CONSENT or len(message.to) != 1 or message.cc:
        return ""
    asked = OptOut(address=message.to[0].address, purpose=message.purpose)
    return f"{settings.ZABOTA_URL.rstrip('/')}{PATH}{token(asked)}"


def token(asked: OptOut) -> str:
    """The wish as it stands in a link."""
    _key_id, key = keys.signing_key(OPT_OUT_KEYS)
    told = json.dumps([asked.address, asked.purpose, asked.channel_kind]).encode()
    return _fernet(key).encrypt(told).decode().rstrip("=")


def read(shown: str) -> OptOut | None:
    """What a link asks for; None when we did not make it."""
    known = [_fernet(key) for key in keys.reading_keys(OPT_OUT_KEYS).values()]
    if not known or len(shown) > 2_000 or not shown.isascii():
        return None
    try:
        told = MultiFernet(known).decrypt(shown + "=" * (-len(shown) % 4))
    except InvalidToken:
        return None
    address, purpose, kind = json.loads(told)
    return OptOut(address=address, purpose=purpose, channel_kind=kind)


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))
