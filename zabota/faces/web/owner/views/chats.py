"""The chats of sites: making one, saying where it may stand, and the tag to copy."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zabota.domains.channels.queries import chats as rows
from zabota.domains.channels.services import chats as services
from zabota.faces.web.owner.forms.chat import ChatForm
from zabota.faces.web.owner.requests import owner_page, to
from zabota.faces.web.owner.tabs import show
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock

TAG = '<script src="{url}/chat.js" data-channel="{key}" async></script>'


@require_safe
@owner_page()
def chats(request: AgentRequest) -> HttpResponse:
    """Which chats there are, and on which sites."""
    return show(request, "chats", "chats", {"rows": rows.rows()})


@require_http_methods(["GET", "POST"])
@owner_page()
def chat(request: AgentRequest, ref: str = "") -> HttpResponse:
    """Make a chat, or change one; the tag for the site's pages stands above the form."""
    found = rows.row(ref) if ref else None
    if ref and found is None:
        raise Http404
    form = ChatForm(request.POST or None, chat=found)
    if request.method == "POST" and form.is_valid():
        if found:
            services.change(ref=ref, chat=form.chat(), actor=request.actor, at=clock.now())
            messages.success(request, _("Kept. Pages follow within a minute."))
        else:
            ref = services.create(chat=form.chat(), actor=request.actor, at=clock.now())
            messages.success(request, _("The chat is made. Now put its tag into your pages."))
        return to(reverse("owner:chat", args=[ref]))
    tag = TAG.format(url=settings.ZABOTA_URL, key=found.key) if found else ""
    context = {"form": form, "chat": found, "tag": tag}
    if found:
        context["form_link"] = f"{settings.ZABOTA_URL}/write/{found.key}/"
    return show(request, "chats", "chat", context, bad=bool(form.errors))
