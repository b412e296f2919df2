"""Signing a mailbox in at its provider: the owner's browser goes there and comes back (T38)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from zabota.domains.channels.kinds.email import oauth
from zabota.domains.channels.kinds.email.config import EmailSettings
from zabota.domains.channels.queries import mailboxes
from zabota.domains.channels.queries.mailboxes import Box
from zabota.domains.channels.services import channels
from zabota.faces.web.owner import connecting, words
from zabota.faces.web.owner.forms.mailbox import BY_PASSWORD, SIGN_IN, MailboxForm
from zabota.faces.web.owner.requests import owner_page, to
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock


@require_POST
@owner_page()
def begin(request: AgentRequest, ref: str) -> HttpResponse:
    """To the provider's page; back it comes to this session alone, within minutes."""
    box = mailboxes.box(ref)
    if box is None:
        return to(reverse("owner:mailboxes"))
    try:
        page = oauth.begin(
            box.channel_id,
            session=_session(request),
            redirect_uri=redirect_uri(),
            actor=request.actor,
            at=clock.now(),
        )
    except oauth.Refused as refused:
        messages.error(request, words.sign_in_refusal(refused.code))
        return to(reverse("owner:mailbox", args=[ref]))
    return HttpResponseRedirect(page, status=303)


@require_safe
@owner_page()
@sensitive_variables("code")
def back(request: AgentRequest) -> HttpResponse:
    """From the provider's page. The state is the proof that this session began it (T38)."""
    try:
        number = oauth.finish(
            state=request.GET.get("state", "")[:300],
            code=request.GET.get("code", "")[:4_000],
            error=request.GET.get("error", "")[:100],
            session=_session(request),
            actor=request.actor,
            at=clock.now(),
        )
    except oauth.Refused as refused:
        messages.error(request, words.sign_in_refusal(refused.code))
        return to(reverse("owner:mailboxes"))
    box = next(one for one in mailboxes.boxes() if one.channel_id == number)
    _begin_to_read(request, box)
    return to(reverse("owner:mailbox", args=[box.ref]))


def _begin_to_read(request: AgentRequest, box: Box) -> None:
    """Try it with the fresh token and say what was found; it is read from now on in any case: what
    is wrong stands on the page until it is put right.
    """
    found = connecting.tried(
        EmailSettings.model_validate(box.settings),
        connecting.secrets_of(box, "", request.actor),
        address=box.address,
        actor=request.actor,
        channel_id=box.channel_id,
    )
    channels.update_mailbox(
        channel_id=box.channel_id,
        mailbox=connecting.changed(box, is_active=True),
        actor=request.actor,
        at=clock.now(),
    )
    if found.ok:
        messages.success(request, _("The mailbox is connected: letters come in within seconds."))
    for one in found.findings:
        if not one.ok:
            messages.error(request, f"{one.title}. {one.text}")


# --- what the mailbox's page shows of it --------------------------------------------------------


def redirect_uri() -> str:
    """The address that the owner registers at the provider: of the configured host alone (T39)."""
    return settings.ZABOTA_URL + reverse("owner:mailbox-back")


def form(request: AgentRequest, box: Box, data: Any = None) -> MailboxForm:
    """The form of a mailbox that is there, with the client that is kept for it."""
    kept = oauth.sign_in_of(box.channel_id, actor=request.actor)
    auth = str(box.settings.get("auth", BY_PASSWORD))
    provider = auth if auth in SIGN_IN else ""
    return MailboxForm(data, box=box, provider=provider, client=kept.client)


def is_signed_in(request: AgentRequest, box: Box) -> bool:
    return oauth.sign_in_of(box.channel_id, actor=request.actor).is_signed_in


def context(request: AgentRequest, box: Box | None) -> dict[str, object]:
    """Where answers of the provider go, and of a mailbox that is there how it stands with him."""
    told: dict[str, object] = {"redirect_uri": redirect_uri()}
    auth = str(box.settings.get("auth", "")) if box else ""
    if box is None or auth not in SIGN_IN:
        return told
    signed_in = is_signed_in(request, box)
    return {**told, "sign_in": SIGN_IN[auth], "is_signed_in": signed_in}


def allow(response: HttpResponse, box: Box) -> HttpResponse:
    """Let the button on this page lead to the provider: a browser asks that of a form's page."""
    origin = oauth.origin_of(str(box.settings.get("auth", "")))
    if origin:
        response._csp_update = {"form-action": [origin]}  # type: ignore[attr-defined]  # django-csp's
    return response


def _session(request: AgentRequest) -> str:
    return request.session.session_key or ""
