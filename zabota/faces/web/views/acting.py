"""Acts on a conversation: one press, or a page with a form."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from zabota.domains.desk.errors import Conflict, Incomplete
from zabota.domains.desk.queries import thread as desk
from zabota.faces.web import acts, answers, words
from zabota.faces.web.pages.act import act_page
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.requests import AgentRequest, agent_page
from zabota.faces.web.views import conversation
from zabota.kernel import clock


@require_http_methods(["GET", "POST"])
@agent_page
def act(request: AgentRequest, ref: str, name: str) -> HttpResponse:
    """The page of an act (GET), or the act itself (POST)."""
    chosen = acts.ACTS.get(name)
    if chosen is None:
        raise Http404
    now = clock.now()
    found = desk.thread(request.actor, ref, at=now)
    posted = request.POST if request.method == "POST" else None
    form = chosen.make_form(request.actor, found, posted)
    if posted is None:
        # A link may name what the act is about: ?task=7.
        form.initial.update(
            {name: request.GET[name] for name in form.fields if name in request.GET}
        )
    if posted is None or not form.is_valid():
        return _ask(request, name, found, form)
    asked = acts.Asked(ref=ref, answers=form.cleaned_data, actor=request.actor, at=now)
    try:
        result = chosen.does(asked)
    except (Conflict, Incomplete) as refused:
        if not chosen.asks:
            raise
        form.add_error(None, words.refusal(refused))
        return _ask(request, name, found, form)
    if request.htmx:
        toast = answers.toast_html(request, str(chosen.done))
        return conversation.updates(request, ref, toast)
    messages.success(request, str(chosen.done))
    there = result if isinstance(result, acts.Elsewhere) else None
    return redirect(reverse("web:conversation", args=[there.ref if there else ref]))


def _ask(request: AgentRequest, name: str, found: desk.Thread, form: acts.ActForm) -> HttpResponse:
    page = act_page(request.actor, name, found)
    status = 422 if request.method == "POST" else 200
    context = {"page": page, "form": form, "shell": shell(request, topics=())}
    return render(request, "web/work/act.html", context, status=status)
