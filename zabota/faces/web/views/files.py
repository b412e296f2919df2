"""Attachments and originals: what strangers sent, shown so that it can do nothing (T03, T05, T06).

The bytes go out past Django: the answer names the stored file, the web front sends it.
"""

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from zabota.domains.channels.queries import inbound
from zabota.domains.channels.services import reading
from zabota.domains.desk.errors import NotFound
from zabota.domains.desk.queries import thread as desk
from zabota.faces.design.cleaned import cleaned
from zabota.faces.web.pages.original import original_page
from zabota.faces.web.pages.shell import shell
from zabota.faces.web.requests import AgentRequest, agent_page
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.files import store
from zabota.kernel.files.pictures import picture_type

PICTURE = "zabota.web.picture"
PICTURE_SECONDS = 600
# A file runs nothing and loads nothing, whatever it is.
FILE_POLICY = "default-src 'none'; sandbox"
ORIGINAL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src {place}; "
    "style-src {place} 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@require_GET
@agent_page
def file(request: AgentRequest, ref: str, message: str) -> HttpResponse:
    """An attachment of a message that the person may see."""
    return _file(request.actor, ref, message)


@require_GET
def picture(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001  the token says it all
    """A picture in a letter's own layout, for some minutes.

    The frame that shows the letter has no rights, so no cookie comes with its requests: the token
    names the person, and what he may see is asked again.
    """
    try:
        ref, message, person_id = signing.loads(token, salt=PICTURE, max_age=PICTURE_SECONDS)
    except signing.BadSignature as absent:
        raise Http404 from absent
    person = accounts.active_users().filter(pk=person_id).first()
    if person is None:
        raise Http404
    try:
        response = _file(accounts.actor_for(person), ref, message)
    except NotFound as absent:
        raise Http404 from absent
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(actor: Actor, ref: str, message: str) -> HttpResponse:
    """A picture of a kind that runs nothing is shown; all else is to be saved."""
    entry = desk.entry_for(actor, message)
    named = next((one for one in entry.files if one.ref == ref), None)
    stored = store.by_ref(ref) if named else None
    if named is None or stored is None:
        raise Http404
    shown_as = picture_type(store.beginning(stored))
    response = HttpResponse(content_type=shown_as or "application/octet-stream")
    disposition = content_disposition_header(shown_as is None, named.name or ref)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Zabota-File"] = stored.key
    return response


@require_GET
@agent_page
def original(request: AgentRequest, ref: str) -> HttpResponse:
    """The page that shows a letter as its sender laid it out."""
    page = original_page(request.actor, ref)
    context = {"page": page, "shell": shell(request, topics=())}
    return render(request, "web/conversation/original.html", context)


@require_GET
@xframe_options_sameorigin
@agent_page
def original_body(request: AgentRequest, ref: str) -> HttpResponse:
    """The letter's own HTML, cleaned, under a policy of its own: no scripts, no network."""
    entry = desk.entry_for(request.actor, ref)
    raw = inbound.original(envelope_id=desk.original_envelope(request.actor, ref))
    shown_at = {
        one.content_id.strip("<>"): _picture_address(request, one.ref, ref)
        for one in entry.files
        if one.content_id
    }
    found = reading.original(raw, shown_at=shown_at) if raw is not None else None
    if found is None:
        raise Http404
    place = f"{request.scheme}://{request.get_host()}"
    context = {
        "language": entry.language,
        "title": entry.subject,
        "body": cleaned(found.html),
        "blocked": found.blocked,
    }
    response = HttpResponse(render_to_string("design/original.html", context))
    response.headers["Content-Security-Policy"] = ORIGINAL_POLICY.format(place=place)
    response.headers["X-Blocked-Pictures"] = str(found.blocked)
    return response


def _picture_address(request: AgentRequest, ref: str, message: str) -> str:
    token = signing.dumps([ref, message, request.actor.person_id], salt=PICTURE)
    return reverse("web:picture", args=[token])
