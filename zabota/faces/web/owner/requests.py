"""Who may open the owner's pages, and how a refused change of accounts is told."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect

from zabota.faces.web.owner import words
from zabota.faces.web.requests import AgentRequest, Guarded, View, agent_page, only
from zabota.kernel.accounts.errors import AccountError
from zabota.kernel.accounts.roles import Role

Rest = ParamSpec("Rest")


def owner_page(*also: Role) -> Callable[[View[Rest]], Guarded[Rest]]:
    """A page for owners, and for the roles named; for everybody else it is not there."""

    def guard(view: View[Rest]) -> Guarded[Rest]:
        @wraps(view)
        def guarded(request: AgentRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except AccountError as refused:
                if refused.code == "not_found":
                    raise Http404 from refused
                messages.error(request, words.account_refusal(refused.code))
                return to(request.path)

        return agent_page(only(Role.OWNER, *also)(cast("View[Rest]", guarded)))

    return guard


def to(address: str) -> HttpResponseRedirect:
    """After an act: to a page that can be loaded again without doing it twice."""
    return HttpResponseRedirect(address, status=303)
