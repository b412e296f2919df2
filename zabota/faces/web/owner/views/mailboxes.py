"""Mailboxes: how they go, connecting, changing, trying, giving up."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zabota.domains.channels.kinds.email.config import EmailSettings
from zabota.domains.channels.queries import mailboxes
from zabota.domains.channels.queries.mailboxes import Box
from zabota.domains.channels.services import channels
from zabota.faces.web.owner import connecting, providers, words
from zabota.faces.web.owner.connecting import Tried
from zabota.faces.web.owner.forms.mailbox import MailboxForm
from zabota.faces.web.owner.requests import owner_page, to
from zabota.faces.web.owner.tabs import show
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock

PROPOSED = "proposed-authserv-id"


@require_safe
@owner_page()
def all_of_them(request: AgentRequest) -> HttpResponse:
    """The mailboxes and how each goes, in words."""
    rows = [
        {
            "box": box,
            "trouble": words.trouble(box.error) if box.error else "",
            "sending": words.trouble(box.sending_error) if box.sending_error else "",
        }
        for box in mailboxes.boxes()
    ]
    return show(request, "mailboxes", "mailboxes", {"rows": rows})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@owner_page()
def add(request: AgentRequest) -> HttpResponse:
    """Choose a provider, then connect: tried first, kept when it works."""
    key = request.GET.get("provider", "")
    provider = providers.known().get(key)
    if provider is None and key != providers.OWN:
        return show(request, "mailboxes", "providers", {"providers": providers.known().values()})
    initial = provider.initial() if provider else OWN_SERVER
    form = MailboxForm(request.POST or None, initial=initial)
    return _connect(request, form, None, {"provider": provider})


OWN_SERVER = {"imap_port": 993, "imap_security": "tls", "smtp_port": 465, "smtp_security": "tls"}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@owner_page()
def change(request: AgentRequest, ref: str) -> HttpResponse:
    """Change a mailbox; an empty password keeps the sealed one."""
    box = _box(ref)
    form = MailboxForm(request.POST or None, box=box)
    proposed = request.session.get(PROPOSED, {}).get(ref, "")
    return _connect(request, form, box, {"box": box, "proposed": proposed})


@require_POST
@owner_page()
def try_again(request: AgentRequest, ref: str) -> HttpResponse:
    """Try a mailbox as it is kept, and say what was found."""
    box = _box(ref)
    found = connecting.tried(
        EmailSettings.model_validate(box.settings),
        connecting.secrets_of(box, "", request.actor),
        address=box.address,
        actor=request.actor,
    )
    _propose(request, ref, box, found)
    context = {"form": MailboxForm(box=box), "box": box, "tried": found}
    return show(request, "mailboxes", "mailbox", context)


@require_POST
@owner_page()
def trust(request: AgentRequest, ref: str) -> HttpResponse:
    """Take the proposed name as the server whose word on senders counts."""
    box = _box(ref)
    proposed = request.session.get(PROPOSED, {}).pop(ref, "")
    request.session.modified = True
    if proposed:
        _update(request, box, connecting.changed(box, authserv_id=proposed))
        messages.success(request, _("From now on this server's word on senders counts."))
    return to(reverse("owner:mailbox", args=[ref]))


@require_POST
@owner_page()
def switch(request: AgentRequest, ref: str) -> HttpResponse:
    """Stop a mailbox, or start it again. Its letters and conversations stay."""
    box = _box(ref)
    _update(request, box, connecting.changed(box, is_active=not box.is_active))
    said = _("The mailbox rests.") if box.is_active else _("The mailbox is read again.")
    messages.success(request, said)
    return to(reverse("owner:mailboxes"))


def _connect(
    request: AgentRequest, form: MailboxForm, box: Box | None, context: dict[str, object]
) -> HttpResponse:
    found: Tried | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        secrets = connecting.secrets_of(box, data["password"], request.actor)
        found = connecting.tried(
            data["settings"], secrets, address=data["address"], actor=request.actor
        )
        if found.ok or data["anyway"]:
            try:
                return _keep(request, form, box, found)
            except channels.AddressTaken:
                form.add_error("address", _("There is a mailbox of this address already."))
    shown = {**context, "form": form, "tried": found}
    return show(request, "mailboxes", "mailbox", shown, bad=form.is_bound)


def _keep(request: AgentRequest, form: MailboxForm, box: Box | None, found: Tried) -> HttpResponse:
    data = form.cleaned_data
    secrets = connecting.secrets_of(box, data["password"], request.actor)
    wanted = connecting.mailbox(data, box, secrets)
    if box is None:
        number = channels.create_mailbox(mailbox=wanted, actor=request.actor, at=clock.now())
        box = next(one for one in mailboxes.boxes() if one.channel_id == number)
    else:
        _update(request, box, wanted)
        box = mailboxes.box(box.ref) or box
    _propose(request, box.ref, box, found)
    said = _("The mailbox is connected: letters come in within seconds.")
    messages.success(request, said if found.ok else _("Kept, although the test failed."))
    return to(reverse("owner:mailbox", args=[box.ref]))


def _update(request: AgentRequest, box: Box, wanted: channels.Mailbox) -> None:
    channels.update_mailbox(
        channel_id=box.channel_id, mailbox=wanted, actor=request.actor, at=clock.now()
    )


def _propose(request: AgentRequest, ref: str, box: Box, found: Tried) -> None:
    """Remember the name that the mailbox's own server seems to use, until the owner decides."""
    if found.authserv_id and found.authserv_id != box.settings.get("authserv_id", ""):
        kept = request.session.get(PROPOSED, {})
        request.session[PROPOSED] = {**kept, ref: found.authserv_id}


def _box(ref: str) -> Box:
    box = mailboxes.box(ref)
    if box is None:
        raise Http404
    return box
