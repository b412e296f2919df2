"""The sections of the owner's pages, as the frame shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zabota.faces.web.pages.shell import shell
from zabota.faces.web.requests import AgentRequest
from zabota.kernel.accounts.roles import Role


@dataclass(frozen=True, kw_only=True)
class Tab:
    name: str
    url: str
    is_here: bool


def tabs(request: AgentRequest, here: str) -> Sequence[Tab]:
    """Those that this person may open: managers look after the charter, owners after all."""
    names = {
        "mailboxes": _("Mailboxes"),
        "chats": _("Chats"),
        "brand": _("Brand"),
        "people": pgettext("section", "People"),
        "hours": _("Hours"),
        "charter": _("Answers and texts"),
        "data": _("Personal data"),
        "fields": _("Fields of the dossier"),
        "health": _("Health"),
    }
    owner_only = {"mailboxes", "chats", "brand", "people", "data", "health"}
    return [
        Tab(name=name, url=reverse(f"owner:{key}"), is_here=key == here)
        for key, name in names.items()
        if request.actor.role is Role.OWNER or key not in owner_only
    ]


def show(
    request: AgentRequest,
    here: str,
    template: str,
    context: Mapping[str, object],
    *,
    bad: bool = False,
) -> HttpResponse:
    """A page in the frame; `bad` when a form came back."""
    frame = {"tabs": tabs(request, here), "shell": shell(request, "house", topics=())}
    shown = {**context, **frame}
    return render(request, f"web/owner/{template}.html", shown, status=422 if bad else 200)
