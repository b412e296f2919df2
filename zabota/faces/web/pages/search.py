"""What a search finds: conversations, each with its newest hit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from zabota.domains.channels.rules.chats import KIND as CHAT
from zabota.domains.desk.queries import inbox
from zabota.domains.desk.queries import search as desk
from zabota.faces.web import words
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.search import marks

QUERY_LENGTH = 200


# A text in pieces, each with whether the query found it.
Marked = Sequence[tuple[str, bool]]


@dataclass(frozen=True, kw_only=True)
class Hit:
    url: str
    who: Marked
    subject: Marked
    snippet: Marked
    state: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Search:
    query: str
    hits: Sequence[Hit]
    is_cut: bool


def search_page(actor: Actor, query: str) -> Search:
    """Conversations with all words of the query, in any form, that the person may see; a number
    also finds the conversation that bears it.
    """
    query = query.strip()[:QUERY_LENGTH]
    found = desk.search(actor, query)
    hits = [_hit(one, query) for one in found]
    return Search(
        query=query, hits=[*_numbered(actor, query), *hits], is_cut=len(found) == desk.MOST
    )


def _hit(one: desk.Found, query: str) -> Hit:
    address = reverse("web:conversation", args=[one.ref])
    return Hit(
        url=f"{address}#m-{one.message_ref}",
        who=marks.marked(words.sender(one.customer_name, in_chat=one.is_chat), query),
        subject=marks.marked(one.subject or _("No subject"), query),
        snippet=marks.marked(one.snippet, query),
        state=str(words.STATES[one.state]),
        at=one.at,
    )


def _numbered(actor: Actor, query: str) -> Sequence[Hit]:
    """The conversation of a number as agents say it: "4118", "№ 4118", "#4118"."""
    bare = query.lstrip("№#").strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) < 10):
        return []
    row = inbox.numbered(actor, int(bare))
    if row is None:
        return []
    return [
        Hit(
            url=reverse("web:conversation", args=[row.ref]),
            who=[(words.sender(row.customer_name, in_chat=row.channel_kind == CHAT), False)],
            subject=[(row.subject or _("No subject"), False)],
            snippet=[(row.preview, False)],
            state=str(words.STATES[row.state]),
            at=row.last_message_at,
        )
    ]
