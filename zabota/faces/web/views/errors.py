"""What is said when a page could not be made: our fault, or the database away for a moment."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

RETRY_SECONDS = 5


def could_not(request: HttpRequest) -> HttpResponse:
    """The page after an error nobody expected (500), or to be tried again when the database does
    not answer (503, F06). It asks the database nothing: no person, no session.
    """
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    with translation.override(translation.get_language_from_request(request)):
        html = render_to_string("503.html" if away else "500.html")
    response = HttpResponse(html, status=503 if away else 500)
    response.headers["Cache-Control"] = "no-store"
    if away:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
