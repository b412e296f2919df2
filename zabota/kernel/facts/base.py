"""What a fact is: something that happened, past tense, immutable.

Free of Django: domains' `events.py` use it.

A fact holds ids, enums, times and numbers, never text, names or addresses: erasing a person empties
the tables that a fact points to, and the fact stays true.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Self


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Base of every fact. A subclass is a frozen dataclass named in the past tense.

    `version` grows when a field changes its meaning. `about` names the matter it belongs to, so
    that
    a matter's history is one indexed query.
    """

    version: ClassVar[int] = 1

    @classmethod
    def name(cls) -> str:
        """`desk.ReplyQueued` for `zabota.domains.desk.events.ReplyQueued`."""
        return f"{cls.__module__.split('.')[2]}.{cls.__name__}"

    def about(self) -> tuple[str, int] | None:
        """("conversation", 12) by default when the fact has a `conversation_id`."""
        number = getattr(self, "conversation_id", None)
        return ("conversation", number) if number is not None else None

    def data(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """The fact again, from what `data` gave.

        Unknown keys are left out, so old code reads new rows.
        """
        hints = {field.name: field.type for field in fields(cls)}
        return cls(**{key: _rich(value, hints[key]) for key, value in data.items() if key in hints})


@dataclass(frozen=True, kw_only=True)
class Context:
    """Where a fact happened: what reports are cut by. Ids and codes only."""

    brand_id: int | None = None
    channel_id: int | None = None
    team_id: int | None = None
    language: str = ""
    segment: str = ""
    calendar: str = ""
    charter_version: int = 0


NOWHERE = Context()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list | frozenset):
        return [_plain(item) for item in value]
    return value


def _rich(value: object, hint: object) -> object:
    if isinstance(value, str) and (hint is datetime or "datetime" in str(hint)):
        return datetime.fromisoformat(value)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
