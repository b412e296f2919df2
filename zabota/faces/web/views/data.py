"""Giving out all that is kept of a customer, and erasing it: a manager's or owner's acts."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zabota.domains.desk.queries import everything
from zabota.domains.desk.services import erasing
from zabota.domains.people.enums import LookedAt
from zabota.domains.people.queries import custody as custodians
from zabota.domains.people.queries import dossier as people
from zabota.domains.people.services import custody, personal
from zabota.domains.people.services import erasing as wishes
from zabota.faces.web import words
from zabota.faces.web.data_forms import EraseForm
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.requests import AgentRequest, agent_page, only
from zabota.kernel import clock
from zabota.kernel.accounts.roles import Role
from zabota.kernel.refusals import Refused


@require_POST
@agent_page
@only(Role.MANAGER, Role.OWNER)
def give_out(request: AgentRequest, ref: str) -> HttpResponse:
    """An archive: the data for machines, the same to read, and all files."""
    found = everything.of_customer(request.actor, ref)
    now = clock.now()
    personal.note_given_out(found.customer_id, actor=request.actor, at=now)
    custody.note(found.customer_id, LookedAt.FILE, actor=request.actor, at=now)
    answer = HttpResponse(_archive(found), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="customer-{ref}.zip"'
    return answer


@require_http_methods(["GET", "POST"])
@agent_page
@only(Role.MANAGER, Role.OWNER)
def erase(request: AgentRequest, ref: str) -> HttpResponse:
    """Ask for the customer's name as it stands; the second of two erases all that is kept of him
    (S-732). Whoever may erase may also decline what another one asked.
    """
    known = people.dossier_for(request.actor, ref)
    asked = custodians.asked_of(request.actor, ref)
    if "decline" in request.POST and asked:
        wishes.decline(ref, actor=request.actor, at=clock.now())
        messages.success(request, _("The customer is not erased."))
        return redirect("web:customer", ref)
    form = EraseForm(request.POST or None)
    is_last = custodians.is_last_word(request.actor, ref, at=clock.now())
    if request.method == "POST" and form.is_valid():
        try:
            return _erase(request, ref, form.cleaned_data["name"], is_last=is_last)
        except Refused as refused:
            form.add_error("name", words.refusal(refused))
    context = {
        "known": known,
        "form": form,
        "asked": asked,
        "is_last": is_last,
        "shell": shell(request, "customers", topics=()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "web/customer/erase.html", context, status=status)


def _erase(request: AgentRequest, ref: str, typed: str, *, is_last: bool) -> HttpResponse:
    actor, now = request.actor, clock.now()
    if is_last:
        erasing.erase(ref, typed=typed, actor=actor, at=now)
        messages.success(request, _("All that was kept of this customer is erased."))
        return redirect("web:inbox")
    erasing.ask(ref, typed=typed, actor=actor, at=now)
    messages.success(request, _("Now another manager or owner must agree on this page."))
    return redirect("web:customer-erase", ref)


def _archive(found: everything.Everything) -> bytes:
    names = [(part.name, part.shown) for part in found.files]
    readable = render_to_string(
        "web/customer/given_out.html",
        {"tables": [(name, _rows(rows)) for name, rows in found.tables.items()], "files": names},
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        plain = {"tables": found.tables, "files": dict(names)}
        archive.writestr(
            "data.json", json.dumps(plain, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
        )
        archive.writestr("readable.html", readable)
        for part in found.files:
            archive.writestr(part.name, part.read())
    return packed.getvalue()


def _rows(rows: Sequence[Mapping[str, Any]]) -> list[list[tuple[str, Any]]]:
    """What a person reads: without what is empty."""
    return [[(key, one) for key, one in row.items() if one not in (None, "", [])] for row in rows]
