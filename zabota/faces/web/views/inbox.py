"""The list of conversations, and the mails of which none could be made."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zabota.domains.channels import services as channels
from zabota.domains.channels.queries import inbound
from zabota.domains.desk.queries.inbox import View
from zabota.faces.web.pages import inbox as pages
from zabota.faces.web.pages.late import late_page
from zabota.faces.web.pages.questions import questions_page
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.pages.unreadable import raw_page, unreadable_page
from zabota.faces.web.requests import AgentRequest, agent_page, only
from zabota.kernel import clock, once
from zabota.kernel.accounts.roles import Role


@require_GET
@agent_page
def home(request: AgentRequest) -> HttpResponse:
    """Where one begins: one's own conversations."""
    return redirect("web:view", pages.view_of(request.actor, ""))


@require_GET
@agent_page
def view(request: AgentRequest, name: str) -> HttpResponse:
    """A view of the list; to htmx only the list, and nothing when it is as it was."""
    if name not in set(View):
        raise Http404
    with once.reading():
        return _list(request, View(name))


def _list(request: AgentRequest, chosen: View) -> HttpResponse:
    now, after = clock.now(), pages.read(request.GET.get("after", ""))
    here = request.GET.get("here", "")
    if request.htmx:
        seen = request.GET.get("mark", "")
        if seen and not pages.changed(request.actor, chosen, after=after, seen=seen):
            return HttpResponse(status=204)
        page = pages.inbox_page(request.actor, chosen, now=now, after=after, here=here)
        return render(request, "web/inbox/list.html", {"inbox": page, "is_page": not here})
    page = pages.inbox_page(request.actor, chosen, now=now, after=after)
    context = {"inbox": page, "is_page": True, "shell": shell(request, now=now)}
    return render(request, "web/inbox/page.html", context)


@require_GET
@agent_page
@only(Role.LEADER, Role.MANAGER, Role.OWNER)
def questions(request: AgentRequest) -> HttpResponse:
    """Hard conversations about which the leader is asked (S-130)."""
    context = {"page": questions_page(request.actor), "shell": shell(request)}
    return render(request, "web/inbox/questions.html", context)


@require_GET
@agent_page
def late(request: AgentRequest) -> HttpResponse:
    """Promises of the last month that were not kept in time (S-145)."""
    context = {"page": late_page(request.actor, now=clock.now()), "shell": shell(request)}
    return render(request, "web/inbox/late.html", context)


@require_GET
@agent_page
def unreadable(request: AgentRequest) -> HttpResponse:
    """Mails that are kept raw, each with its reason."""
    if not request.actor.may_answer:
        raise Http404
    context = {"page": unreadable_page(request.actor), "shell": shell(request, topics=())}
    return render(request, "web/inbox/unreadable.html", context)


@require_POST
@agent_page
def try_again(request: AgentRequest, number: int) -> HttpResponse:
    """Have an unreadable mail read once more."""
    try:
        channels.try_again(envelope_id=number, actor=request.actor, at=clock.now())
    except channels.NotUnreadable as refused:
        raise Http404 from refused
    messages.success(request, _("The letter will be read again within a minute."))
    return redirect("web:unreadable")


@require_GET
@agent_page
def raw(request: AgentRequest, number: int) -> HttpResponse:
    """An unreadable mail as it came: as text on a page, or to be saved."""
    found = inbound.raw_bytes(envelope_id=number, actor=request.actor)
    if found is None:
        raise Http404
    if "save" in request.GET:
        return as_file(found, f"letter-{number}.eml")
    context = {"page": raw_page(number, found), "shell": shell(request, topics=())}
    return render(request, "web/inbox/raw.html", context)


def as_file(content: bytes, name: str) -> HttpResponse:
    """Bytes of a stranger: to be saved, never to be run."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
