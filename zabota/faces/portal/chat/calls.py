"""What every call of the chat begins and ends with: which chat, which site, who, how often.

A call proves itself by a token in a header, never by a cookie, so a forged request has nothing to
borrow (T31). Only listed sites get an answer that their pages may read (T29, T30).
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from zabota.domains.channels.rules import sections
from zabota.domains.channels.services import visits
from zabota.domains.channels.services.visits import Chat, Visitor
from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.faces.portal.chat.texts import sentence
from zabota.kernel import clock
from zabota.kernel.floods import Floods

Rest = ParamSpec("Rest")
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
BODY_BYTES = 100_000
MAX_AGE = "600"

floods = Floods()


class Refused(Exception):
    """The call is not done. `code` names the sentence that the visitor reads."""

    def __init__(self, status: int, code: str, *, wait: float = 0.0) -> None:
        super().__init__(code)
        self.status, self.code, self.wait = status, code, wait


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: the chat, the moment, what the charter says, and the visitor's language."""

    request: HttpRequest
    chat: Chat
    section: sections.Chat
    language: str
    known: Visitor | None  # who calls, if the token is good
    at: datetime

    @property
    def visitor(self) -> Visitor:
        """Who calls. Raises Refused."""
        if self.known is None:
            raise Refused(401, "token")
        return self.known

    def body(self) -> dict[str, Any]:
        """What the call says. Raises Refused for what is no JSON object."""
        if len(self.request.body) > BODY_BYTES:
            raise Refused(413, "too_long")
        try:
            found = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError) as problem:
            raise Refused(400, "body") from problem
        if not isinstance(found, dict):
            raise Refused(400, "body")
        return found

    def count(self, visitor: Visitor) -> None:
        """Count one message or file. Raises Refused when there were too many this minute."""
        address = self.request.META.get("REMOTE_ADDR", "")
        key, now = self.chat.channel_id, time.monotonic()
        for name, most in (
            (f"{key} visitor {visitor.ref}", self.section.visitor_a_minute),
            (f"{key} address {address}", self.section.address_a_minute),
            (f"{key} site", self.section.site_a_minute),
        ):
            if wait := floods.wait(name, most=most, now=now):
                raise Refused(429, "too_often", wait=wait)


View = Callable[Concatenate[Call, Rest], HttpResponse]
Page = Callable[Concatenate[HttpRequest, str, Rest], HttpResponse]


def call(*methods: str) -> Callable[[View[Rest]], Page[Rest]]:
    """A call of the chat named in the address, by one of the `methods`."""

    def decorated(view: View[Rest]) -> Page[Rest]:
        @wraps(view)
        def guarded(
            request: HttpRequest, key: str, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            origin = request.headers.get("Origin", "")
            allowed = False
            with translation.override(_preferred(request)), charter.steady():
                try:
                    chat = _chat(key)
                    _admit(request, chat, origin)
                    allowed = True
                    if request.method == "OPTIONS":
                        response = HttpResponse(status=204)
                    elif request.method not in methods:
                        raise Refused(405, "method")
                    else:
                        made = _call(request, chat)
                        translation.activate(made.language)
                        response = view(made, *args, **kwargs)
                except Refused as refused:
                    response = _refusal(refused)
            return _finished(response, origin if allowed else "", methods)

        return cast("Page[Rest]", csrf_exempt(guarded))

    return decorated


def _chat(key: str) -> Chat:
    try:
        return visits.chat(key)
    except visits.NoChat as problem:
        raise Refused(404, "no_chat") from problem


def _admit(request: HttpRequest, chat: Chat, origin: str) -> None:
    if not origin:
        # A page of our own asks without naming itself; a browser says so, a program does not.
        if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            raise Refused(403, "site")
        return
    if origin == settings.ZABOTA_URL or origin == f"{request.scheme}://{request.get_host()}":
        return
    try:
        visits.admit(chat, origin)
    except visits.ForeignSite as problem:
        raise Refused(403, "site") from problem


def _call(request: HttpRequest, chat: Chat) -> Call:
    at = clock.now()
    scope = Scope(brand=chat.brand_id, channel=chat.channel_id)
    section = charter.in_force(at=at).section(sections.Chat, scope=scope)
    known = _known(request, chat, lasts=timedelta(days=section.visitor_days))
    return Call(
        request=request,
        chat=chat,
        section=section,
        # The language of the page, in which he said hello.
        language=known.language if known else _preferred(request),
        known=known,
        at=at,
    )


def _known(request: HttpRequest, chat: Chat, *, lasts: timedelta) -> Visitor | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        return visits.read(token if scheme == "Bearer" else "", chat=chat, lasts=lasts)
    except visits.BadToken:
        return None


def _preferred(request: HttpRequest) -> str:
    """The language that the browser prefers."""
    preferred = translation.get_language_from_request(request)
    return preferred if preferred in LANGUAGES else "en"


def _refusal(refused: Refused) -> HttpResponse:
    said = {"error": refused.code, "sentence": sentence(refused.code)}
    response = JsonResponse(said, status=refused.status)
    if refused.wait:
        response.headers["Retry-After"] = str(int(refused.wait) + 1)
    return response


def _finished(response: HttpResponse, origin: str, methods: tuple[str, ...]) -> HttpResponse:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Vary"] = "Origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        if response.status_code == 204:
            response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
            allowed = "Authorization, Content-Type"
            response.headers["Access-Control-Allow-Headers"] = allowed
            response.headers["Access-Control-Max-Age"] = MAX_AGE
    return response
