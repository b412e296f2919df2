"""Who needs a second factor and has none is led to set it up, and does nothing else until then."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from zabota.kernel.accounts import second_factor
from zabota.kernel.accounts.models import User

Handler = Callable[[HttpRequest], HttpResponse]
SET_UP = "mfa_activate_totp"
# Setting it up, proving who one is for that, leaving, and reading all this in one's own language.
OPEN = frozenset({"account_logout", "account_login", "account_reauthenticate", "web:language"})
# Customers' pages know no sign-in, and none of ours is looked at for them.
PORTAL = "portal"


class SecondFactorMiddleware:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Handler, _args: Any, _values: Any
    ) -> HttpResponse | None:
        """To the page that sets it up, from every other that this person asks for."""
        found = request.resolver_match
        if found is None or PORTAL in found.namespaces or _is_open(found.view_name):
            return None
        user = request.user
        if not isinstance(user, User) or not second_factor.is_lacking(user):
            return None
        if getattr(request, "htmx", None):
            return HttpResponseClientRedirect(reverse(SET_UP))
        messages.warning(
            request,
            _("Your role needs a second factor. Set it up here; everything else opens after that."),
        )
        return redirect(SET_UP)


def _is_open(name: str) -> bool:
    return name in OPEN or name.startswith("mfa_")
