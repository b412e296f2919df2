"""Which personal data the company keeps, each with its purpose, ground and time (S-719, S-723)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from zabota.domains.people.errors import Conflict, Incomplete
from zabota.domains.people.queries import personal as kept
from zabota.domains.people.rules.fields import Field
from zabota.domains.people.services import personal
from zabota.faces.web import words
from zabota.faces.web.owner.forms.field import DataFieldForm
from zabota.faces.web.owner.requests import owner_page, to
from zabota.faces.web.owner.tabs import show
from zabota.faces.web.pages import care
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock
from zabota.kernel.accounts.roles import Role


@require_safe
@owner_page(Role.MANAGER)
def fields(request: AgentRequest) -> HttpResponse:
    """All fields; what is filled in for nobody is shown as such: it need not be kept."""
    used = kept.used()
    rows = [_row(one, used.get(one.key, 0)) for one in kept.fields()]
    return show(request, "fields", "fields", {"rows": rows})


@require_http_methods(["GET", "POST"])
@owner_page(Role.MANAGER)
def field(request: AgentRequest, key: str = "") -> HttpResponse:
    """Add a field, or decide anew about one (S-004)."""
    found = kept.field(key) if key else None
    if key and found is None:
        raise Http404
    at = clock.now()
    form = DataFieldForm(request.POST or None, field=found, segments=care.segments(at=at))
    if request.method == "POST" and form.is_valid():
        try:
            if found is None and kept.field(form.key) is not None:
                raise Conflict("field_known")
            personal.set_field(form.key, form.draft(), actor=request.actor, at=at)
        except (Conflict, Incomplete) as refused:
            form.add_error(None, words.refusal(refused))
        else:
            messages.success(request, _("Kept."))
            return to(reverse("owner:fields"))
    context = {"form": form, "name": _name(found) if found else ""}
    return show(request, "fields", "field", context, bad=bool(form.errors))


def _row(one: Field, count: int) -> dict[str, object]:
    return {
        "key": one.key,
        "name": _name(one),
        "is_published": one.is_published,
        "purpose": words.DATA_PURPOSES[one.purpose] if one.purpose else "",
        "basis": words.BASES[one.basis],
        "keep_days": one.keep_days,
        "segments": ", ".join(one.segments),
        "count": count,
    }


def _name(one: Field) -> str:
    return one.called((get_language() or "en").split("-")[0])
