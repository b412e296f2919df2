"""Pages that tests ask for. They are part of no installation."""

import hashlib
import time

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from tests.serving import facts
from zabota.config.urls import urlpatterns as real
from zabota.kernel.facts import log
from zabota.kernel.files import store
from zabota.kernel.files.models import StoredFile
from zabota.kernel.live import hub, tickets


@csrf_exempt
def taken(request: HttpRequest) -> HttpResponse:
    """Stores what it got, and tells how much that was."""
    body = request.body
    kept = store.keep(body, name="body", media_type="application/octet-stream")
    return JsonResponse(
        {"size": len(body), "sha256": hashlib.sha256(body).hexdigest(), "key": kept.key}
    )


@csrf_exempt
def uploaded(request: HttpRequest) -> HttpResponse:
    file = request.FILES["file"]
    assert isinstance(file, UploadedFile)
    return JsonResponse({"size": file.size})


def stored(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"count": StoredFile.objects.count()})


def address(request: HttpRequest) -> HttpResponse:
    named = {
        key: value for key, value in request.META.items() if "FORWARD" in key or "ZABOTA" in key
    }
    return JsonResponse(
        {"address": request.META["REMOTE_ADDR"], "secure": request.is_secure(), "claims": named}
    )


def attachment(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("never seen", content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="rekins.pdf"'
    response["X-Zabota-File"] = request.GET["key"]
    return response


def held(_request: HttpRequest) -> HttpResponse:
    """Answers when the test has made the file "gate" in the data folder."""
    end = time.monotonic() + 20
    while not (settings.DATA / "gate").exists() and time.monotonic() < end:
        time.sleep(0.02)
    return HttpResponse("held")


def ticket(request: HttpRequest) -> HttpResponse:
    """What a face's ticket page does, without asking who it is."""
    if not request.session.session_key:
        request.session.create()
    return JsonResponse(
        {
            "ticket": tickets.issue(
                who=hub.person(int(request.GET["user"])),
                topics=request.GET["topics"].split(),
                session_key=request.session.session_key or "",
            ),
            "position": hub.position(),
        }
    )


def watched(request: HttpRequest) -> HttpResponse:
    """A page as faces make it: each part asks its own address anew when its topic is hinted."""
    if not request.session.session_key:
        request.session.create()
    return HttpResponse(
        engines["django"].from_string(PAGE).render({"number": request.GET["number"]})
    )


def part(request: HttpRequest) -> HttpResponse:
    """How many facts there are about the conversation."""
    count = log.history("conversation", int(request.GET["number"])).count()
    return HttpResponse(f"{count} facts")


PAGE = """<!doctype html><html lang="en"><head><title>Watched</title>{% load static %}
<meta name="htmx-config" content='{"allowEval":false,"includeIndicatorStyles":false}'>
<link rel="icon" href="data:,">
<script src="{% static "django_htmx/htmx-2.min.js" %}" defer></script>
<script src="{% static "design/live/x-live.js" %}" type="module"></script></head><body>
<x-live topics="conversation-{{ number }} inbox" ticket-url="/test/ticket?user=1"></x-live>
<p role="status" hx-get="/test/part?number={{ number }}"
   hx-trigger="live:conversation-{{ number }} from:body">as loaded</p></body></html>"""


def publish(request: HttpRequest) -> HttpResponse:
    facts.publish(request.GET["fact"], int(request.GET["id"]), int(request.GET.get("times", "1")))
    return HttpResponse("published")


def say(request: HttpRequest) -> HttpResponse:
    hub.say(request.GET["topic"], {"typing": 7})
    return HttpResponse("said")


def broken(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'canary-in-sql' FROM no_such_table")
    return HttpResponse("never")


urlpatterns: list[URLPattern | URLResolver] = [
    *real,
    path("test/taken", taken),
    path("test/uploaded", uploaded),
    path("test/stored", stored),
    path("test/address", address),
    path("test/attachment", attachment),
    path("test/held", held),
    path("test/ticket", ticket),
    path("test/publish", publish),
    path("test/watched", watched),
    path("test/part", part),
    path("test/say", say),
    path("test/broken", broken),
]
