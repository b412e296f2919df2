"""Acts on a customer's page: needs, likes, days, people dear to him, consents, how he is served.

Each answers with the customer's page: done, or with what is missing beside what was typed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from zabota.domains.charter import queries as charter
from zabota.domains.desk.services import portfolios
from zabota.domains.people.enums import DayKind, NeedState, Origin, Purpose, RelationshipType
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.people.queries import care as care_queries
from zabota.domains.people.queries import dossier as people
from zabota.domains.people.queries import personal as personal_queries
from zabota.domains.people.rules.sections import PersonalData
from zabota.domains.people.services import (
    attention,
    care,
    consents,
    dossier,
    observations,
    personal,
    wishes,
)
from zabota.faces.web import care_forms as asked
from zabota.faces.web import words
from zabota.faces.web.pages import care as pages
from zabota.faces.web.pages.inbox import CARE, tabs
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.requests import AgentRequest, agent_page
from zabota.faces.web.views import care_filled as filled
from zabota.faces.web.views import customers
from zabota.kernel import clock
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.brands import queries as brands

Said = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Act:
    """`key` is how the page's template calls the form; None: the form stands in a row."""

    form: Callable[[AgentRequest, str], forms.Form]
    does: Callable[[AgentRequest, str, Said, forms.Form], object]
    done: str | Promise
    key: str = ""


@require_GET
@agent_page
def to_do(request: AgentRequest) -> HttpResponse:
    """What is to be done for customers by ourselves: mine, and nobody's (S-003)."""
    found = [pages.to_do(one) for one in care_queries.to_do(request.actor)]
    page = {
        "tabs": tabs(request.actor, CARE),
        "to_do": found,
        "may_finish": request.actor.may_answer,
    }
    context = {
        "page": page,
        "shell": shell(request, topics=()),
    }
    return render(request, "web/inbox/care.html", context)


@require_POST
@agent_page
def act(request: AgentRequest, ref: str, name: str) -> HttpResponse:
    """One of the acts."""
    found = ACTS.get(name)
    if found is None:
        raise Http404
    form = found.form(request, ref)
    if form.is_valid():
        try:
            found.does(request, ref, form.cleaned_data, form)
        except (Conflict, Incomplete, NotAllowed) as refused:
            form.add_error(None, words.refusal(refused))
        else:
            messages.success(request, str(found.done))
            back = "web:to-do" if request.POST.get("back") == "to-do" else ""
            return redirect(back) if back else redirect("web:customer", ref)
    if not found.key:
        for sentences in form.errors.values():
            for sentence in sentences:
                messages.error(request, str(sentence))
        return redirect("web:customer", ref)
    return customers.show(request, ref, **{found.key: form})


def _plain(kind: type[forms.Form]) -> Callable[[AgentRequest, str], forms.Form]:
    return lambda request, _ref: kind(request.POST)


# --- needs and likes ------------------------------------------------------------------------------


def _raise_need(request: AgentRequest, ref: str, said: Said, _form: forms.Form) -> None:
    wishes.raise_need(ref, said["text"], actor=request.actor, at=clock.now())


def _settle_need(request: AgentRequest, _ref: str, said: Said, _form: forms.Form) -> None:
    state = NeedState(said["state"])
    wishes.settle_need(said["row"], state, actor=request.actor, at=clock.now())


def _note_interest(request: AgentRequest, ref: str, said: Said, _form: forms.Form) -> None:
    wishes.note_interest(
        ref, said["text"], is_wanted_now=said["now"], actor=request.actor, at=clock.now()
    )


def _drop_interest(request: AgentRequest, _ref: str, said: Said, _form: forms.Form) -> None:
    wishes.drop_interest(said["row"], actor=request.actor, at=clock.now())


# --- days, people, observations -------------------------------------------------------------------


def _keep_day(request: AgentRequest, ref: str, said: Said, _form: forms.Form) -> None:
    day = care.Day(
        kind=DayKind(said["kind"]),
        name=said["name"],
        day=said["day"],
        month=said["month"],
        year=said["year"],
    )
    care.keep_day(ref, day, actor=request.actor, at=clock.now())


def _forget_day(request: AgentRequest, _ref: str, said: Said, _form: forms.Form) -> None:
    care.forget_day(said["row"], actor=request.actor, at=clock.now())


def _hold_dear(request: AgentRequest, ref: str, said: Said, _form: forms.Form) -> None:
    care.hold_dear(ref, **said, actor=request.actor, at=clock.now())


def _forget_dear(request: AgentRequest, _ref: str, said: Said, _form: forms.Form) -> None:
    care.forget_dear(said["row"], actor=request.actor, at=clock.now())


def _finish(request: AgentRequest, _ref: str, said: Said, _form: forms.Form) -> None:
    care.finish(said["row"], actor=request.actor, at=clock.now())


def _observe(request: AgentRequest, ref: str, said: Said, _form: forms.Form) -> None:
    observations.observe(ref, **said, actor=request.actor, at=clock.now())


def _answer(request: AgentRequest, _ref: str, said: Said, _form: forms.Form) -> None:
    observations.answer(
        said["row"],
        is_taken=said["taken"],
        answer=said["answer"],
        actor=request.actor,
        at=clock.now(),
    )


# --- consents -------------------------------------------------------------------------------------


def _consent_form(request: AgentRequest, ref: str) -> forms.Form:
    return filled.consent_form(people.dossier_for(request.actor, ref), request.POST)


def _consent(request: AgentRequest, ref: str, said: Said, _form: forms.Form) -> None:
    known, at = people.dossier_for(request.actor, ref), clock.now()
    rules = charter.in_force(at=at)
    said_words = {
        one.purpose: one.text
        for one in pages.wordings(filled.spoken(known), rules.section(PersonalData))
    }
    proof = consents.Proof(
        wording=said_words[said["purpose"]],
        wording_version=f"charter {rules.number}",
        language=filled.spoken(known),
        origin=Origin.IN_PERSON,
        controllers=_controllers(),
        of_age=said["of_age"],
    )
    consents.record(ref, Purpose(said["purpose"]), proof, actor=request.actor, at=at)


def _withdraw(request: AgentRequest, ref: str, said: Said, _form: forms.Form) -> None:
    proof = consents.Proof(wording="", wording_version="", language="", origin=Origin.IN_PERSON)
    consents.withdraw(
        ref,
        Purpose(said["purpose"]),
        proof,
        channel_kind=said["channel"],
        actor=request.actor,
        at=clock.now(),
    )


def _controllers() -> list[tuple[str, str]]:
    entities = [one.legal_entity for one in brands.brands() if one.legal_entity]
    return list(dict.fromkeys((one.name, one.address) for one in entities))


# --- how he is served -----------------------------------------------------------------------------


def _service_form(request: AgentRequest, ref: str) -> forms.Form:
    return filled.service_form(people.dossier_for(request.actor, ref), request.POST)


def _serve(request: AgentRequest, ref: str, said: Said, _form: forms.Form) -> None:
    at, actor = clock.now(), request.actor
    changes = dossier.Changes(segment=said["segment"], tier=said["tier"], expects=said["expects"])
    dossier.change(ref, changes, actor=actor, at=at)
    way = RelationshipType(said["relationship"]) if said["relationship"] else None
    attention.relate(ref, way, actor=actor, at=at)
    attention.prefer(ref, said["preferred"], actor=actor, at=at)


def _dedicate(request: AgentRequest, ref: str, said: Said, form: forms.Form) -> None:
    number = people.dossier_for(request.actor, ref).id
    try:
        portfolios.entrust(
            ref,
            number,
            said["agent"],
            deputies=said["deputies"],
            is_approved=said["is_approved"],
            actor=request.actor,
            at=clock.now(),
        )
    except portfolios.Full as full:
        if names := accounts.names(set(full.others)):
            told = gettext("Has room: %(who)s") % {"who": ", ".join(names.values())}
            form.add_error("agent", told)
        raise Incomplete("portfolio_full") from full


def _grant(request: AgentRequest, ref: str, said: Said, _form: forms.Form) -> None:
    attention.grant_vip(ref, **said, actor=request.actor, at=clock.now())


def _end_vip(request: AgentRequest, ref: str, _said: Said, _form: forms.Form) -> None:
    attention.end_vip(ref, actor=request.actor, at=clock.now())


def _fields_form(request: AgentRequest, ref: str) -> forms.Form:
    found = personal_queries.personal_for(request.actor, ref)
    return asked.FieldsForm(request.POST, personal=found)


def _state(request: AgentRequest, ref: str, said: Said, form: forms.Form) -> None:
    assert isinstance(form, asked.FieldsForm)
    names = said["guardian"]
    guardian = (
        personal.Guardian(name=names[0], relation=names[1], contact=names[2]) if names else None
    )
    personal.state(ref, form.said, guardian=guardian, actor=request.actor, at=clock.now())


ACTS: Mapping[str, Act] = {
    "need": Act(
        form=_plain(asked.NeedForm), does=_raise_need, done=_("The need is noted."), key="need_form"
    ),
    "need-state": Act(
        form=_plain(asked.NeedStateForm), does=_settle_need, done=_("The need is noted.")
    ),
    "interest": Act(
        form=_plain(asked.InterestForm),
        does=_note_interest,
        done=_("The interest is noted."),
        key="interest_form",
    ),
    "interest-drop": Act(
        form=_plain(asked.Row), does=_drop_interest, done=_("The interest is taken away.")
    ),
    "day": Act(
        form=_plain(asked.DayForm), does=_keep_day, done=_("The day is noted."), key="day_form"
    ),
    "day-forget": Act(form=_plain(asked.Row), does=_forget_day, done=_("The day is taken away.")),
    "dear": Act(
        form=_plain(asked.DearForm), does=_hold_dear, done=_("It is noted."), key="dear_form"
    ),
    "dear-forget": Act(form=_plain(asked.Row), does=_forget_dear, done=_("It is taken away.")),
    "done": Act(form=_plain(asked.Row), does=_finish, done=_("It is noted as done.")),
    "observation": Act(
        form=_plain(asked.ObservationForm),
        does=_observe,
        done=_("The observation is noted."),
        key="observation_form",
    ),
    "proposal": Act(
        form=_plain(asked.ProposalForm), does=_answer, done=_("The proposal is answered.")
    ),
    "consent": Act(
        form=_consent_form, does=_consent, done=_("The consent is noted."), key="consent_form"
    ),
    "withdraw": Act(
        form=_plain(asked.WithdrawForm), does=_withdraw, done=_("The consent is withdrawn.")
    ),
    "service": Act(
        form=_service_form,
        does=_serve,
        done=_("It is noted how the customer is served."),
        key="service_form",
    ),
    "own-agent": Act(
        form=_plain(asked.OwnAgentForm),
        does=_dedicate,
        done=_("It is noted who looks after the customer."),
        key="own_agent_form",
    ),
    "vip": Act(
        form=lambda request, _ref: filled.vip_form(request.POST),
        does=_grant,
        done=_("The level is granted."),
        key="vip_form",
    ),
    "vip-end": Act(form=_plain(asked.Form), does=_end_vip, done=_("The level is ended.")),
    "fields": Act(form=_fields_form, does=_state, done=_("The data are kept."), key="fields_form"),
}
