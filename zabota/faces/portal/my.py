"""The customer's cabinet: in by a code, then his matters of all channels, his data, his consents.

A cookie of its own, apart from that of our people, opens it; each act carries Django's CSRF token.
"""

import time
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zabota.domains.desk.errors import Conflict, Incomplete, NotFound
from zabota.domains.desk.queries import cabinet as cabinets
from zabota.domains.desk.queries import matter as matters
from zabota.domains.desk.queries.access import Own
from zabota.domains.desk.services import cabinet, customer, posting
from zabota.domains.people.enums import Purpose
from zabota.domains.people.queries import doors
from zabota.domains.people.services import doors as entrances
from zabota.domains.people.services.dossier import Changes
from zabota.faces.portal import pages, uploads
from zabota.faces.portal.forms import AddressForm, CodeForm, DataForm, WordsForm
from zabota.faces.portal.requests import PRIVATE, View, asked_language, switched
from zabota.kernel import clock
from zabota.kernel.brands import queries as brands
from zabota.kernel.brands.models import Brand
from zabota.kernel.floods import Floods

Rest = ParamSpec("Rest")
COOKIE, ASKED = "zabota_my", "zabota_my_code"
HOME = "/my/"
# The browser must name its origin to us, so that a forged form is known by it (T31).
HEADERS = {**PRIVATE, "Referrer-Policy": "same-origin"}

floods = Floods()


def open_page(view: View[Rest]) -> View[Rest]:
    """A page before the door: nobody is known yet."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if chosen := switched(request):
            return _private(chosen)
        language = asked_language(request) or translation.get_language() or "en"
        with translation.override(language):
            response = view(request, *args, **kwargs)
            response.headers["Content-Language"] = language
        return _private(response)

    return guarded


def cabinet_page(
    view: Callable[Concatenate[HttpRequest, str, Rest], HttpResponse],
) -> View[Rest]:
    """A page behind the door: the view gets the visit's secret. Without one: to the door."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if chosen := switched(request):
            return _private(chosen)
        at, visit = clock.now(), request.COOKIES.get(COOKIE, "")
        try:
            holder = cabinets.holder(visit, at=at)
        except NotFound:
            return _private(_to("portal:my-enter"))
        brand = _house()
        language = asked_language(request) or posting.spoken(brand, holder.language)
        with translation.override(language), timezone.override(brand.time_zone):
            try:
                response = view(request, visit, *args, **kwargs)
            except NotFound:
                response = render(request, "portal/my_nothing.html", status=404)
            response.headers["Content-Language"] = language
        return _private(response)

    return guarded


# --- the door ------------------------------------------------------------------------------------


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """An address is asked for; whatever it is, a code may be on its way (T37)."""
    form = AddressForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _door(request, form, status=422 if form.errors else 200)
    if wait := _wait(request):
        form.add_error("email", _("That was a lot at once. Wait a minute, then go on."))
        response = _door(request, form, status=429)
        response.headers["Retry-After"] = str(int(wait) + 1)
        return response
    language = translation.get_language() or ""
    try:
        secret = cabinet.ask(form.cleaned_data["email"], language=language, at=clock.now())
    except Incomplete:
        form.add_error("email", _("This does not look like an e-mail address."))
        return _door(request, form, status=422)
    response = _to("portal:my-code")
    _set(response, ASKED, secret, seconds=3600)
    return response


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code is typed in the browser that asked for it."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        secret = request.COOKIES.get(ASKED, "")
        try:
            visit, lasts = cabinet.enter(secret, form.cleaned_data["code"], at=clock.now())
        except NotFound:
            form.add_error("code", _("This code does not open the page. Look at it once more."))
        else:
            response = _to("portal:my")
            _set(response, COOKIE, visit, seconds=int(lasts.total_seconds()))
            response.delete_cookie(ASKED, path=HOME)
            return response
    context = {"form": form, "brand_name": _house().name}
    status = 422 if form.errors else 200
    return render(request, "portal/my_code.html", context, status=status)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Out of here, or of all browsers."""
    everywhere = request.POST.get("where") == "everywhere"
    entrances.leave(request.COOKIES.get(COOKIE, ""), everywhere=everywhere, at=clock.now())
    response = _to("portal:my-enter")
    response.delete_cookie(COOKIE, path=HOME)
    return _private(response)


def _door(request: HttpRequest, form: AddressForm, *, status: int) -> HttpResponse:
    context = {"form": form, "brand_name": _house().name}
    return render(request, "portal/my_enter.html", context, status=status)


def _wait(request: HttpRequest) -> float:
    address = str(request.META.get("REMOTE_ADDR", ""))
    most = posting.section(_house().pk, at=clock.now()).asked_a_minute
    return floods.wait(f"code {address}", most=most, now=time.monotonic())


# --- behind it -----------------------------------------------------------------------------------


@cabinet_page
@require_safe
def home(request: HttpRequest, visit: str) -> HttpResponse:
    """His matters as cards: who, now, next, by when; what waits for him first."""
    at = clock.now()
    found = cabinets.cabinet(visit, at=at)
    lines = [pages.card_of(line, at=at) for line in found.lines]
    context = {
        "cabinet": found,
        "lines": lines,
        "help": cabinet.help_for(visit, found.brand_id or _house().pk, at=at),
        "brand_name": _brand_name(found),
        "now": at,
    }
    return render(request, "portal/my.html", context)


@cabinet_page
@require_safe
def matter(request: HttpRequest, visit: str, ref: str) -> HttpResponse:
    """One matter, as by its signed link."""
    return _show(request, visit, ref, at=clock.now())


@cabinet_page
@require_POST
def write(request: HttpRequest, visit: str, ref: str) -> HttpResponse:
    """A message, with files; to a closed matter it opens it again."""
    at, key = clock.now(), Own(visit=visit, ref=ref)
    form = uploads.form(request, at=at)
    if not form.is_valid():
        return _show(request, visit, ref, at=at, form=form)
    matters.matter(key, at=at)  # nothing is kept for a matter that is not his
    customer.write(
        key,
        words=form.cleaned_data["words"],
        client_id=form.cleaned_data["client_id"],
        file_ids=uploads.keep(request),
        at=at,
    )
    messages.success(request, _("Your message has arrived."))
    return _to("portal:my-matter", ref)


@cabinet_page
@require_POST
def agree(request: HttpRequest, visit: str, ref: str) -> HttpResponse:
    """His yes: the matter is closed."""
    try:
        customer.agree(Own(visit=visit, ref=ref), at=clock.now())
    except Conflict:
        said = _("There is nothing to agree to at the moment: the matter is open.")
    else:
        said = _("Thank you. The matter is closed, with your consent.")
    messages.success(request, said)
    return _to("portal:my-matter", ref)


@cabinet_page
@require_POST
def not_yet(request: HttpRequest, visit: str, ref: str) -> HttpResponse:
    """His "not yet", with what is missing."""
    at, form = clock.now(), WordsForm(request.POST, prefix="missing")
    if not form.is_valid():
        return _show(request, visit, ref, at=at, missing=form)
    customer.decline(
        Own(visit=visit, ref=ref),
        words=form.cleaned_data["words"],
        client_id=form.cleaned_data["client_id"],
        at=at,
    )
    messages.success(request, _("Thank you for telling us. The matter stays open, and we go on."))
    return _to("portal:my-matter", ref)


@cabinet_page
@require_safe
def file(request: HttpRequest, visit: str, ref: str, name: str) -> HttpResponse:  # noqa: ARG001
    """A file of one of his matters."""
    return uploads.answer(Own(visit=visit, ref=ref), name, at=clock.now())


@cabinet_page
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest, visit: str) -> HttpResponse:
    """What we know of him, to be put right by himself (S-722); which letters he gets (S-707)."""
    at = clock.now()
    holder = cabinets.holder(visit, at=at)
    form = DataForm(request.POST or None, initial=DataForm.known(holder))
    if request.method == "POST" and form.is_valid():
        cabinet.change(visit, Changes(**form.cleaned_data), at=at)
        messages.success(request, _("Thank you, we will keep to it."))
        return _to("portal:my-data")
    context = {
        "form": form,
        "holder": holder,
        "consents": pages.consents(doors.words(holder)),
        "brand_name": _house().name,
        "now": at,
    }
    return render(request, "portal/my_data.html", context, status=422 if form.errors else 200)


@cabinet_page
@require_POST
def stop(request: HttpRequest, visit: str) -> HttpResponse:
    """No more letters of one kind: at once, and without a reason (S-731)."""
    asked = request.POST.get("purpose", "")
    if asked in {Purpose.SURVEY, Purpose.MARKETING}:
        ip, language = str(request.META.get("REMOTE_ADDR", "")), translation.get_language() or "en"
        cabinet.stop(visit, Purpose(asked), ip=ip, language=language, at=clock.now())
        messages.success(request, _("We have noted it: no more letters of this kind come."))
    return _to("portal:my-data")


@cabinet_page
@require_safe
def export(request: HttpRequest, visit: str) -> HttpResponse:  # noqa: ARG001
    """All that his cabinet shows, as a file that programs can read."""
    at = clock.now()
    found = cabinets.cabinet(visit, at=at)
    response = JsonResponse(
        pages.exported(
            found,
            talks=[
                matters.matter(Own(visit=visit, ref=line.ref), at=at).talk for line in found.lines
            ],
            said=doors.words(found.holder),
        ),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def _show(
    request: HttpRequest,
    visit: str,
    ref: str,
    *,
    at: datetime,
    form: WordsForm | None = None,
    missing: WordsForm | None = None,
) -> HttpResponse:
    found = matters.matter(Own(visit=visit, ref=ref), at=at)
    paths = pages.Paths.in_cabinet(ref)
    shown = pages.page(paths, found, in_cabinet=True, at=at, form=form, missing=missing)
    context = {"page": shown, "matter": found, "brand_name": found.brand_name, "now": at}
    refused = form is not None or missing is not None
    return render(request, "portal/my_matter.html", context, status=422 if refused else 200)


def _house() -> Brand:
    """The brand whose cabinet it is. Raises Http404 before there is one."""
    found = brands.first()
    if found is None:
        raise Http404
    return found


def _brand_name(found: cabinets.Cabinet) -> str:
    return found.brand_name or _house().name


def _to(name: str, *parts: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=parts), status=303)


def _set(response: HttpResponse, name: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=HOME,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
