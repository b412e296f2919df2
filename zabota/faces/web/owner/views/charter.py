"""The charter: hours in plain words, times of answers, texts, and who changed what and why."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zabota.domains.charter import errors, queries, services
from zabota.domains.charter.errors import CharterError, InvalidCharter, UnknownSection
from zabota.domains.charter.rules import sections
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.charter.rules.sections import Section
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.promises import rules as promises
from zabota.domains.promises.rules.sections import Answers
from zabota.faces.web.owner import charter_words, examples, levels
from zabota.faces.web.owner.forms.charter import SectionForm
from zabota.faces.web.owner.forms.hours import HoursForm
from zabota.faces.web.owner.levels import Level
from zabota.faces.web.owner.requests import owner_page, to
from zabota.faces.web.owner.tabs import show
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Role
from zabota.kernel.brands import queries as brands


@require_safe
@owner_page(Role.MANAGER)
def home(request: AgentRequest) -> HttpResponse:
    """To the first section that this person looks after."""
    owns = request.actor.role is Role.OWNER
    return to(reverse("owner:mailboxes" if owns else "owner:hours"))


@require_http_methods(["GET", "POST"])
@owner_page(Role.MANAGER)
def hours(request: AgentRequest) -> HttpResponse:
    """When the company works; an example tells what follows from it for a customer."""
    at = clock.now()
    place = levels.chosen(request)
    now = queries.in_force(at=at).section(Hours, scope=place.whole)
    form = HoursForm(request.POST or None, hours=now)
    shown = now
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data["values"]
        shown = examples.with_values(now, values)
        if request.POST.get("act") != "example":
            if not form.cleaned_data["reason"].strip():
                form.add_error("reason", _("Say in a few words why."))
            elif _changed(request, form, Hours, _values(form, place, now), at=at, scope=place.own):
                return to(reverse("owner:hours") + place.query)
    context = {
        "form": form,
        "levels": levels.all_of(place),
        "place": place,
        "example": _example(shown, at=at),
    }
    return show(request, "hours", "hours", context, bad=bool(form.errors))


@require_safe
@owner_page(Role.MANAGER)
def charter(request: AgentRequest) -> HttpResponse:
    """The sections, and the newest changes of them."""
    names = accounts.names({one.author_id for one in queries.history() if one.author_id})
    history = [
        {"entry": one, "author": names.get(one.author_id or 0, "")} for one in queries.history()
    ]
    known = [
        {"name": one.name, "word": charter_words.section(one.name)}
        for one in sections.registered()
        if one is not Hours
    ]
    return show(request, "charter", "charter", {"sections": known, "history": history[:100]})


@require_http_methods(["GET", "POST"])
@owner_page(Role.MANAGER)
def section(request: AgentRequest, name: str) -> HttpResponse:
    """One section as a form; a change is a new version with its reason."""
    try:
        schema = sections.find(name)
    except UnknownSection as absent:
        raise Http404 from absent
    at, place = clock.now(), levels.chosen(request)
    shown = queries.in_force(at=at).section(schema, scope=place.whole)
    form = SectionForm(request.POST or None, section=shown)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _changed(
        request, form, schema, _values(form, place, shown), at=at, scope=place.own
    ):
        return to(reverse("owner:charter-section", args=[name]) + place.query)
    context = {"form": form, "word": charter_words.section(name), "levels": levels.all_of(place)}
    return show(request, "charter", "section", context, bad=bool(form.errors))


def _values(form: SectionForm | HoursForm, place: Level, shown: Section) -> dict[str, object]:
    return levels.changes(place, form.cleaned_data["values"], shown.model_dump(mode="json"))


def _changed(
    request: AgentRequest,
    form: SectionForm | HoursForm,
    schema: type[Section],
    values: dict[str, object],
    *,
    at: datetime,
    scope: Scope,
) -> bool:
    """Put the change in force; what the charter refuses stands at its field."""
    try:
        made = services.change_section(
            section=schema,
            scope=scope,
            values=values,
            actor=request.actor,
            reason=form.cleaned_data["reason"],
            at=at,
        )
    except InvalidCharter as wrong:
        if isinstance(form, SectionForm):
            form.blame(wrong.problems)
        else:
            form.add_error(None, charter_words.problem(wrong.problems[0]))
    except CharterError as refused:
        form.add_error(None, _refusal(refused))
    else:
        said = _("In force from now on, as version %(number)s of the charter.")
        messages.success(request, said % {"number": made.number})
        return True
    return False


def _refusal(refused: CharterError) -> str:
    if isinstance(refused, errors.NoReason):
        return _("Say in a few words why.")
    if isinstance(refused, errors.ChangedMeanwhile):
        return _("Somebody changed the charter meanwhile. Look at it and try again.")
    if isinstance(refused, errors.OutOfOrder):
        return _("A later version is already set. Wait until it is in force.")
    return _("The charter could not be changed.")


def _example(shown: Hours, *, at: datetime) -> examples.Example | None:
    brand = brands.first()
    if brand is None:
        return None
    answers = queries.in_force(at=at).section(Answers)
    calendar = shown.calendar(time_zone=brand.time_zone, country=brand.country)
    came = examples.friday_evening(calendar.zone, at=at)
    due = promises.clock_of(answers.terms(), calendar, came).due_at
    return examples.Example(came_at=came, due_at=due, zone=calendar.zone)
