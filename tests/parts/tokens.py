"""Signed access tokens (RFC 7519, HS256) as an OAuth provider would hand them out."""

import base64
import hashlib
import hmac
import json
import time


def signed_token(*, user: str, key: str, seconds: int) -> str:
    """A token that names the user and ends after `seconds`; `key` is in base64."""
    now = int(time.time())
    head = _encoded({"alg": "HS256", "typ": "JWT", "kid": "default"})
    body = _encoded({"sub": user, "iat": now - 7200, "exp": now + seconds, "scope": "mail"})
    signature = hmac.new(base64.b64decode(key), f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{_base64url(signature.digest())}"


def _encoded(claims: dict[str, object]) -> str:
    return _base64url(json.dumps(claims).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
