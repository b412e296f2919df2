"""Sealing what must not lie open in the database.

Passwords of mailboxes, tokens, signing keys (S-732).

Fernet (AES-128-CBC with HMAC-SHA256) under a key derived from the installation's secret key.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unsealable(Exception):
    """The sealed value was made with another secret key: the owner must type it again."""


def seal(value: str) -> str:
    """The value, unreadable without the installation's secret key. An empty value stays empty."""
    return _fernet(settings.SECRET_KEY).encrypt(value.encode()).decode() if value else ""


def unseal(sealed: str) -> str:
    """The value again. Raises Unsealable."""
    if not sealed:
        return ""
    try:
        return _fernet(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise Unsealable("this was sealed with another secret key") from problem


@lru_cache(maxsize=2)
def _fernet(secret: str) -> Fernet:
    digest = hashlib.blake2b(secret.encode(), digest_size=32, person=b"zabota-seal").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
