"""The few sentences that the front says by itself, in the visitor's language."""

from http.cookies import CookieError, SimpleCookie

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from zabota.kernel.web.asgi import Scope, header

SENTENCES = {
    "too_large": gettext_noop(
        "What you sent is too large. Send smaller files, or several messages with one file each."
    ),
    "too_slow": gettext_noop(
        "The connection was too slow and nothing was stored. Try again on a better line."
    ),
    "length": gettext_noop("The request does not say correctly how long it is."),
    "busy": gettext_noop("There is a lot going on right now. Try again in a few seconds."),
    "file_gone": gettext_noop("This file is no longer here."),
}


def sentence(code: str, scope: Scope) -> str:
    """The sentence of that code: by the language cookie, else by what the browser prefers."""
    with translation.override(_language(scope)):
        return gettext(SENTENCES[code])


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
