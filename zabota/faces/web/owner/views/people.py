"""People and teams: making accounts, roles, ending accounts."""

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zabota.domains.desk.queries import held
from zabota.faces.web.owner import words
from zabota.faces.web.owner.forms.people import PersonForm, SecondFactorForm, TeamForm
from zabota.faces.web.owner.requests import owner_page, to
from zabota.faces.web.owner.tabs import show
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts import second_factor, services
from zabota.kernel.accounts.errors import AccountError
from zabota.kernel.accounts.models import Team, User
from zabota.kernel.accounts.roles import Role


@dataclass(frozen=True, kw_only=True)
class Row:
    person: User
    role: str
    teams: Sequence[str]
    has_second_factor: bool


@require_safe
@owner_page()
def people(request: AgentRequest) -> HttpResponse:
    """Who works here, who did, and the teams."""
    everybody = list(accounts.everybody())
    teams = accounts.team_names({one.pk for one in everybody})
    having = second_factor.owners_of_one()
    rows = [
        Row(
            person=one,
            role=str(words.ROLE_NAMES[Role(one.role)]),
            teams=teams.get(one.pk, []),
            has_second_factor=one.pk in having,
        )
        for one in everybody
    ]
    context = {
        "rows": [row for row in rows if row.person.is_active],
        "former": [row for row in rows if not row.person.is_active],
        "teams": accounts.teams(),
        "form": SecondFactorForm(),
    }
    return show(request, "people", "people", context)


@require_POST
@owner_page()
def require_second_factor(request: AgentRequest) -> HttpResponse:
    """Say which roles need a second factor; in force with everybody's next click."""
    form = SecondFactorForm(request.POST)
    if form.is_valid():
        second_factor.require(roles=form.wanted(), actor=request.actor, at=clock.now())
        messages.success(request, _("Kept. The change is in force at once."))
    return to(reverse("owner:people"))


@require_POST
@owner_page()
def forget_second_factor(request: AgentRequest, ref: str) -> HttpResponse:
    """Help somebody who has lost both the device and the recovery codes."""
    here = reverse("owner:person", args=[ref])
    try:
        user = second_factor.forget(ref=ref, actor=request.actor, at=clock.now())
    except AccountError as refused:
        if refused.code == "not_found":
            raise
        messages.error(request, words.account_refusal(refused.code))
        return to(here)
    said = _("%(name)s signs in by the password alone now. Make sure that it was not a stranger.")
    messages.success(request, said % {"name": user.name})
    return to(here)


@require_http_methods(["GET", "POST"])
@owner_page()
def add(request: AgentRequest) -> HttpResponse:
    """Make an account; the link by which its person sets a password is shown once."""
    form = PersonForm(request.POST or None, like=request.person)
    if request.method == "POST" and form.is_valid():
        user = services.create(person=form.person(), actor=request.actor, at=clock.now())
        return _show_link(request, user)
    return show(request, "people", "person", {"form": form}, bad=bool(form.errors))


@require_http_methods(["GET", "POST"])
@owner_page()
def person(request: AgentRequest, ref: str) -> HttpResponse:
    """One person: role, teams; for a former one, what he still holds."""
    user = _user(ref)
    form = PersonForm(request.POST or None, person=user, like=request.person)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(ref=ref, person=form.person(), actor=request.actor, at=clock.now())
        except AccountError as refused:
            form.add_error(None, words.account_refusal(refused.code))
        else:
            messages.success(request, _("Kept. The change is in force at once."))
            return to(reverse("owner:person", args=[ref]))
    context = {
        "form": form,
        "person": user,
        "held": held.held_by(user.pk),
        "is_me": user.pk == request.actor.id,
        "has_second_factor": second_factor.has_one(user),
    }
    return show(request, "people", "person", context, bad=bool(form.errors))


@require_POST
@owner_page()
def end(request: AgentRequest, ref: str) -> HttpResponse:
    """End an account at once."""
    here = reverse("owner:person", args=[ref])
    try:
        user = services.deactivate(ref=ref, actor=request.actor, at=clock.now())
    except AccountError as refused:
        if refused.code == "not_found":
            raise
        messages.error(request, words.account_refusal(refused.code))
        return to(here)
    said = _("%(name)s no longer has access. Hand over what is listed below.")
    messages.success(request, said % {"name": user.name})
    return to(here)


@require_POST
@owner_page()
def reopen(request: AgentRequest, ref: str) -> HttpResponse:
    """Open a former account again, with a new link for a password."""
    user = services.reactivate(ref=ref, actor=request.actor, at=clock.now())
    return _show_link(request, user)


@require_POST
@owner_page()
def new_link(request: AgentRequest, ref: str) -> HttpResponse:
    """Another link by which a person sets a password; earlier ones end when it is used."""
    user = _user(ref)
    if not user.is_active:
        raise Http404
    return _show_link(request, user)


@require_http_methods(["GET", "POST"])
@owner_page()
def team(request: AgentRequest, ref: str = "") -> HttpResponse:
    """Make a team, or give it another name or leader."""
    found = Team.objects.filter(ref=ref, ended_at__isnull=True).first() if ref else None
    if ref and found is None:
        raise Http404
    leader = found.leader if found else None
    initial = {"name": found.name if found else "", "leader": leader.ref if leader else ""}
    form = TeamForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        name, leads = form.cleaned_data["name"], form.cleaned_data["leader"]
        try:
            if found:
                services.change_team(
                    ref=ref, name=name, leader_ref=leads, actor=request.actor, at=clock.now()
                )
            else:
                services.create_team(
                    name=name, leader_ref=leads, actor=request.actor, at=clock.now()
                )
        except AccountError as refused:
            form.add_error("name", words.account_refusal(refused.code))
        else:
            messages.success(request, _("The team is kept."))
            return to(reverse("owner:people"))
    return show(request, "people", "team", {"form": form, "team": found}, bad=bool(form.errors))


@sensitive_variables("link")
def _show_link(request: AgentRequest, user: User) -> HttpResponse:
    # Shown in the answer itself: it is kept nowhere and cannot be seen a second time.
    key = default_token_generator.make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )
    link = settings.ZABOTA_URL + path
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    return show(request, "people", "link", {"person": user, "link": link, "days": days})


def _user(ref: str) -> User:
    user = accounts.everybody().filter(ref=ref).first()
    if user is None:
        raise Http404
    return user
