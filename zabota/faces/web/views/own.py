"""What a person does for himself: his settings, the ticket of live hints."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zabota.domains.desk.queries import thread as desk
from zabota.faces.web.forms import OwnForm
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.pages.shell import ticket as issue
from zabota.faces.web.requests import AgentRequest, agent_page

MOST_TOPICS = 60
# What everybody who works here may hear of.
OPEN_TOPICS = {"inbox", "board"}


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


@require_GET
@agent_page
def ticket(request: AgentRequest) -> HttpResponse:
    """A ticket for those of the asked-for topics that the person may hear of."""
    asked = request.GET.get("topics", "").split()[:MOST_TOPICS]
    numbers = [number for topic in asked if (number := _number(topic)) is not None]
    seen = desk.visible(request.actor, numbers)
    topics = [topic for topic in asked if topic in OPEN_TOPICS or _number(topic) in seen]
    return JsonResponse({"ticket": issue(request, topics)})


def _number(topic: str) -> int | None:
    """The conversation that a topic is about."""
    kind, _dash, number = topic.partition("-")
    plain = number.isascii() and number.isdigit() and len(number) < 19
    return int(number) if kind == "conversation" and plain else None
