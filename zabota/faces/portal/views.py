"""The customer's pages by signed link. Reading decides nothing: each act is a POST by a button, so
that a scanner that opens every link in a mail changes nothing.
"""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zabota.domains.desk.errors import Conflict, NotFound
from zabota.domains.desk.queries import matter as matters
from zabota.domains.desk.services import customer
from zabota.faces.portal import pages, uploads
from zabota.faces.portal.forms import WordsForm
from zabota.faces.portal.requests import asked_language, customer_page
from zabota.kernel import clock


@customer_page
@require_safe
def matter(request: HttpRequest, token: str) -> HttpResponse:
    """The matter: its card, what was promised, the talk, and what may be answered."""
    return _show(request, token, at=clock.now())


@customer_page
@require_POST
def write(request: HttpRequest, token: str) -> HttpResponse:
    """A message; to a closed matter it opens it again."""
    at = clock.now()
    form = uploads.form(request, at=at)
    if not form.is_valid():
        return _show(request, token, at=at, form=form)
    matters.sender(token, at=at)  # nothing is kept for a link that does not work
    customer.write(
        token,
        words=form.cleaned_data["words"],
        client_id=form.cleaned_data["client_id"],
        file_ids=uploads.keep(request),
        at=at,
    )
    return _back(request, token, "written", at=at)


@customer_page
@require_safe
def file(request: HttpRequest, token: str, ref: str) -> HttpResponse:  # noqa: ARG001
    """A file of a message that he may see."""
    return uploads.answer(token, ref, at=clock.now())


@customer_page
@require_POST
def agree(request: HttpRequest, token: str) -> HttpResponse:
    """The customer's yes: the matter is closed."""
    at = clock.now()
    try:
        customer.agree(token, at=at)
    except Conflict:
        return _back(request, token, "not_asked", at=at)
    return _back(request, token, "closed", at=at)


@customer_page
@require_POST
def not_yet(request: HttpRequest, token: str) -> HttpResponse:
    """The customer's "not yet", with what is missing."""
    at = clock.now()
    form = WordsForm(request.POST, prefix="missing")
    if not form.is_valid():
        return _show(request, token, at=at, missing=form)
    customer.decline(
        token,
        words=form.cleaned_data["words"],
        client_id=form.cleaned_data["client_id"],
        at=at,
    )
    return _back(request, token, "goes_on", at=at)


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def not_mine(request: HttpRequest, token: str) -> HttpResponse:
    """The letter went to somebody else: he says so here, and hears from us no more (S-717).

    What the matter is about is not shown on this page.
    """
    at = clock.now()
    if request.method == "POST":
        customer.disown(token, ip=str(request.META.get("REMOTE_ADDR", "")), at=at)
        here = reverse("portal:not-mine", args=[token])
        return HttpResponseRedirect(here, status=303)
    is_done = True
    try:
        told = matters.disowned(token, at=at)
    except NotFound:
        is_done, told = False, matters.sender(token, at=at)
    language = asked_language(request) or told.language
    with translation.override(language):
        context = {"token": token, "brand_name": told.brand_name, "is_done": is_done}
        response = render(request, "portal/not_mine.html", context)
        response.headers["Content-Language"] = language
    return response


def _show(
    request: HttpRequest,
    token: str,
    *,
    at: datetime,
    form: WordsForm | None = None,
    missing: WordsForm | None = None,
) -> HttpResponse:
    found = matters.matter(token, at=at)
    language = asked_language(request) or found.language
    refused = form is not None or missing is not None
    with translation.override(language), timezone.override(found.time_zone):
        shown = pages.page(pages.Paths.of_link(token), found, at=at, form=form, missing=missing)
        context = {"page": shown, "matter": found, "brand_name": found.brand_name, "now": at}
        context["token"] = token
        response = render(request, "portal/matter.html", context, status=422 if refused else 200)
        response.headers["Content-Language"] = language
    return response


def _back(request: HttpRequest, token: str, said: str, *, at: datetime) -> HttpResponse:
    """To the matter, with one sentence about what was done, in the language of the page."""
    found = matters.matter(token, at=at)
    with translation.override(asked_language(request) or found.language):
        messages.success(request, _said(said))
    return HttpResponseRedirect(reverse("portal:matter", args=[token]), status=303)


def _said(code: str) -> str:
    return {
        "written": _("Your message has arrived."),
        "closed": _("Thank you. The matter is closed, with your consent."),
        "goes_on": _("Thank you for telling us. The matter stays open, and we go on."),
        "not_asked": _("There is nothing to agree to at the moment: the matter is open."),
    }[code]
