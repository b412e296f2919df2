"""What binds a customer: his relationship with us, who orders for whom, records that are his too.

Each act answers with the customer's page: done, or with what is missing beside what was typed.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zabota.domains.people.enums import NewsTo, RelationshipState, TieKind
from zabota.domains.people.errors import Conflict, Incomplete
from zabota.domains.people.queries import records
from zabota.domains.people.services import companies, merging, relationship
from zabota.faces.web import words
from zabota.faces.web.customer_forms import (
    EndForm,
    LiftForm,
    RelationshipForm,
    SameForm,
    TermsForm,
    TieForm,
)
from zabota.faces.web.requests import AgentRequest, agent_page, only
from zabota.faces.web.views import customers
from zabota.kernel import clock
from zabota.kernel.accounts.roles import Role

Said = dict[str, Any]


@require_POST
@agent_page
def change(request: AgentRequest, ref: str) -> HttpResponse:
    """Move the relationship, with a reason (S-043)."""

    def do(said: Said) -> None:
        relationship.change(
            ref,
            state=RelationshipState(said["state"]),
            reason=said["reason"],
            actor=request.actor,
            at=clock.now(),
        )

    form = RelationshipForm(request.POST)
    return _act(request, ref, "relationship_form", form, do, _("The relationship is noted."))


@require_POST
@agent_page
@only(Role.LEADER, Role.MANAGER, Role.OWNER)
def end(request: AgentRequest, ref: str) -> HttpResponse:
    """End the relationship: a leader, for a grave reason, with evidence (S-043)."""

    def do(said: Said) -> None:
        relationship.change(
            ref,
            state=RelationshipState.ENDED,
            reason=said["reason"],
            evidence=said["evidence"],
            actor=request.actor,
            at=clock.now(),
        )

    return _act(
        request, ref, "end_form", EndForm(request.POST), do, _("The relationship is ended.")
    )


@require_POST
@agent_page
@only(Role.LEADER, Role.MANAGER, Role.OWNER)
def lift(request: AgentRequest, ref: str) -> HttpResponse:
    """Serve the customer again (S-044)."""

    def do(said: Said) -> None:
        relationship.lift(ref, reason=said["reason"], actor=request.actor, at=clock.now())

    return _act(
        request, ref, "lift_form", LiftForm(request.POST), do, _("The customer is served again.")
    )


@require_POST
@agent_page
def tie(request: AgentRequest, ref: str) -> HttpResponse:
    """One orders for another from now on (S-052, S-053)."""

    def do(said: Said) -> None:
        other = records.ref_by_address(request.actor, said["address"])
        orderer, whom = (ref, other) if said["way"] == "for" else (other, ref)
        companies.tie(
            orderer,
            for_ref=whom,
            kind=TieKind(said["kind"]),
            may_order=said["may_order"],
            news_to=NewsTo(said["news_to"]),
            actor=request.actor,
            at=clock.now(),
        )

    return _act(request, ref, "tie_form", TieForm(request.POST), do, _("It is noted who orders."))


@require_POST
@agent_page
def untie(request: AgentRequest, ref: str, number: int) -> HttpResponse:
    """He orders for the other no more."""
    companies.untie(number, actor=request.actor, at=clock.now())
    return redirect("web:customer", ref)


@require_POST
@agent_page
def terms(request: AgentRequest, ref: str) -> HttpResponse:
    """What was agreed with a company (S-053)."""

    def do(said: Said) -> None:
        companies.set_terms(ref, **said, actor=request.actor, at=clock.now())

    return _act(request, ref, "terms_form", TermsForm(request.POST), do, _("The terms are kept."))


@require_POST
@agent_page
def same(request: AgentRequest, ref: str) -> HttpResponse:
    """Another record is this customer's too: the two pages become one (S-046)."""

    def do(said: Said) -> None:
        other = records.ref_by_address(request.actor, said["address"])
        merging.merge(other, into_ref=ref, actor=request.actor, at=clock.now())

    return _act(request, ref, "same_form", SameForm(request.POST), do, _("The two are one now."))


@require_POST
@agent_page
def part(request: AgentRequest, ref: str, number: int) -> HttpResponse:
    """They are two again."""
    merging.part(number, actor=request.actor, at=clock.now())
    messages.success(request, _("They are two again."))
    return redirect("web:customer", ref)


def _act(
    request: AgentRequest,
    ref: str,
    name: str,
    form: forms.Form,
    do: Callable[[Said], None],
    done: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except (Conflict, Incomplete) as refused:
            form.add_error(None, words.refusal(refused))
        else:
            messages.success(request, done)
            return redirect("web:customer", ref)
    return customers.show(request, ref, **{name: form})
