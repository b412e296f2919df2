"""What passes between two pages while people read and write: who is here and types."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zabota.domains.desk.queries import chats, work
from zabota.faces.web.pages import talk
from zabota.faces.web.requests import AgentRequest, agent_page
from zabota.kernel.live import hub


@require_http_methods(["GET", "POST"])
@agent_page
def here(request: AgentRequest, ref: str) -> HttpResponse:
    """POST: I am reading this, for those who read it too, and for the visitor whose matter I lead.
    GET: who that is (`who`), in words.
    """
    if request.method == "POST":
        place = chats.place(request.actor, ref)
        hub.say(f"conversation-{place.id}", {"here": request.actor.person_id})
        if place.is_chat and place.leads:
            hub.show(hub.person(request.actor.person_id), f"matter-{place.id}")
        return HttpResponse(status=204)
    who = request.GET.get("who", "")
    number = int(who) if who.isascii() and who.isdigit() and len(who) < 19 else 0
    name = dict(work.colleagues(request.actor, ref)).get(number)
    if name is None:
        raise Http404
    return render(request, "web/conversation/here.html", {"name": name})


@require_POST
@agent_page
def typing(request: AgentRequest, ref: str) -> HttpResponse:
    """I am writing: told to colleagues who read this, and to the visitor of a chat if it is an
    answer. Kept nowhere.
    """
    place = chats.place(request.actor, ref)
    hub.say(f"conversation-{place.id}", {"typing": request.actor.person_id})
    if place.is_chat and request.actor.may_answer and request.POST.get("kind") != "note":
        hub.say(f"matter-{place.id}", {"typing": 1})
    return HttpResponse(status=204)


@require_GET
@agent_page
def tabs(request: AgentRequest) -> HttpResponse:
    """The chats that I lead, beside the one that I look at (`here`)."""
    found = talk.tabs(request.actor, here=request.GET.get("here", "")[:64])
    return render(request, "web/conversation/tabs.html", {"tabs": found})
