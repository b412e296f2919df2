"""Mailboxes: how they go, connecting, changing, trying, giving up."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zabota.domains.channels.kinds.email import oauth
from zabota.domains.channels.kinds.email.config import EmailSettings
from zabota.domains.channels.queries import mailboxes
from zabota.domains.channels.queries.mailboxes import Box
from zabota.domains.channels.services import channels
from zabota.faces.web.owner import connecting, providers, signing_in, words
from zabota.faces.web.owner.connecting import Tried
from zabota.faces.web.owner.forms.mailbox import BY_PASSWORD, MailboxForm
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
    own = provider.oauth if provider else ""
    form = MailboxForm(request.POST or None, initial=initial, provider=own)
    return _connect(request, form, None, {"provider": provider})


OWN_SERVER = {"imap_port": 993, "imap_security": "tls", "smtp_port": 465, "smtp_security": "tls"}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@owner_page()
def change(request: AgentRequest, ref: str) -> HttpResponse:
    """Change a mailbox; an empty password keeps the sealed one."""
    box = _box(ref)
    form = signing_in.form(request, box, request.POST or None)
    proposed = request.session.get(PROPOSED, {}).get(ref, "")
    return _connect(request, form, box, {"box": box, "proposed": proposed})


def _shown(request: AgentRequest, box: Box | None, context: dict[str, object]) -> HttpResponse:
    """The page; its button may lead on to the provider, and to nobody else."""
    response = show(request, "mailboxes", "mailbox", context, bad=bool(context.get("bad")))
    return signing_in.allow(response, box) if box else response


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
        channel_id=box.channel_id,
    )
    _propose(request, ref, box, found)
    context = {"form": signing_in.form(request, box), "box": box, "tried": found}
    return _shown(request, box, {**context, **signing_in.context(request, box)})


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
        if data["auth"] != BY_PASSWORD:
            return _keep_for_provider(request, form, box) or _again(request, form, box, context)
        secrets = connecting.secrets_of(box, data["password"], request.actor)
        found = connecting.tried(
            data["settings"], secrets, address=data["address"], actor=request.actor
        )
        if found.ok or data["anyway"]:
            try:
                return _keep(request, form, box, found)
            except channels.AddressTaken:
                form.add_error("address", _("There is a mailbox of this address already."))
    return _again(request, form, box, {**context, "tried": found})


def _again(
    request: AgentRequest, form: MailboxForm, box: Box | None, context: dict[str, object]
) -> HttpResponse:
    more = signing_in.context(request, box)
    return _shown(request, box, {**context, **more, "form": form, "bad": form.is_bound})


def _keep_for_provider(
    request: AgentRequest, form: MailboxForm, box: Box | None
) -> HttpResponse | None:
    """Keep a mailbox that is entered by the provider's sign-in: it is tried after that."""
    data = form.cleaned_data
    # Until somebody has signed in there is nothing to read it with.
    waits = box is None or not signing_in.is_signed_in(request, box)
    wanted = connecting.mailbox(data, box, connecting.secrets_of(box, "", request.actor))
    try:
        number = _put(request, box, replace(wanted, is_active=wanted.is_active and not waits))
    except channels.AddressTaken:
        form.add_error("address", _("There is a mailbox of this address already."))
        return None
    oauth.set_client(number, form.client(), actor=request.actor)
    ref = next(one.ref for one in mailboxes.boxes() if one.channel_id == number)
    messages.success(request, _("Kept. Now sign in at the provider."))
    return to(reverse("owner:mailbox", args=[ref]))


def _put(request: AgentRequest, box: Box | None, wanted: channels.Mailbox) -> int:
    if box is None:
        return channels.create_mailbox(mailbox=wanted, actor=request.actor, at=clock.now())
    _update(request, box, wanted)
    return box.channel_id


def _keep(request: AgentRequest, form: MailboxForm, box: Box | None, found: Tried) -> HttpResponse:
    data = form.cleaned_data
    secrets = connecting.secrets_of(box, data["password"], request.actor)
    wanted = connecting.mailbox(data, box, secrets)
    number = _put(request, box, wanted)
    box = next(one for one in mailboxes.boxes() if one.channel_id == number)
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
