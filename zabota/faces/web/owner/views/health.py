"""Health: what is wrong in words and what to do, what waits, what failed."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zabota.domains.channels.queries import inbound, mailboxes
from zabota.faces.web.owner import words
from zabota.faces.web.owner.requests import owner_page, to
from zabota.faces.web.owner.tabs import show
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock
from zabota.kernel.health import clockguard, conditions
from zabota.kernel.health.models import Condition
from zabota.kernel.jobs import leases

LEAST_FREE = 2_000_000_000  # bytes: under this the page warns
MOST_JOBS = 50


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A condition that stands, in words. `about` names what it is about."""

    text: str
    about: str
    since: datetime
    is_error: bool
    is_clock: bool


@require_safe
@owner_page()
def health(request: AgentRequest) -> HttpResponse:
    """How the house stands, at one look."""
    disk = shutil.disk_usage(settings.DATA)
    boxes = {str(box.channel_id): box.address for box in mailboxes.boxes()}
    context: dict[str, object] = {
        "troubles": [_trouble(row, boxes) for row in conditions.standing()],
        "waiting_in": inbound.waiting(),
        "unreadable": len(inbound.unreadable(actor=request.actor)),
        "failed": leases.failed()[:MOST_JOBS],
        "free": disk.free,
        "total": disk.total,
        "is_full": disk.free < LEAST_FREE,
        "now": clock.now(),
    }
    return show(request, "health", "health", context)


@require_POST
@owner_page()
def job_again(request: AgentRequest, number: int) -> HttpResponse:
    """Run a failed piece of work afresh."""
    if not leases.try_again(number, at=clock.now()):
        raise Http404
    messages.success(request, _("It is tried again."))
    return to(reverse("owner:health"))


@require_POST
@owner_page()
def clock_right(request: AgentRequest) -> HttpResponse:
    """The owner says that the time is right: sending goes on."""
    clockguard.settle()
    messages.success(request, _("Sending goes on."))
    return to(reverse("owner:health"))


def _trouble(row: Condition, boxes: Mapping[str, str]) -> Trouble:
    _kind, _colon, about = row.key.partition(":")
    return Trouble(
        text=words.condition(row.code),
        about=boxes.get(about, about),
        since=row.since,
        is_error=row.level == "error",
        is_clock=row.key == clockguard.KEY,
    )
