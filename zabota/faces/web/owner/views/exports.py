"""Figures as files: every fact that happened, to be counted anew elsewhere (S-740)."""

import csv
import json
from collections.abc import Iterator
from typing import Any, cast

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from zabota.domains.people.enums import LookedAt
from zabota.domains.people.services import custody
from zabota.faces.web.owner import cells
from zabota.faces.web.owner.requests import owner_page
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock, tx
from zabota.kernel.accounts.events import FactsExported
from zabota.kernel.accounts.roles import Role
from zabota.kernel.facts import log
from zabota.kernel.facts.models import FactRow

COLUMNS = (
    "id", "name", "version", "at", "actor_id", "about_kind", "about_id", "brand_id", "channel_id",
    "team_id", "language", "segment", "calendar", "charter_version",
)  # fmt: skip


@require_safe
@owner_page(Role.MANAGER)
def facts(request: AgentRequest, form: str) -> HttpResponse:
    """All facts, oldest first, as they are read; nothing is gathered in memory. Who took them
    stands among them (S-732).
    """
    with tx.write():
        taken = FactsExported(user_id=request.actor.person_id, form=form)
        log.publish(taken, at=clock.now(), actor_id=request.actor.id)
    custody.note(custody.EVERYBODY, LookedAt.FACTS, actor=request.actor, at=clock.now())
    rows = _csv() if form == "csv" else _json()
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/x-ndjson"
    ending = "csv" if form == "csv" else "jsonl"
    name = f"facts-{clock.now():%Y-%m-%d}.{ending}"
    response = StreamingHttpResponse(rows, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast("HttpResponse", response)  # Django's two classes of responses share their use


def _facts() -> Iterator[FactRow]:
    position = 0
    while found := log.after(position):
        yield from found
        position = found[-1].pk


def _csv() -> Iterator[str]:
    lines = csv.writer(_Echo())
    yield "\ufeff" + lines.writerow([*COLUMNS, "data"])
    for row in _facts():
        values = [*_values(row).values(), json.dumps(row.data, ensure_ascii=False, sort_keys=True)]
        yield lines.writerow([cells.safe(value) for value in values])


def _json() -> Iterator[str]:
    for row in _facts():
        yield json.dumps({**_values(row), "data": row.data}, ensure_ascii=False) + "\n"


def _values(row: FactRow) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in COLUMNS}
    return {**found, "at": row.at.isoformat()}


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line
