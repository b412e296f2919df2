"""One conversation: its page, and what is new in it for a page that is open."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from zabota.domains.desk.queries import thread as desk
from zabota.domains.desk.services import reading, uploads
from zabota.domains.people.enums import LookedAt
from zabota.domains.people.services import custody
from zabota.faces.web import answers
from zabota.faces.web.pages import conversation as pages
from zabota.faces.web.pages.composer import Written, held
from zabota.faces.web.pages.inbox import inbox_page, view_of
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.requests import AgentRequest, agent_page
from zabota.kernel import clock, once

MOST_MOVING = 50
MOST_DAYS = 400


@require_GET
@agent_page
def conversation(request: AgentRequest, ref: str) -> HttpResponse:
    """The page; to htmx what is new in it (`seen`), or an earlier stretch (`before`)."""
    if request.htmx and "seen" in request.GET:
        return _since(request, ref)
    again = request.GET.get("again", "")
    written = _written_again(request, again) if again else None
    return page(request, ref, written=written)


def _since(request: AgentRequest, ref: str) -> HttpResponse:
    """What is new; nothing at all where the page shows everything already."""
    with once.reading():
        if pages.is_as_shown(request, ref, request.GET["seen"]):
            return HttpResponse(status=204)
        return updates(request, ref)


def page(
    request: AgentRequest, ref: str, *, written: Written | None = None, status: int = 200
) -> HttpResponse:
    """The whole page of a conversation; `written` is what comes back into the composer."""
    with once.reading():
        return _page(request, ref, written, status)


def _page(request: AgentRequest, ref: str, written: Written | None, status: int) -> HttpResponse:
    now = clock.now()
    view = request.GET.get("view", "")
    found = pages.conversation_page(
        request,
        ref,
        now=now,
        before=_number(request.GET.get("before", "")),
        view=view,
    )
    if found.thread.customer_id is not None:
        how = LookedAt.MATTER
        custody.note(found.thread.customer_id, how, actor=request.actor, at=now)
    thread = {"page": found, "items": pages.items(request, found, now=now), "now": now}
    if request.htmx and "before" in request.GET:
        return render(request, "web/conversation/stretch.html", thread)
    chosen = view_of(request.actor, view)
    if found.has_news:
        reading.mark(found.ref, message_id=found.last_id, actor=request.actor, at=now)
    context = {
        **thread,
        "composer": pages.writing(request, found, written, now=now),
        "tabs": pages.chats(request, found),
        "inbox": inbox_page(request.actor, chosen, now=now, here=found.ref),
        "shell": shell(request, topics=("inbox", f"conversation-{found.id}"), now=now),
    }
    return render(request, "web/conversation/page.html", context, status=status)


def updates_and_composer(
    request: AgentRequest, ref: str, back: Written | None, *more: str
) -> HttpResponse:
    """The regions of an open page and its composer: empty, or with what comes back into it."""
    with once.reading():
        return _updates(request, ref, more, lambda found, now: _composer(request, found, back, now))


def updates(request: AgentRequest, ref: str, *more: str) -> HttpResponse:
    """The regions of an open page as they are now, without what is being typed."""
    with once.reading():
        return _updates(request, ref, more, lambda _found, _now: "")


def _composer(
    request: AgentRequest, found: pages.Conversation, back: Written | None, now: datetime
) -> str:
    drawn = pages.writing(request, found, back, now=now)
    return render_to_string(
        "web/composer/composer.html", {"composer": drawn, "is_region": True}, request
    )


def _updates(
    request: AgentRequest,
    ref: str,
    more: Sequence[str],
    composer: Callable[[pages.Conversation, datetime], str],
) -> HttpResponse:
    """What the page shows comes with the request: `seen` (newest message and fact) and `moving`,
    the refs of ours that had not settled.
    """
    now = clock.now()
    given = request.POST if request.method == "POST" else request.GET
    found = pages.conversation_page(request, ref, now=now, view=given.get("view", ""))
    news = pages.news(
        request,
        found.thread,
        now=now,
        seen=pages.place(given.get("seen", "")),
        moving=given.getlist("moving")[:MOST_MOVING],
        until=pages.place(found.seen),
        days=given.getlist("days")[:MOST_DAYS],
    )
    if found.has_news:
        reading.mark(found.ref, message_id=found.last_id, actor=request.actor, at=now)
    names = ["pinned", "head", "status", "notices", "news", "aside"]
    if found.visitor:
        names.append("visitor")
    context: dict[str, object] = {"page": found, "news": news, "now": now}
    templates = [f"web/conversation/{name}.html" for name in names]
    return answers.regions(request, templates, context, *more, composer(found, now))


def _written_again(request: AgentRequest, ref: str) -> Written:
    """A message that did not arrive, to be written again: its words and its files."""
    entry = desk.entry_for(request.actor, ref)
    if entry.delivery is None:
        return Written()
    files = held(uploads.of_message(ref, request.actor))
    return Written(text="".join(piece.text for piece in entry.pieces), files=files)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
