"""The limits of what comes in and goes out, read once from `limits.toml` beside this file."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Store:
    mail_bytes: int
    batch_mails: int
    batch_bytes: int


@dataclass(frozen=True)
class Read:
    attempts: int
    retry_seconds: tuple[float, ...]
    lease_seconds: float
    batch_mails: int


@dataclass(frozen=True)
class Child:
    processes: int
    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int
    answer_bytes: int
    idle_seconds: float


@dataclass(frozen=True)
class Mailbox:
    timeout_seconds: float
    idle_seconds: float
    poll_seconds: float
    look_seconds: float
    retry_seconds: tuple[float, ...]
    refused_seconds: tuple[float, ...]
    fetch_mails: int
    flood_bytes: int


@dataclass(frozen=True)
class Send:
    wait_seconds: float
    message_seconds: float
    lease_seconds: float
    look_seconds: float
    linger_seconds: float
    drain_seconds: float
    connections: int
    connection_mails: int
    retry_seconds: tuple[float, ...]
    tries: int
    order_tries: int
    refused_seconds: tuple[float, ...]


@dataclass(frozen=True)
class Limits:
    store: Store
    read: Read
    child: Child
    mailbox: Mailbox
    send: Send


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The limits in force."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return Limits(
        store=Store(**_frozen(data["store"])),
        read=Read(**_frozen(data["read"])),
        child=Child(**_frozen(data["child"])),
        mailbox=Mailbox(**_frozen(data["mailbox"])),
        send=Send(**_frozen(data["send"])),
    )


def _frozen(section: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in section.items()}
