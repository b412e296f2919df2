"""Finding conversations by words."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from zabota.faces.web.pages.search import search_page
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.requests import AgentRequest, agent_page


@require_GET
@agent_page
def search(request: AgentRequest) -> HttpResponse:
    """What was found; no words lead back to the list."""
    query = request.GET.get("q", "")
    if not query.strip():
        return redirect("web:inbox")
    page = search_page(request.actor, query)
    context = {"search": page, "shell": shell(request, topics=())}
    return render(request, "web/search.html", context)
