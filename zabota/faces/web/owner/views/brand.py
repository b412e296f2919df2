"""The brand's page."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zabota.faces.web.owner.forms.brand import BrandForm
from zabota.faces.web.owner.requests import owner_page, to
from zabota.faces.web.owner.tabs import show
from zabota.faces.web.requests import AgentRequest
from zabota.kernel import clock
from zabota.kernel.brands import queries, services


@require_http_methods(["GET", "POST"])
@owner_page()
def brand(request: AgentRequest) -> HttpResponse:
    """Name, languages, place, the company in law, the direct line to the director."""
    found = queries.first()
    if found is None:
        raise Http404
    form = BrandForm(request.POST or None, brand=found)
    if request.method == "POST" and form.is_valid():
        services.change(
            found.ref,
            card=form.card(),
            company=form.company_card(),
            director_address=form.cleaned_data["director_address"],
            actor_id=request.actor.id,
            at=clock.now(),
        )
        messages.success(request, _("Kept. Letters and pages show it from now on."))
        return to(reverse("owner:brand"))
    return show(request, "brand", "brand", {"form": form}, bad=bool(form.errors))
