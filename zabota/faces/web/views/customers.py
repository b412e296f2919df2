"""The page of a customer, and what may be changed there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zabota.domains.people.enums import (
    ContactKind,
    CustomerKind,
    Formality,
    LookedAt,
    NoteKind,
)
from zabota.domains.people.services import custody, dossier, notes, stages
from zabota.faces.web.customer_forms import (
    EndForm,
    LiftForm,
    RelationshipForm,
    SameForm,
    TermsForm,
    TieForm,
)
from zabota.faces.web.forms import CustomerForm, NoteForm, StageForm
from zabota.faces.web.pages.care import care_page
from zabota.faces.web.pages.customer import CustomerPage, customer_page
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.requests import AgentRequest, agent_page
from zabota.faces.web.views import care_filled
from zabota.kernel import clock


@require_http_methods(["GET", "POST"])
@agent_page
def customer(request: AgentRequest, ref: str) -> HttpResponse:
    """All that is known; a POST changes how he is called, addressed and reached."""
    page = customer_page(request.actor, ref)
    custody.note(page.known.id, LookedAt.PAGE, actor=request.actor, at=clock.now())
    form = CustomerForm(request.POST or None, initial=vars(page.known))
    if request.method == "POST" and form.is_valid():
        dossier.change(ref, _changes(form.cleaned_data), actor=request.actor, at=clock.now())
        messages.success(request, _("The customer's page is kept."))
        return redirect("web:customer", ref)
    return _show(request, page, form=form)


@require_POST
@agent_page
def add_note(request: AgentRequest, ref: str) -> HttpResponse:
    """Write down what helps to understand him (S-011)."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _show(request, customer_page(request.actor, ref), note_form=form)
    kind, text = NoteKind(form.cleaned_data["kind"]), form.cleaned_data["text"]
    notes.add(ref, kind=kind, text=text, actor=request.actor, at=clock.now())
    return redirect("web:customer", ref)


@require_POST
@agent_page
def remove_note(request: AgentRequest, ref: str, number: int) -> HttpResponse:
    """Take a note from the page."""
    notes.remove(number, actor=request.actor, at=clock.now())
    return redirect("web:customer", ref)


@require_POST
@agent_page
def enter_stage(request: AgentRequest, ref: str) -> HttpResponse:
    """The customer is at this stage from now on (S-005)."""
    form = StageForm(request.POST)
    if not form.is_valid():
        return _show(request, customer_page(request.actor, ref), stage_form=form)
    name, note = form.cleaned_data["name"], form.cleaned_data["note"]
    stages.enter(ref, name=name, note=note, actor=request.actor, at=clock.now())
    return redirect("web:customer", ref)


def show(request: AgentRequest, ref: str, **forms: Any) -> HttpResponse:
    """The page, with forms that were sent back. Raises NotFound."""
    return _show(request, customer_page(request.actor, ref), **forms)


def _changes(said: dict[str, Any]) -> dossier.Changes:
    return dossier.Changes(
        name=said["name"],
        say=said["say"],
        kind=CustomerKind(said["kind"]),
        contact_kind=ContactKind(said["contact_kind"]),
        formality=Formality(said["formality"]),
        language=said["language"],
        preferred_channel=said["preferred_channel"],
        preferred_time=said["preferred_time"],
    )


def _show(request: AgentRequest, page: CustomerPage, **forms: Any) -> HttpResponse:
    care = care_page(request.actor, page.known, at=clock.now())
    context = {
        "page": page,
        "care": care,
        **care_filled.fill(page.known, care),
        "form": CustomerForm(initial=vars(page.known)),
        "note_form": NoteForm(),
        "stage_form": StageForm(),
        "relationship_form": RelationshipForm(now=page.known.state),
        "end_form": EndForm(),
        "lift_form": LiftForm(),
        "tie_form": TieForm(),
        "terms_form": TermsForm(initial=vars(page.known)),
        "same_form": SameForm(),
        "shell": shell(request, "customers", topics=()),
        **forms,
    }
    wrong = any(form.is_bound for form in forms.values())
    return render(request, "web/customer.html", context, status=422 if wrong else 200)
