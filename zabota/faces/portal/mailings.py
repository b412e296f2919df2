"""The page behind the link beneath a mailing: no sign-in, one button (S-729).

Opening it changes nothing, whatever follows links in mail: only a POST does, a mail program's own
(RFC 8058) as well as a person's. The token in the address is the proof of who asks.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_POST

from zabota.domains.channels.services import optout
from zabota.domains.people.errors import Conflict
from zabota.faces.portal.requests import View, asked_language, customer_page
from zabota.kernel import clock

Rest = ParamSpec("Rest")
ONE_CLICK = ("List-Unsubscribe", "One-Click")


def mailing_page(view: Callable[Concatenate[HttpRequest, Rest], HttpResponse]) -> View[Rest]:
    """A customer's page that answers every link that is none in one way."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except optout.NoSuchLink:
            with translation.override(asked_language(request) or translation.get_language()):
                return render(request, "portal/no_mailing.html", status=404)

    return customer_page(guarded)


@mailing_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """What will stop, and the button; or, as a POST, the end of it at once."""
    at, language = clock.now(), asked_language(request)
    if request.method != "POST":
        return _show(request, token)
    name, value = ONE_CLICK
    one_click = request.POST.get(name) == value
    optout.stop(token, ip=_ip(request), language=language, one_click=one_click, at=at)
    if one_click:
        return HttpResponse(status=200, content_type="text/plain; charset=utf-8")
    return _back(token)


@mailing_page
@require_POST
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """Take the no back; where that is too late, the page says how else."""
    try:
        optout.resume(token, ip=_ip(request), language=asked_language(request), at=clock.now())
    except Conflict:
        return _show(request, token, is_late=True)
    return _back(token)


@mailing_page
@require_POST
def not_mine(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever reads this address is not who we think (S-717)."""
    optout.disown(token, ip=_ip(request), language=asked_language(request), at=clock.now())
    return _back(token)


def _show(request: HttpRequest, token: str, *, is_late: bool = False) -> HttpResponse:
    page = optout.page(token, language=asked_language(request), at=clock.now())
    with translation.override(page.language), timezone.override(page.time_zone):
        context = {"page": page, "token": token, "is_late": is_late, "brand_name": page.brand_name}
        response = render(request, "portal/mailing.html", context, status=409 if is_late else 200)
        response.headers["Content-Language"] = page.language
    return response


def _back(token: str) -> HttpResponse:
    """To the page, which says how it stands now and can be loaded again."""
    return HttpResponseRedirect(reverse("portal:unsubscribe", args=[token]), status=303)


def _ip(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
