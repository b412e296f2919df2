"""The parts as template tags: words and markup. What is decided lives in pure modules beside.

`now` may be given to every tag that needs it; left out, the tag reads the clock, as a face may.
"""

import datetime as dt
import re
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput
from django.forms.utils import flatatt
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from zabota.faces.design import hours, names
from zabota.faces.design import rail as rails
from zabota.faces.design.icons import SHAPES

register = template.Library()
# What every address has: a dot, a colon or an at sign with something on both sides.
_MAY_LINK = re.compile(r"\S[.:@]\S")

THEMES = ("light", "dark")
LANGUAGES = (("lv", "LV", "Latviešu"), ("ru", "RU", "Русский"), ("en", "EN", "English"))
LEVELS = {
    "success": ("check", "", "status"),
    "warning": ("alert", "is-risk", "status"),
    "error": ("alert", "is-broken", "alert"),
}


@register.simple_tag
def icon(name: str, kind: str = "") -> SafeString:
    """A drawn icon, silent for the ear: `{% icon "reply" %}`, `{% icon "inbox" "large" %}`.

    Raises KeyError for an unknown name.
    """
    shape = mark_safe(SHAPES[name])  # noqa: S308  our own constant
    look = f"icon is-{kind}" if kind else "icon"
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', look, shape
    )


@register.simple_tag
def avatar(name: str, kind: str = "customer", size: str = "") -> SafeString:
    """Initials of a "customer" (round) or of "ours" (square); `size` "", "small" or "large"."""
    looks = ["avatar", *(["is-ours"] if kind == "ours" else []), *([f"is-{size}"] if size else [])]
    return format_html(
        '<span class="{}" aria-hidden="true">{}</span>', " ".join(looks), names.initials(name)
    )


@register.inclusion_tag("design/rail.html")
def rail(
    given: dt.datetime,
    due: dt.datetime,
    now: dt.datetime | None = None,
    state: object = "open",
    label: str = "",
    kind: str = "",
) -> dict[str, Any]:
    """The rail alone, with its meaning for the ear. `kind="slim"` in a list row."""
    now = now or timezone.now()
    drawn = rails.draw(given=given, due=due, now=now, state=state)
    spoken = f"{state_words(drawn.state)}, {due_words(due, now=now)}"
    return {"rail": drawn, "label": label or _("Promise"), "spoken": spoken, "kind": kind}


@register.inclusion_tag("design/ring.html")
def ring(
    given: dt.datetime, due: dt.datetime, now: dt.datetime | None = None, state: object = "open"
) -> dict[str, Any]:
    """The rail rolled up, for a pill; silent, the words stand beside it."""
    return {"rail": rails.draw(given=given, due=due, now=now or timezone.now(), state=state)}


@register.inclusion_tag("design/promise.html")
def promise(
    what: str,
    given: dt.datetime,
    due: dt.datetime,
    state: object = "open",
    now: dt.datetime | None = None,
    span: bool = False,
) -> dict[str, Any]:
    """One promise: what, what is left, the rail. It runs by itself where scripts run.

    With `span=True` also when it was given and when it is due.
    """
    now = now or timezone.now()
    drawn = rails.draw(given=given, due=due, now=now, state=state)
    to_go = pgettext("after a span of time: 38 min left", "%(time)s left") if span else ""
    return {
        "what": what,
        "given": given,
        "due": due,
        "now": now,
        "rail": drawn,
        "span": span,
        "left": _left(due, now, to_go=to_go) if drawn.is_running else state_words(drawn.state),
        "to_go": to_go,
        "late": hours.late_words(),
    }


@register.simple_tag
def state(name: object, words: str = "") -> SafeString:
    """A promise's state: its word, its icon, its colour."""
    plain = rails.name_of(name)
    look, drawing = rails.LOOKS[plain]
    return format_html(
        '<span class="state {}">{}{}</span>', look, icon(drawing), words or state_words(plain)
    )


@register.filter
def state_class(name: object) -> str:
    """The class that carries a state's colour: `class="when {{ promise.state|state_class }}"`."""
    return rails.LOOKS[rails.name_of(name)][0]


@register.simple_tag
def when(
    at: dt.datetime | None, form: str = "moment", now: dt.datetime | None = None
) -> SafeString | str:
    """A point in time: "moment" (today, 14:12), "stamp", "clock" or "full"; nothing for None."""
    if at is None:
        return ""
    local, here = timezone.localtime(at), timezone.localtime(now or timezone.now())
    language = _language()
    full = hours.in_full(local, language=language)
    if form == "full":
        words = full
    elif form == "clock":
        words = hours.clock(local, language=language)
    else:
        write = hours.stamp if form == "stamp" else hours.moment
        words = write(local, now=here, language=language)
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, words)


@register.simple_tag
def left(due: dt.datetime, now: dt.datetime | None = None, form: str = "") -> SafeString:
    """What is left until a due time, kept current by x-clock: 38 min · 12 min late.

    `form` "narrow" is for lists whose heading says that it is late: −12 min.
    """
    now = now or timezone.now()
    late = hours.LATE_NARROW if form == "narrow" else hours.late_words()
    return format_html(
        '<x-clock data-due="{}" data-now="{}" data-late="{}">'
        '<time datetime="{}">{}</time></x-clock>',
        due.isoformat(),
        now.isoformat(),
        late,
        due.isoformat(),
        hours.left(due, now=now, language=_language(), late=late),
    )


@register.simple_tag(name="bytes")
def octets(count: int) -> str:
    """A file's size: 740 B · 12 kB · 3.4 MB."""
    return hours.size(count, language=_language())


@register.filter
def linked(text: str) -> SafeString:
    """The text with its addresses as links, everything else escaped; a stranger's text is safe.

    Only the words of a line that may hold an address are looked at one by one: that is a fifth of
    a long conversation's time.
    """
    if not _MAY_LINK.search(text):
        return conditional_escape(text)
    found = urlize(text, nofollow=True, autoescape=True)
    return mark_safe(found)  # noqa: S308  urlize has escaped all but its own links


@register.inclusion_tag("design/field.html")
def field(bound: BoundField, label: str = "", kind: str = "") -> dict[str, Any]:
    """A form field with label, help and error, tied together for the ear.

    `kind` "row" puts the label of a short answer beside it: one of several of the same sort, so
    that it need not say that it may stay empty.
    """
    return {
        "field": bound,
        "kind": kind,
        "label": label or bound.label,
        "is_check": isinstance(bound.field.widget, CheckboxInput),
        "is_group": bound.use_fieldset,
        "is_optional": not bound.field.required
        and kind != "row"
        and not isinstance(bound.field.widget, CheckboxInput),
    }


@register.inclusion_tag("design/form.html")
def fields(form: Any) -> dict[str, Any]:
    """All of a form: errors of the whole on top, hidden fields, then each field."""
    return {"form": form}


@register.simple_tag
def button(
    text: str, kind: str = "", icon: str = "", key: str = "", **attributes: Any
) -> SafeString:
    """A button, or with `href` a link that looks like one.

    `kind`: some of "main bare icon small grave wide". `key` shows the key and binds it. Other
    attributes are passed on, `_` as `-`: `{% button "Send" kind="main" hx_post=url %}`.
    A button with kind "icon" keeps its text for the ear and as a title.
    """
    kinds = kind.split()
    attributes = {
        name.replace("_", "-"): value for name, value in attributes.items() if value is not False
    }
    attributes["class"] = " ".join(["button", *(f"is-{one}" for one in kinds)])
    if key:
        attributes |= {"data-key": key, "data-label": text, "aria-keyshortcuts": key}
    if "icon" in kinds:
        attributes |= {"aria-label": text, "title": f"{text} ({key})" if key else text}
    name = "a" if "href" in attributes else "button"
    if name == "button":
        attributes.setdefault("type", "submit")
    drawing = _icon(icon) if icon else ""
    words = "" if "icon" in kinds else text
    hint = format_html("<kbd>{}</kbd>", key.upper()) if key and "icon" not in kinds else ""
    opening = mark_safe(f"<{name}{flatatt(attributes)}>")  # noqa: S308  flatatt escapes the values
    return format_html("{}{}{}{}</{}>", opening, drawing, words, hint, mark_safe(name))  # noqa: S308  "a" or "button"


@register.inclusion_tag("design/empty.html")
def empty(
    title: str,
    text: str = "",
    action: str = "",
    href: str = "",
    icon: str = "inbox",
    kind: str = "",
) -> dict[str, str]:
    """An empty place: what will appear here, and one act."""
    return {
        "title": title,
        "text": text,
        "action": action,
        "href": href,
        "icon": icon,
        "kind": kind,
    }


@register.inclusion_tag("design/flash.html", takes_context=True)
def flash(context: RequestContext) -> dict[str, Any]:
    """What the last act has to say (Django's messages), once."""
    request = context.get("request")
    return {"notices": [_notice(said) for said in get_messages(request)] if request else []}


@register.simple_tag(takes_context=True)
def theme(context: RequestContext) -> SafeString | str:
    """The reader's choice of light or dark, for <html>; nothing when the system decides."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request else ""
    return format_html(' data-theme="{}"', chosen) if chosen in THEMES else ""


@register.inclusion_tag("design/languages.html", takes_context=True)
def languages(context: RequestContext, post_to: str = "") -> dict[str, Any]:
    """The language switch: posts to `post_to` (as Django's set_language), or links ?language=."""
    request = context.get("request")
    return {
        "languages": LANGUAGES,
        "current": _language(),
        "post_to": post_to,
        "here": request.get_full_path() if request else "/",
        "csrf_token": context.get("csrf_token"),
    }


def state_words(name: str) -> str:
    """A state in the reader's language."""
    return {
        "draft": pgettext("promise", "draft"),
        "open": pgettext("promise", "open"),
        "at_risk": pgettext("promise", "at risk"),
        "kept": pgettext("promise", "kept"),
        "moved_in_time": pgettext("promise", "moved in time"),
        "moved_late": pgettext("promise", "moved late"),
        "broken": pgettext("promise", "broken"),
        "withdrawn": pgettext("promise", "withdrawn"),
    }[name]


def due_words(due: dt.datetime, *, now: dt.datetime) -> str:
    """A due time for the ear: due today, 15:00."""
    local, here = timezone.localtime(due), timezone.localtime(now)
    return _("due %(time)s") % {"time": hours.moment(local, now=here, language=_language())}


def _left(due: dt.datetime, now: dt.datetime, *, to_go: str = "") -> str:
    words = hours.left(due, now=now, language=_language())
    return to_go % {"time": words} if to_go and due > now else words


def _notice(said: Message) -> dict[str, str]:
    drawing, look, role = LEVELS.get(said.level_tag, ("bell", "", "status"))
    return {"icon": drawing, "look": look, "role": role, "text": str(said.message)}


def _language() -> str:
    return (get_language() or "en").split("-")[0]


_icon = icon  # `button` has a parameter of that name
