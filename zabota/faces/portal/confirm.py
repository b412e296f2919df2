"""The page behind the link in the letter that confirms an address. Opening it changes nothing,
whatever follows links in mail: only a button does.
"""

import contextlib

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from zabota.domains.desk.errors import NotFound
from zabota.domains.desk.services import contact
from zabota.faces.portal.requests import asked_language, customer_page
from zabota.kernel import clock


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks, when, and both buttons; afterwards what was said."""
    at = clock.now()
    try:
        asked = contact.asked(token, at=at)
    except NotFound:
        with translation.override(asked_language(request) or translation.get_language()):
            return render(request, "portal/confirm_gone.html", status=404)
    if request.method == "POST":
        answer = contact.confirm if request.POST.get("answer") == "yes" else contact.refuse
        with contextlib.suppress(NotFound):  # said before: the page tells what
            answer(token, at=at)
        return HttpResponseRedirect(reverse("portal:confirm", args=[token]), status=303)
    language = asked_language(request) or asked.language
    with translation.override(language), timezone.override(asked.time_zone):
        context = {"asked": asked, "token": token, "brand_name": asked.brand_name, "now": at}
        response = render(request, "portal/confirm.html", context)
        response.headers["Content-Language"] = language
    return response
