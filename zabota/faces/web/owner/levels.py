"""For whom a page of the charter speaks: the whole company, or one mailbox with a standard of its
own (S-055).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from zabota.domains.channels.queries import mailboxes
from zabota.domains.charter.rules.standard import Scope


@dataclass(frozen=True, kw_only=True)
class Level:
    """`own` is the level that a change is written at, `whole` all that hold for it together."""

    ref: str
    own: Scope
    whole: Scope

    @property
    def query(self) -> str:
        """What keeps the level in an address."""
        return f"?for={self.ref}" if self.ref else ""


@dataclass(frozen=True, kw_only=True)
class Choice:
    name: str
    query: str
    is_here: bool


COMPANY = Level(ref="", own=Scope(), whole=Scope())


def chosen(request: HttpRequest) -> Level:
    """The level that the address names; a mailbox that is not there is a 404."""
    ref = request.GET.get("for", "")
    if not ref:
        return COMPANY
    box = mailboxes.box(ref)
    if box is None:
        raise Http404
    whole = Scope(brand=box.brand_id, channel=box.channel_id)
    return Level(ref=ref, own=Scope(channel=box.channel_id), whole=whole)


def all_of(here: Level) -> Sequence[Choice]:
    """The company and its mailboxes; nothing to choose without any."""
    boxes = mailboxes.boxes()
    found = [Choice(name=_("Everywhere"), query="?", is_here=not here.ref)]
    found += [
        Choice(name=box.address, query=f"?for={box.ref}", is_here=box.ref == here.ref)
        for box in boxes
    ]
    return found if boxes else ()


def changes(here: Level, values: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be written: a mailbox keeps only what was changed for it, and follows the company
    in all else.
    """
    return _different(values, shown) if here.ref else dict(values)


def _different(values: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in values.items():
        before = shown.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            if inner := _different(value, before):
                found[name] = inner
        elif value != before:
            found[name] = value
    return found
