"""The calls of the chat's script (`docs/chat.md`), and the script itself."""

import gzip
import hashlib
import re
from dataclasses import replace
from functools import lru_cache

from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from zabota.domains.channels.services import visits
from zabota.domains.desk.errors import Conflict, Incomplete, NotFound
from zabota.domains.desk.queries import talk
from zabota.domains.desk.services import away, chatting, contact
from zabota.faces.portal import script as source
from zabota.faces.portal.chat import shapes, texts
from zabota.faces.portal.chat.calls import LANGUAGES, Call, Refused, call
from zabota.kernel.files import store
from zabota.kernel.files.pictures import picture_type
from zabota.kernel.live import hub, tickets

UPLOAD = "zabota.chat.upload"
UPLOAD_SECONDS = 24 * 3600
CLIENT_ID = re.compile(r"[0-9a-zA-Z-]{8,36}", re.ASCII)
FILE_POLICY = "default-src 'none'; sandbox"


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The one script that a site's page loads. The same for every site, so that it is cached."""
    packed, etag = _packed()
    response = HttpResponse(content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["ETag"] = etag
    if request.headers.get("If-None-Match") == etag:
        response.status_code = 304
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response.headers["Content-Encoding"] = "gzip"
        response.content = packed
    else:
        response.content = gzip.decompress(packed)
    return response


@lru_cache(maxsize=1)
def _packed() -> tuple[bytes, str]:
    content = source.chat()
    return gzip.compress(content, mtime=0), f'"{hashlib.sha256(content).hexdigest()[:16]}"'


@call("POST")
def hello(call: Call) -> HttpResponse:
    """The beginning: a token, the words, who is there, and the matter of a visitor we know."""
    language = call.body().get("language")
    if language in LANGUAGES:
        with translation.override(language):
            return _hello(replace(call, language=language))
    return _hello(call)


def _hello(call: Call) -> HttpResponse:
    position, visitor = hub.position(), call.known
    if visitor is None:
        token = visits.new_token(call.chat, language=call.language)
    else:
        token = visits.renewed(visitor, language=call.language)
    matter = talk.his_matter(visitor.ref, at=call.at) if visitor else None
    section = call.section
    return JsonResponse(
        {
            "token": token,
            "language": call.language,
            "brand": {"name": call.chat.brand_name},
            "texts": texts.words(section, language=call.language, brand=call.chat.brand_name),
            "limits": {
                "text": section.text_characters,
                "file_bytes": section.file_bytes,
                "files": section.files,
            },
            **shapes.state(call, matter, position=position),
        }
    )


@call("GET")
def thread(call: Call) -> HttpResponse:
    """The talk behind `after`, the last of it, or what was before `before`."""
    position, visitor = hub.position(), call.visitor
    found = talk.talk(
        visitor.ref,
        at=call.at,
        after=_number(call, "after"),
        before=_number(call, "before"),
        read_up_to=visitor.read_up_to,
    )
    matter = talk.his_matter(visitor.ref, at=call.at)
    lines = [shapes.line(each) for each in found.lines]
    around = shapes.state(call, matter, position=position)
    return JsonResponse({"messages": lines, "more": found.more, **around})


@call("POST")
def messages(call: Call) -> HttpResponse:
    """A message: taken in now, and once."""
    visitor, body = call.visitor, call.body()
    client_id, text, files = body.get("client_id"), body.get("text", ""), body.get("files", [])
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        raise Refused(400, "client_id")
    if not isinstance(text, str) or not isinstance(files, list):
        raise Refused(400, "body")
    if len(files) > call.section.files:
        raise Refused(400, "files")
    call.count(visitor)
    page = body.get("page", "")
    words = chatting.Words(
        text=text.replace("\0", ""),
        client_id=client_id,
        file_ids=[_uploaded(visitor.ref, each) for each in files],
        page=page if isinstance(page, str) and page.startswith(("https://", "http://")) else "",
    )
    try:
        heard = chatting.write(visitor, words, at=call.at)
    except Incomplete as refused:
        raise Refused(400, refused.code) from refused
    message = heard.message
    matter = talk.card_of(message.conversation, at=call.at)
    if heard.is_new:
        said = talk.own_line(message)
    else:
        said = talk.talk(visitor.ref, at=call.at, after=message.pk - 1).lines[0]
    answer = {"message": shapes.line(said), "conversation": shapes.conversation(matter, call)}
    return JsonResponse(answer, status=201 if heard.is_new else 200)


@call("POST")
def files(call: Call) -> HttpResponse:
    """A file for the next message. It is nobody's until it is sent with one."""
    visitor = call.visitor
    given = call.request.FILES.get("file")
    if given is None:
        raise Refused(400, "file")
    if (given.size or 0) > call.section.file_bytes:
        raise Refused(413, "file_size")
    call.count(visitor)
    kept = store.keep(
        given.read(),
        name=given.name or "",
        media_type=given.content_type or "application/octet-stream",
    )
    shape = shapes.file(kept.ref, kept.name, kept.size)
    handle = signing.dumps([visitor.ref, kept.pk], salt=UPLOAD)
    return JsonResponse({**shape, "ref": handle}, status=201)


def _uploaded(visitor_ref: str, handle: object) -> int:
    """The file that this very visitor sent a while ago. Raises Refused."""
    try:
        owner, number = signing.loads(str(handle), salt=UPLOAD, max_age=UPLOAD_SECONDS)
    except (signing.BadSignature, ValueError, TypeError) as problem:
        raise Refused(400, "file") from problem
    if owner != visitor_ref:
        raise Refused(400, "file")
    return int(number)


@call("GET")
def file(call: Call, ref: str) -> HttpResponse:
    """A file of a message that the visitor may see."""
    visitor = call.visitor
    stored = store.by_ref(ref) if talk.file_of(visitor.ref, ref, at=call.at) else None
    if stored is None:
        raise Refused(404, "file_gone")
    shown_as = picture_type(store.beginning(stored))
    response = HttpResponse(content_type=shown_as or "application/octet-stream")
    disposition = content_disposition_header(True, stored.name or ref)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Zabota-File"] = stored.key
    return response


@call("POST")
def typing(call: Call) -> HttpResponse:
    """The visitor is writing: told to those who look at his matter, kept nowhere."""
    number = talk.matter_of(call.visitor.ref)
    if number is not None:
        hub.say(f"conversation-{number}", {"visitor_typing": True})
    return HttpResponse(status=204)


@call("POST")
def seen(call: Call) -> HttpResponse:
    """What was shown in the visitor's browser."""
    visitor, number = call.visitor, call.body().get("id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**62:
        raise Refused(400, "body")
    matter = away.seen(visitor, number, at=call.at)
    if matter is not None:
        hub.say(f"conversation-{matter}", {"visitor_read": number})
    return HttpResponse(status=204)


@call("POST")
def close(call: Call) -> HttpResponse:
    """The visitor's yes, or "not yet"."""
    visitor, agree = call.visitor, call.body().get("agree")
    if not isinstance(agree, bool):
        raise Refused(400, "body")
    try:
        decide = chatting.agree if agree else chatting.decline
        number = decide(visitor, at=call.at).pk
    except NotFound as refused:
        raise Refused(404, "no_matter") from refused
    except Conflict as refused:
        raise Refused(409, "not_asked") from refused
    matter = talk.matter(number, at=call.at)
    return JsonResponse({"conversation": shapes.conversation(matter, call)})


@call("POST")
def contact_address(call: Call) -> HttpResponse:
    """The visitor leaves a mail address: the letter that confirms it goes there. The answer is the
    same whoever's address it is.
    """
    visitor, body = call.visitor, call.body()
    email, name = body.get("email"), body.get("name", "")
    if not isinstance(email, str) or not isinstance(name, str) or not name.isprintable():
        raise Refused(400, "email")
    call.count(visitor)
    try:
        contact.leave_address(visitor, email=email, name=name[:200], at=call.at)
    except NotFound as refused:
        raise Refused(404, "no_matter") from refused
    except Incomplete as refused:
        code = refused.code if refused.code in texts.SENTENCES else "email"
        raise Refused(400, code) from refused
    return JsonResponse({"sentence": texts.letter_left()})


@call("POST")
def ticket(call: Call) -> HttpResponse:
    """A ticket for the live stream of the visitor's matters; it ends with the visit, and is asked
    for anew when the chat is set otherwise.
    """
    visitor = call.visitor
    numbers = talk.matters_of(visitor.ref)
    if not numbers:
        raise Refused(404, "no_matter")
    topics = [f"matter-{number}" for number in numbers]
    topics += [f"visit-{visitor.visit_id}", f"chat-{call.chat.channel_id}"]
    _scheme, _, token = call.request.headers.get("Authorization", "").partition(" ")
    made = tickets.issue(who=f"visit-{visitor.ref}", topics=topics, session_key=token)
    return JsonResponse({"ticket": made, "seconds": tickets.SECONDS})


def _number(call: Call, name: str) -> int:
    text = call.request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
