"""What a person does for himself: his settings, the ticket of live hints."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zabota.domains.desk.queries import thread as desk
from zabota.faces.web.forms import OwnForm
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.pages.shell import ticket as issue
from zabota.faces.web.requests import AgentRequest, agent_page
from zabota.kernel import clock

MOST_TOPICS = 10


@require_http_methods(["GET", "POST"])
@agent_page
def own(request: AgentRequest) -> HttpResponse:
    """One's own name, language, time zone and signature."""
    form = OwnForm(request.POST or None, instance=request.person)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        with translation.override(person.language):
            messages.success(request, _("Your settings are kept."))
        return redirect("web:own")
    context = {
        "form": form,
        "has_second_factor": is_mfa_enabled(request.person),
        "shell": shell(request, "own", topics=()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "web/own.html", context, status=status)


@require_POST
@agent_page
def ticket(request: AgentRequest) -> HttpResponse:
    """A ticket for the live stream: the inbox, and those asked-for conversations one may see."""
    asked = request.POST.getlist("conversation")[:MOST_TOPICS]
    topics = ["inbox"]
    for ref in asked:
        found = desk.thread(request.actor, ref, at=clock.now(), limit=1)
        topics.append(f"conversation-{found.id}")
    return JsonResponse({"ticket": issue(request, topics)})
