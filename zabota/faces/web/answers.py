"""Answers to htmx: several named regions at once, and words in the corner.

A region is a partial whose outermost element has an id; htmx puts each in its place.
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from zabota.faces.web.requests import AgentRequest

TOAST = "toast-"


def toast(request: HttpRequest, text: str, *, level: str = "info") -> HttpResponse:
    """Say something in the corner and change nothing else."""
    return HttpResponse(toast_html(request, text, level=level), headers={"HX-Reswap": "none"})


def toast_html(
    request: HttpRequest,
    text: str,
    *,
    level: str = "info",
    undo: str = "",
    seconds: int = 8,
    name: str = "",
    replaces: str = "",
) -> str:
    """A toast as a region; `undo` is the address that takes the act back, `replaces` the name of
    one that is true no more.
    """
    context = {"text": text, "level": level, "undo": undo, "seconds": seconds, "name": name}
    context["replaces"] = replaces
    return render_to_string("web/toast.html", context, request)


def regions(
    request: AgentRequest, templates: Sequence[str], context: dict[str, object], *more: str
) -> HttpResponse:
    """These partials, each to be put in its own place, and ready pieces of HTML after them."""
    drawn = [render_to_string(name, {**context, "is_region": True}, request) for name in templates]
    # A toast whose button was pressed has said what it had to say.
    asked_by_toast = (request.htmx.target or "").startswith(TOAST)
    swap = "delete" if asked_by_toast else "none"
    return HttpResponse("".join([*drawn, *more]), headers={"HX-Reswap": swap})
