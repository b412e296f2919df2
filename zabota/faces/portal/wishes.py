"""How the customer wants to be addressed and reached: his own page of it (S-046)."""

from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zabota.domains.desk.queries import matter as matters
from zabota.domains.desk.services import customer
from zabota.domains.people.services.dossier import Changes
from zabota.faces.portal.forms import CHANNEL_CHOICES, LANGUAGE_CHOICES
from zabota.faces.portal.requests import asked_language, customer_page
from zabota.kernel import clock


class WishesForm(forms.Form):
    """Nothing here must be filled in."""

    say = forms.CharField(
        label=gettext_lazy("How shall we address you?"), max_length=120, required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In which language?"),
        required=False,
        choices=LANGUAGE_CHOICES,
    )
    preferred_channel = forms.ChoiceField(
        label=gettext_lazy("How is it best to reach you?"),
        required=False,
        choices=CHANNEL_CHOICES,
    )
    preferred_time = forms.CharField(
        label=gettext_lazy("And when?"), max_length=120, required=False
    )


@customer_page
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest, token: str) -> HttpResponse:
    """Read and change them; who answers the customer sees them beside every letter."""
    at = clock.now()
    now = matters.wishes(token, at=at)
    language = asked_language(request) or now.page_language
    with translation.override(language):
        form = WishesForm(request.POST or None, initial=asdict(now))
        if request.method == "POST" and form.is_valid():
            customer.wish(token, Changes(**form.cleaned_data), at=at)
            messages.success(request, _("Thank you, we will keep to it."))
            return HttpResponseRedirect(reverse("portal:matter", args=[token]), status=303)
        context = {"token": token, "form": form, "brand_name": now.brand_name}
        status = 422 if form.errors else 200
        response = render(request, "portal/wishes.html", context, status=status)
        response.headers["Content-Language"] = language
    return response
