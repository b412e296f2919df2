"""I am here, away, or in a pause; and the sign of life of an open page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from zabota.domains.desk.enums import Chosen
from zabota.domains.desk.services import presence
from zabota.faces.web.pages.duty import duty_of
from zabota.faces.web.requests import AgentRequest, agent_page, back
from zabota.kernel import clock


@require_http_methods(["GET", "POST"])
@agent_page
def duty(request: AgentRequest) -> HttpResponse:
    """POST: what I choose. GET, by an open page: the bar's piece, nothing when it is as it was."""
    if not request.actor.may_answer:
        raise Http404
    now = clock.now()
    if request.method == "POST":
        _choose(request)
        if not request.htmx:
            return back(request)
    else:
        presence.beat(actor=request.actor, at=now)
    found = duty_of(request.actor, now=now)
    if found and request.GET.get("mark") == found.mark:
        return HttpResponse(status=204)
    return render(request, "web/duty.html", {"duty": found})


def _choose(request: AgentRequest) -> None:
    chosen, now = request.POST.get("chosen", ""), clock.now()
    if chosen == "pause":
        presence.pause(actor=request.actor, at=now)
    elif chosen in set(Chosen):
        presence.choose(Chosen(chosen), actor=request.actor, at=now)
    else:
        raise Http404
