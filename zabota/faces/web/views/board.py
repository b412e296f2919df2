"""The leader's board, and what one of his people can do."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zabota.domains.desk.queries import competence as known
from zabota.domains.desk.services import competence
from zabota.domains.desk.services import portfolios as desk
from zabota.faces.web import words
from zabota.faces.web.pages.board import board_page
from zabota.faces.web.pages.portfolios import asked_moves, portfolios_page
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.requests import AgentRequest, agent_page, only
from zabota.kernel import clock
from zabota.kernel.accounts.roles import Role
from zabota.kernel.refusals import Refused

LEADING = (Role.LEADER, Role.MANAGER, Role.OWNER)
TOPICS = ("inbox", "board")


class CompetenceForm(forms.Form):
    """What a person can do for customers: routing goes by it."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages in which customers are answered"),
        choices=[(code, words.LANGUAGES[code]) for code in ("lv", "ru", "en")],
        widget=forms.CheckboxSelectMultiple,
    )
    skills = forms.CharField(
        label=gettext_lazy("Skills"),
        required=False,
        max_length=300,
        help_text=gettext_lazy(
            "With commas between. The names that the charter's situations want, such as: technical."
        ),
    )
    serves_vip = forms.BooleanField(label=gettext_lazy("Looks after VIPs"), required=False)
    most_chats = forms.IntegerField(
        label=gettext_lazy("Chats at once"),
        required=False,
        min_value=1,
        max_value=20,
        help_text=gettext_lazy("Empty: as the charter says."),
    )


@require_GET
@agent_page
@only(*LEADING)
def board(request: AgentRequest) -> HttpResponse:
    """The board; to htmx its live part alone."""
    page = board_page(request.actor, now=clock.now())
    if request.htmx:
        return render(request, "web/board/live.html", {"page": page})
    context = {"page": page, "shell": shell(request, "board", topics=TOPICS)}
    return render(request, "web/board/page.html", context)


@require_http_methods(["GET", "POST"])
@agent_page
@only(*LEADING)
def person(request: AgentRequest, number: int) -> HttpResponse:
    """What one of the leader's people can do for customers."""
    found = known.competence_for(request.actor, number)
    if found is None:
        raise Http404
    form = CompetenceForm(
        request.POST or None,
        initial={
            "languages": list(found.languages),
            "skills": ", ".join(found.skills),
            "serves_vip": found.serves_vip,
            "most_chats": found.most_chats,
        },
    )
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        competence.set(
            number,
            languages=answers["languages"],
            skills=answers["skills"].split(","),
            serves_vip=answers["serves_vip"],
            most_chats=answers["most_chats"],
            actor=request.actor,
        )
        messages.success(request, _("It is kept what %(who)s can do.") % {"who": found.name})
        return redirect("web:board")
    context = {"form": form, "person": found, "shell": shell(request, "board", topics=())}
    status = 422 if form.is_bound else 200
    return render(request, "web/board/person.html", context, status=status)


@require_http_methods(["GET", "POST"])
@agent_page
@only(*LEADING)
def portfolios(request: AgentRequest) -> HttpResponse:
    """Who has how many own customers. POST: these customers go to others, or back again."""
    if request.method == "POST":
        done = []
        for one in asked_moves(request.actor, request.POST.getlist("move")):
            step = _("You look after this customer from now on.")
            try:
                desk.move(one, next_step=step, actor=request.actor, at=clock.now())
            except Refused as refused:
                messages.error(request, words.refusal(refused))
            else:
                done.append(f"{one.customer_id}.{one.to_id}.{one.from_id}")
        request.session["moved"] = done
        return redirect("web:board-portfolios")
    page = portfolios_page(request.actor, request.session.get("moved", []), now=clock.now())
    context = {"page": page, "shell": shell(request, "board", topics=())}
    return render(request, "web/board/portfolios.html", context)
