"""What the front says by itself, before Django sees a request or when it cannot: a calm page for a
person's browser, a code for a script that asks for JSON, a sentence for all else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from json import dumps

from csp.utils import build_policy
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from zabota.kernel.web.asgi import Said, Scope, header


@dataclass(frozen=True)
class Sentence:
    """What happened, in a few words and in a sentence that says what to do now."""

    title: str
    text: str


SENTENCES = {
    "too_large": Sentence(
        gettext_noop("That was too large"),
        gettext_noop(
            "What you sent is too large. Send smaller files, or several messages with one file "
            "each."
        ),
    ),
    "too_slow": Sentence(
        gettext_noop("That took too long"),
        gettext_noop(
            "The connection was too slow and nothing was stored. Try again on a better line."
        ),
    ),
    "length": Sentence(
        gettext_noop("That request was broken"),
        gettext_noop("The request does not say correctly how long it is."),
    ),
    "long_head": Sentence(
        gettext_noop("That request was broken"),
        gettext_noop(
            "The request's head is too long. Delete the cookies of this address in your browser, "
            "then load the page again."
        ),
    ),
    "busy": Sentence(
        gettext_noop("Not just now"),
        gettext_noop("There is a lot going on right now. Try again in a few seconds."),
    ),
    "storage_full": Sentence(
        gettext_noop("There is no room for it"),
        gettext_noop(
            "Nothing was stored, because the storage is full here. What you wrote is still in the "
            "page before; try again later."
        ),
    ),
    "file_gone": Sentence(
        gettext_noop("Not here any more"), gettext_noop("This file is no longer here.")
    ),
}


def said(_status: HTTPStatus, code: str, scope: Scope) -> Said:
    """The answer of that code, as whoever asks can read it, in his language: by the language
    cookie, else by what the browser prefers.

    Who was refused before he said what he reads (`scope` without headers) gets a page in all
    languages.
    """
    if not scope["headers"]:
        return _page(code, tuple(code for code, _name in settings.LANGUAGES))
    wanted = (header(scope, b"accept") or b"").decode("latin-1").lower()
    if "text/html" in wanted:
        return _page(code, (_language(scope),))
    if "application/json" in wanted:
        body = dumps({"error": code}).encode() + b"\n"
        return Said(media_type=b"application/json", body=body)
    with translation.override(_language(scope)):
        sentence = gettext(SENTENCES[code].text)
    return Said(media_type=b"text/plain; charset=utf-8", body=f"{sentence}\n".encode())


@cache  # a crowd that is sent away must cost little
def _page(code: str, languages: Sequence[str]) -> Said:
    named = SENTENCES[code]
    parts = []
    for language in languages:
        with translation.override(language):
            parts.append((language, gettext(named.title), gettext(named.text)))
    with translation.override(languages[0]):
        html = render_to_string("refused.html", {"parts": parts})
    return Said(
        media_type=b"text/html; charset=utf-8",
        body=html.encode(),
        headers=(
            (b"content-security-policy", build_policy().encode()),
            (b"referrer-policy", b"same-origin"),
            (b"x-frame-options", b"DENY"),
        ),
    )


def _language(scope: Scope) -> str:
    known = dict(settings.LANGUAGES)
    cookie = (header(scope, b"cookie") or b"").decode("latin-1")
    try:
        morsel = SimpleCookie(cookie).get(settings.LANGUAGE_COOKIE_NAME)
    except CookieError:
        morsel = None
    if morsel and morsel.value in known:
        return morsel.value
    wishes = (header(scope, b"accept-language") or b"").decode("latin-1")
    for wish in wishes.lower().split(","):
        code = wish.split(";")[0].strip()[:2]
        if code in known:
            return code
    return str(settings.LANGUAGE_CODE)
