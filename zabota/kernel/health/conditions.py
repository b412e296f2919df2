"""Telling and untelling what is wrong.

A condition is one row: told again, it keeps its first moment.
"""

from datetime import datetime

from django.db.models import QuerySet

from zabota.kernel.health.models import Condition


def tell(key: str, *, code: str, at: datetime, level: str = "warn", **detail: object) -> bool:
    """Record that something is wrong.

    Returns whether this is news (then somebody should be told).
    """
    row, made = Condition.objects.get_or_create(
        key=key,
        defaults={"code": code, "level": level, "detail": detail, "since": at, "seen_at": at},
    )
    news = made or row.code != code
    if not made:
        row.code, row.level, row.detail, row.seen_at = code, level, detail, at
        row.since = at if news else row.since
        row.save()
    return news


def clear(key: str) -> None:
    """It is right again."""
    Condition.objects.filter(key=key).delete()


def standing() -> QuerySet[Condition]:
    return Condition.objects.order_by("level", "since")
