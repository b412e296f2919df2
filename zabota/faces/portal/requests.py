"""What every page for customers begins and ends with: kept nowhere, told to nobody, one answer for
each link that does not work.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from zabota.domains.desk.errors import NotFound
from zabota.kernel import clock

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]

KNOWN = {code for code, _name in settings.LANGUAGES}
PRIVATE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
YEAR = 365 * 24 * 3600


def customer_page(view: View[Rest]) -> View[Rest]:
    """A page behind a signed link.

    The token in its address is the proof of who asks: no cookie is believed, so a forged request
    has nothing to borrow and needs no CSRF token. (With `no-referrer` a browser names no origin,
    which Django's check would refuse.)
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if chosen := switched(request):
            return _private(chosen)
        try:
            response = view(request, *args, **kwargs)
        except NotFound:
            response = gone(request)
        return _private(response)

    return cast("View[Rest]", csrf_exempt(guarded))


def gone(request: HttpRequest) -> HttpResponse:
    """The one page for links that are unknown, have run out or were taken back (T21)."""
    with translation.override(asked_language(request) or translation.get_language()):
        return render(request, "portal/gone.html", {"at": clock.now()}, status=404)


def asked_language(request: HttpRequest) -> str:
    """The language that this visitor chose by the switch; empty when he chose none."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in KNOWN else ""


def switched(request: HttpRequest) -> HttpResponse | None:
    """The switch of languages: kept in a cookie, and back to the same page without the wish."""
    wish = request.GET.get("language", "")
    if wish not in KNOWN or request.method not in {"GET", "HEAD"}:
        return None
    response = HttpResponseRedirect(request.path)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wish,
        max_age=YEAR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _private(response: HttpResponse) -> HttpResponse:
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response
