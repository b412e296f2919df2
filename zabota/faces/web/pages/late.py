"""Promises that were not kept in time, with what became of them (S-145)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from zabota.domains.desk.queries import late
from zabota.faces.web import words
from zabota.faces.web.pages.inbox import LATE, Tab, tabs
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Row:
    """`kept_at` is None while it is still owed."""

    what: str
    subject: str
    customer: str
    owner: str
    url: str
    due: datetime
    kept_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class LatePage:
    tabs: Sequence[Tab]
    rows: Sequence[Row]


def late_page(actor: Actor, *, now: datetime) -> LatePage:
    """The breach list of what this person may see."""
    return LatePage(tabs=tabs(actor, LATE), rows=[_row(one) for one in late.late(actor, at=now)])


def _row(one: late.Late) -> Row:
    return Row(
        what=words.promise(one.word.kind),
        subject=one.subject or _("No subject"),
        customer=one.customer_name or _("Unknown sender"),
        owner=one.owner_name or _("nobody's"),
        url=reverse("web:conversation", args=[one.ref]),
        due=one.word.due_at,
        kept_at=one.word.ended_at,
    )
