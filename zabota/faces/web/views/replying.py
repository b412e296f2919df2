"""Writing: a reply that leaves in a moment, taking it back."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zabota.domains.charter import queries as charter
from zabota.domains.desk.errors import Conflict, FilesGone, Incomplete
from zabota.domains.desk.queries import thread as desk
from zabota.domains.desk.queries import work
from zabota.domains.desk.rules.sections import Replies
from zabota.domains.desk.rules.structure import Lack
from zabota.domains.desk.services import checks, drafts, notes, replies, uploads
from zabota.faces.web import answers, words
from zabota.faces.web.pages import composer as pages
from zabota.faces.web.pages.composer import Kept, Written
from zabota.faces.web.requests import AgentRequest, agent_page
from zabota.faces.web.views import conversation
from zabota.kernel import clock, once
from zabota.kernel.files import store

# What can be confirmed of a text before it is sent, by the name of the button.
CONFIRMS = ("as_is", "asked_again")
MOST_TEXT = 200_000


@require_POST
@agent_page
def write(request: AgentRequest, ref: str) -> HttpResponse:
    """Send a reply. What is refused comes back with the words that were typed."""
    written, now = _written(request), clock.now()
    with once.reading():
        desk.id_of(request.actor, ref)  # not for this person: 404 first
        time = timedelta(seconds=charter.in_force(at=now).section(Replies).undo_seconds)
        if request.POST.get("act") == "list":
            back: Written | None = _listed(written)
        elif written.kind == "note":
            back = None
        else:
            back = _doubtful(request, ref, written, now)
    if back is not None:
        return _back(request, ref, back)
    if written.kind == "note":
        return _note(request, ref, written)
    return _send(request, ref, written, undo=time, now=now)


def _doubtful(request: AgentRequest, ref: str, written: Written, now: datetime) -> Written | None:
    """What must be answered before it is sent; None when nothing must."""
    most = uploads.most_bytes(at=now)
    if (weighs := sum(file.size for file in written.files)) > most:
        return _refused(written, Incomplete("too_large", size=weighs, most=most))
    lacks = checks.lacks(ref, written.text, actor=request.actor, at=now)
    if Lack.LIST in lacks and "as_is" not in written.confirmed:
        return replace(written, asks_for_list=True)
    if "asked_again" not in written.confirmed:
        again = work.asked_again(request.actor, ref, written.text)
        if again:
            return replace(written, again=again)
    return None


@require_POST
@agent_page
def draft(request: AgentRequest, ref: str) -> HttpResponse:
    """Keep what is being typed; the answer says when it was kept."""
    now = clock.now()
    kind = "note" if request.POST.get("kind") == "note" else "reply"
    text = request.POST.get("text", "")[:MOST_TEXT]
    drafts.keep(ref, text=text, kind=kind, actor=request.actor, at=now)
    lacks = checks.lacks(ref, text, actor=request.actor, at=now) if kind == "reply" else ()
    said = [words.LACKS[one] for one in lacks]
    context = {"draft_at": now if text else None, "lacks": said}
    return render(request, "web/composer/draft_state.html", context)


@require_POST
@agent_page
def undo(request: AgentRequest, ref: str) -> HttpResponse:
    """Take a reply back while it has not left."""
    now = clock.now()
    taken = replies.undo(ref, actor=request.actor, at=now)
    home = desk.conversation_of(request.actor, ref)
    said = _("The reply is taken back.") if taken else _("It has left already.")
    if not request.htmx:
        (messages.success if taken else messages.error)(request, said)
        return redirect("web:conversation", home)
    level, told = "info" if taken else "error", f"{answers.TOAST}{ref}"
    more = [answers.toast_html(request, said, level=level, replaces=told)]
    if taken:
        # The composer with his draft: these words, and those since.
        return conversation.updates_and_composer(request, home, None, *more)
    return conversation.updates(request, home, *more)


def _note(request: AgentRequest, ref: str, written: Written) -> HttpResponse:
    try:
        notes.write(
            ref,
            text=written.text,
            client_id=written.client_id,
            actor=request.actor,
            at=clock.now(),
        )
    except Incomplete as refused:
        return _back(request, ref, _refused(written, refused))
    if request.htmx:
        return conversation.updates_and_composer(request, ref, None)
    return redirect(reverse("web:conversation", args=[ref]) + "#last")


def _send(
    request: AgentRequest, ref: str, written: Written, *, undo: timedelta, now: datetime
) -> HttpResponse:
    reply = replies.Reply(
        text=written.text,
        client_id=written.client_id,
        seen_message_id=written.seen,
        drop=written.drop,
        drop_confirmed="drop_confirmed" in request.POST,
        reports=[int(one) for one in request.POST.getlist("reports") if one.isdecimal()][:50],
        file_ids=[file.id for file in written.files],
        answered_meanwhile_confirmed="answered_meanwhile" in request.POST,
    )
    try:
        message = replies.send(reply, to=ref, actor=request.actor, at=now, undo=undo)
    except (Conflict, Incomplete) as refused:
        if reply.answered_meanwhile_confirmed:
            written = replace(written, seen=0)  # he knows what stands there now
        return _back(request, ref, _refused(written, refused))
    seconds = int(((message.send_at or now) - now).total_seconds())
    if not seconds:  # in a chat it is read at once
        return _sent(request, ref)
    said = _leaves(now, seconds, undo=undo)
    if not request.htmx:
        messages.success(request, said)
        return redirect(reverse("web:conversation", args=[ref]) + "#last")
    address = reverse("web:undo", args=[message.ref])
    toast = answers.toast_html(
        request, said, undo=address, seconds=seconds, name=f"{answers.TOAST}{message.ref}"
    )
    return conversation.updates_and_composer(request, ref, None, toast)


def _sent(request: AgentRequest, ref: str) -> HttpResponse:
    if not request.htmx:
        return redirect(reverse("web:conversation", args=[ref]) + "#last")
    return conversation.updates_and_composer(request, ref, None)


def _leaves(now: datetime, seconds: int, *, undo: timedelta) -> str:
    """In seconds; or when the channel's hours begin, if it may not leave before (S-055)."""
    if timedelta(seconds=seconds) > undo:
        local = timezone.localtime(now + timedelta(seconds=seconds))
        moment = date_format(local, "SHORT_DATETIME_FORMAT")
        return _("The reply leaves when our hours begin: %(moment)s.") % {"moment": moment}
    return ngettext(
        "The reply leaves in %(n)s second.", "The reply leaves in %(n)s seconds.", seconds
    ) % {"n": seconds}


def _written(request: AgentRequest) -> Written:
    """What the form says; files are kept at once, so that they need not be sent twice."""
    post = request.POST
    kind: Literal["reply", "note"] = "note" if post.get("kind") == "note" else "reply"
    seen = post.get("seen_message_id", "")
    without = post.getlist("without")
    waiting = pages.kept(post.get("kept", ""), request.actor)
    before = [one for one in waiting if str(one.id) not in without]
    written = Written(
        text=post.get("text", "").replace("\r\n", "\n")[:MOST_TEXT],
        kind=kind,
        client_id=_client_id(post.get("client_id", "")),
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else 0,
        drop=post.getlist("drop")[:50],
        files=[*before, *_stored(request.FILES.getlist("files"), weigh=before)],
    )
    yes = {"1", written.mark}  # pressed now, or before for these very words
    confirmed = [name for name in CONFIRMS if yes & set(post.getlist(name))]
    return replace(written, confirmed=confirmed)


def _client_id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.uuid4())


def _stored(files: "Sequence[UploadedFile[Any]]", *, weigh: Sequence[Kept]) -> Sequence[Kept]:
    """Kept at once; what is too large together is not, and comes back with what it weighs."""
    weighs = sum(file.size or 0 for file in files) + sum(file.size for file in weigh)
    if files and weighs > uploads.most_bytes(at=clock.now()):
        return [Kept(id=0, name=file.name or "", size=file.size or 0) for file in files]
    rows = [
        store.keep(
            file.read(),
            name=file.name or "",
            media_type=file.content_type or "application/octet-stream",
        )
        for file in files
    ]
    return [Kept(id=row.pk, name=row.name, size=row.size) for row in rows]


def _refused(written: Written, refused: Conflict | Incomplete) -> Written:
    """The same with why it was not sent, without files that cannot go."""
    gone = {0, *refused.gone} if isinstance(refused, FilesGone) else {0}
    return replace(
        written,
        files=[file for file in written.files if file.id not in gone],
        refused=words.refusal(refused),
        code=refused.code,
    )


def _listed(written: Written) -> Written:
    return replace(written, text=pages.numbered(written.text))


def _back(request: AgentRequest, ref: str, written: Written) -> HttpResponse:
    if not request.htmx:
        return conversation.page(request, ref, written=written, status=409)
    return conversation.updates_and_composer(request, ref, written)
