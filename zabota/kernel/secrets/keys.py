"""Signing keys by purpose: the newest signs, all of them read."""

import secrets

from zabota.kernel.secrets import seal
from zabota.kernel.secrets.models import SigningKey

KEY_BYTES = 32
FIRST_KEY_ID = "a"


def signing_key(purpose: str) -> tuple[str, bytes]:
    """(key id, key) to sign with; made on first use."""
    row = SigningKey.objects.filter(purpose=purpose).order_by("-pk").first() or _make(purpose)
    return row.key_id, _open(row)


def reading_keys(purpose: str) -> dict[str, bytes]:
    """key id → key: every key that ever signed for this purpose."""
    return {row.key_id: _open(row) for row in SigningKey.objects.filter(purpose=purpose)}


def _make(purpose: str) -> SigningKey:
    sealed = seal.seal(secrets.token_hex(KEY_BYTES)).encode()
    row, _made = SigningKey.objects.get_or_create(
        purpose=purpose, key_id="a", defaults={"sealed": sealed}
    )
    return row


def _open(row: SigningKey) -> bytes:
    return bytes.fromhex(seal.unseal(bytes(row.sealed).decode()))
