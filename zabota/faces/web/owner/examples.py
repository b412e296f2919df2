"""What the hours mean for a customer, as one sentence can say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from zabota.domains.charter.rules import documents
from zabota.domains.charter.rules.hours import Hours

FRIDAY = 4


@dataclass(frozen=True, kw_only=True)
class Example:
    """A letter that comes at one moment is answered by the other at the latest."""

    came_at: datetime
    due_at: datetime
    zone: str


def with_values(hours: Hours, values: Mapping[str, Any]) -> Hours:
    """The hours as they would be."""
    return Hours.model_validate_json(
        documents.canonical(documents.merged(hours.model_dump(mode="json"), values))
    )


def friday_evening(zone: str, *, at: datetime) -> datetime:
    """The next Friday, 17:30, in that zone: the letter that everybody asks about."""
    local = timezone.localtime(at, ZoneInfo(zone))
    days = (FRIDAY - local.weekday()) % 7
    friday = (local + timedelta(days=days)).replace(hour=17, minute=30, second=0, microsecond=0)
    return friday if friday > local else friday + timedelta(days=7)
