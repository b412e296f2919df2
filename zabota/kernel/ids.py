"""Names that people and machines see: public refs and secret tokens.

Database keys are never shown.
"""

import hashlib
import secrets

# Crockford's letters: no i, l, o, u, which are mistaken for others or make words.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
REF_LENGTH = 12
TOKEN_BYTES = 24


def new_ref() -> str:
    """A public name: 12 random base32 characters (60 bits). Names a thing, gives no right to it."""
    number = secrets.randbits(5 * REF_LENGTH)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(0, 5 * REF_LENGTH, 5))


def new_token() -> str:
    """A secret of 192 bits for a link. Store `token_hash(token)`, never the token (T21)."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is stored of a token: 64 hexadecimal digits.

    A token has enough entropy for plain SHA-256.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
