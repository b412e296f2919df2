"""What a search finds: conversations, the newest hit of each first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.desk.queries import inbox as desk
from zabota.domains.desk.queries.inbox import View
from zabota.faces.web.pages.inbox import Row, Tab, row_of, tabs
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.search import lookup

MOST = 50
QUERY_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class Search:
    """`by_number` is the conversation of that number, when a number was asked for."""

    query: str
    tabs: Sequence[Tab]
    rows: Sequence[Row]
    is_cut: bool


def search_page(actor: Actor, query: str, *, now: datetime) -> Search:
    """Conversations with all words of the query, in any form, that the person may see."""
    query = query.strip()[:QUERY_LENGTH]
    hits = lookup.find(
        query,
        spaces=None if actor.sees_all else actor.teams | actor.led,
        owner_id=actor.id,
        limit=MOST,
        one_each=True,
    )
    numbers = [hit.group_id for hit in hits]
    if (number := _number(query)) is not None:
        numbers = [number, *(one for one in numbers if one != number)]
    rows = desk.listed(actor, numbers) if numbers else []
    return Search(
        query=query,
        tabs=tabs(actor, "search"),
        rows=[row_of(row, View.MINE, now=now, here="") for row in rows],
        is_cut=len(hits) == MOST,
    )


def _number(query: str) -> int | None:
    """A conversation's number, as agents say it: "4118", "№ 4118", "#4118"."""
    bare = query.lstrip("№#").strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 10 else None
