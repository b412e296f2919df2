"""What each request gets before a face sees it, and each answer after: the language of the person
who asks; that nobody keeps what nobody said may be kept.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

Handler = Callable[[HttpRequest], HttpResponse]
KNOWN = {code for code, _name in settings.LANGUAGES}


class KeptNowhereMiddleware:
    """No page is kept by a browser or a proxy unless it says so itself: at a shared desk the next
    person must not leaf back to recovery codes.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class LanguageMiddleware:
    """A signed-in person's own language and time zone; else the cookie, else the browser's wish."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(_language(request)):
            zone = getattr(request.user, "time_zone", "")
            with timezone.override(zone or None):
                response = self.get_response(request)
                response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


def _language(request: HttpRequest) -> str:
    chosen = getattr(request.user, "language", "") or request.COOKIES.get(
        settings.LANGUAGE_COOKIE_NAME, ""
    )
    if chosen in KNOWN:
        return chosen
    asked = translation.get_language_from_request(request)
    return asked if asked in KNOWN else settings.LANGUAGE_CODE
