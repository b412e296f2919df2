"""What every page for our own people begins with: who asks, and what a refusal looks like.

A view parses, authorises, makes one call, answers. The decorator here does the first half of that:
nobody who is signed out, or whose account has ended, reaches a view (T22).
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from zabota.domains.charter import queries as charter
from zabota.faces.web import words
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.models import User
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.live import hub
from zabota.kernel.refusals import NotFound, Refused

Rest = ParamSpec("Rest")


class AgentRequest(HttpRequest):
    """A request of one of our own people: `actor` is what services and queries are asked as.

    `position` is where the log stood before anything was read for the page: an open page hears of
    all that came behind it. 0 for a fragment, whose page listens already.
    """

    actor: Actor
    position: int
    person: User
    htmx: HtmxDetails


View = Callable[Concatenate[AgentRequest, Rest], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def agent_page(view: View[Rest]) -> Guarded[Rest]:
    """A page for everybody who works here. What the desk does not show is a 404, never a 403 (T21);
    what it refuses is told where the person was.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not isinstance(request.user, User) or not request.user.is_active:
            return to_sign_in(request)
        asked = cast("AgentRequest", request)
        asked.person = request.user
        asked.actor = accounts.actor_for(request.user)
        asked.position = 0 if getattr(request, "htmx", None) else hub.position()
        try:
            with charter.steady():
                response = view(asked, *args, **kwargs)
        except NotFound as absent:
            raise Http404 from absent
        except Refused as refused:
            response = refuse(asked, refused)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded


def only(*roles: Role) -> Callable[[View[Rest]], View[Rest]]:
    """Only for these roles; for all others the page is not there."""

    def keep_out(view: View[Rest]) -> View[Rest]:
        @wraps(view)
        def guarded(
            request: AgentRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            if request.actor.role not in roles:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return keep_out


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back here afterwards; a fragment never holds a sign-in form."""
    htmx = getattr(request, "htmx", None)
    here = htmx.current_url_abs_path if htmx else request.get_full_path()
    address = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': here or '/'})}"
    return HttpResponseClientRedirect(address) if htmx else redirect(address)


def refuse(request: AgentRequest, refused: Refused) -> HttpResponse:
    """Say in one sentence why not, on the page from which the act was asked for."""
    sentence = words.refusal(refused)
    if request.htmx:
        from zabota.faces.web import answers

        return answers.toast(request, sentence, level="error")
    messages.error(request, sentence)
    return back(request)


def back(request: HttpRequest, otherwise: str = "/") -> HttpResponseRedirect:
    """To the page where the person was, if it is one of ours."""
    came = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came, {request.get_host()})
    path = urlsplit(came)._replace(scheme="", netloc="").geturl() if ours else ""
    return HttpResponseRedirect(path or otherwise, status=303)
