"""What is said when a page could not be made: our fault, the database away for a moment, or no
room on the disk.
"""

import sys
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from zabota.kernel.web.bodies import FULL

RETRY_SECONDS = 5


def could_not(request: HttpRequest) -> HttpResponse:
    """The page after an error nobody expected (500), when the database does not answer (503, F06),
    or when a file finds no room (507, F12). It asks the database nothing: no person, no session.
    """
    status = _status(sys.exc_info()[1])
    with translation.override(translation.get_language_from_request(request)):
        html = render_to_string(f"{status.value}.html")
    response = HttpResponse(html, status=status)
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _status(problem: BaseException | None) -> HTTPStatus:
    if isinstance(problem, OperationalError | InterfaceError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(problem, OSError) and problem.errno in FULL:
        return HTTPStatus.INSUFFICIENT_STORAGE
    return HTTPStatus.INTERNAL_SERVER_ERROR
