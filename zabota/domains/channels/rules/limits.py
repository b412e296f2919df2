"""The limits of what comes in, read once from `limits.toml` beside this file."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


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
class Limits:
    store: Store
    read: Read
    child: Child


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The limits in force."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    data["read"]["retry_seconds"] = tuple(data["read"]["retry_seconds"])
    return Limits(
        store=Store(**data["store"]), read=Read(**data["read"]), child=Child(**data["child"])
    )
