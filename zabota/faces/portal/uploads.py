"""Files on the customer's pages: taken in with a message, given back one by one."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from zabota.domains.channels.rules.sections import Chat
from zabota.domains.charter import queries as charter
from zabota.domains.desk.errors import NotFound
from zabota.domains.desk.queries import access
from zabota.domains.desk.queries import matter as matters
from zabota.faces.portal.forms import WordsForm
from zabota.kernel.files import store

NAME = "files"
FILE_POLICY = "default-src 'none'; sandbox"


def form(request: HttpRequest, *, at: datetime) -> WordsForm:
    """The words that came with the files; files that are too many or too large are its error."""
    given = request.FILES.getlist(NAME)
    made = WordsForm(request.POST, has_files=bool(given))
    if made.is_valid() and (said := refusal(request, at=at)):
        made.add_error("words", said)
    return made


def refusal(request: HttpRequest, *, at: datetime) -> str:
    """Why these files cannot be taken; "" when they can."""
    given, limits = request.FILES.getlist(NAME), charter.in_force(at=at).section(Chat)
    if len(given) > limits.files:
        return _("These are too many files for one message. Send them in several messages.")
    if any((one.size or 0) > limits.file_bytes for one in given):
        return _("This file is too large. Send a smaller one.")
    return ""


def keep(request: HttpRequest) -> list[int]:
    """Store what came with the message."""
    return [
        store.keep(
            one.read(),
            name=one.name or "",
            media_type=one.content_type or "application/octet-stream",
        ).pk
        for one in request.FILES.getlist(NAME)
    ]


def answer(key: access.Key, ref: str, *, at: datetime) -> HttpResponse:
    """The file's bytes, to be saved and never to be run here. Raises NotFound."""
    stored = store.by_ref(ref) if matters.file_of(key, ref, at=at) else None
    if stored is None:
        raise NotFound
    response = HttpResponse(content_type="application/octet-stream")
    disposition = content_disposition_header(True, stored.name or ref)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Zabota-File"] = stored.key
    return response
