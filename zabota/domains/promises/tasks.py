"""The tick of promises."""

from datetime import datetime

from zabota.domains.promises import services


def look_at_due(*, at: datetime) -> int:
    """Warn of promises whose time is running out, and record those that were broken."""
    return services.look_at_due(at=at)
