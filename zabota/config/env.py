"""The environment, read loudly.

A wrong value stops the start with one sentence that says what to do.
"""

import ipaddress
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def port(name: str, default: str) -> str:
    """A port's number. Raises ImproperlyConfigured."""
    value = text(name) or default
    if not (value.isascii() and value.isdigit() and int(value) <= 65535):
        raise ImproperlyConfigured(f"{name} is {value!r}: write a number from 1 to 65535.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")
    return default


def whole(name: str, default: int) -> int:
    """A whole number of 1 or more."""
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number of 1 or more.")
    return int(value)


def networks(name: str) -> list[str]:
    """Addresses and networks, separated by commas."""
    found = [each.strip() for each in text(name).split(",") if each.strip()]
    for each in found:
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError as problem:
            raise ImproperlyConfigured(
                f"{name} names {each!r}: write addresses or networks, such as 10.0.0.5,10.1.0.0/16."
            ) from problem
    return found


def folder(name: str, default: Path) -> Path:
    """A folder that exists afterwards, readable by nobody else.

    Raises ImproperlyConfigured when it cannot be made.
    """
    path = Path(text(name) or default).absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise ImproperlyConfigured(
            f"{name} names {path}, which cannot be made or read ({problem.strerror}): "
            "name a folder that this user may write to."
        ) from problem
    return path


def secret_key(data: Path) -> str:
    """ZABOTA_SECRET_KEY, or the file ZABOTA_SECRET_KEY_FILE names, or one made on first run."""
    if key := text("ZABOTA_SECRET_KEY"):
        return _long_enough(key, "ZABOTA_SECRET_KEY")
    if named := text("ZABOTA_SECRET_KEY_FILE"):
        try:
            return _long_enough(Path(named).read_text("utf-8").strip(), named)
        except OSError as problem:
            raise ImproperlyConfigured(
                f"ZABOTA_SECRET_KEY_FILE names {named}, which cannot be read ({problem.strerror})."
            ) from problem
    return _kept_key(data / "secret-key")


def _kept_key(path: Path) -> str:
    # O_EXCL: two processes that start together must end with the same key.
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _long_enough(path.read_text("utf-8").strip(), str(path))
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _long_enough(key: str, source: str) -> str:
    if len(key) < 32:
        raise ImproperlyConfigured(
            f"The secret key in {source} has {len(key)} characters: make it 32 or more, random."
        )
    return key


def database(url: str, data: Path) -> dict[str, Any]:
    """Django's settings for DATABASE_URL; without one, a SQLite file in the data folder."""
    if not url:
        return _sqlite(data / "zabota.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {parts.scheme!r}: use postgres://user:password@host/name, "
            "or leave it out for a SQLite file."
        )
    return _postgres(url)


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        # A file, as in real life: tests have threads and child processes of their own.
        "TEST": {"NAME": path.with_name("tests.sqlite3")},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: with NORMAL a power cut takes back commits that were acknowledged.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY;PRAGMA mmap_size=268435456;"
                # What is erased is overwritten, not only marked as free.
                "PRAGMA secure_delete=ON"
            ),
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
