"""The first run: while nobody has an account, every page leads to the one that makes the owner's.

It opens once, and only to the person who knows the code of `setup_code`.
"""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zabota.faces.web.owner import setup_code
from zabota.faces.web.owner.forms.first import FirstRunForm
from zabota.kernel import clock, tx
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts import services
from zabota.kernel.accounts.errors import AccountError
from zabota.kernel.accounts.models import User
from zabota.kernel.brands import services as brands

Handler = Callable[[HttpRequest], HttpResponse]
OPEN = ("/static/", "/c/", "/unsubscribe/")


class FirstRunMiddleware:
    """Leads everybody to the first-run page until there is an account; then asks no more.

    Where these pages are not served (the gallery of the design) there is nowhere to lead.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._is_lived_in = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self._is_lived_in and (address := self._leads_to(request)):
            return HttpResponseRedirect(address)
        return self.get_response(request)

    def _leads_to(self, request: HttpRequest) -> str:
        """The first-run page, for whoever asks for another one of a house without people."""
        try:
            address = reverse("owner:first-run")
        except NoReverseMatch:
            return ""
        if request.path.startswith((*OPEN, address)):
            return ""
        self._is_lived_in = request.user.is_authenticated or accounts.is_lived_in()
        return "" if self._is_lived_in else address


@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Make the owner, and the brand under which the house serves; once."""
    if accounts.is_lived_in():
        raise Http404
    language = _wished(request)
    with translation.override(language):
        setup_code.current()
        form = FirstRunForm(request.POST or None, language=language)
        if request.method == "POST" and form.is_valid():
            try:
                return _open(request, form)
            except AccountError as late:
                raise Http404 from late
        response = render(
            request, "web/owner/first_run.html", {"form": form}, status=422 if form.errors else 200
        )
    response.headers["Cache-Control"] = "no-store"
    return response


def _open(request: HttpRequest, form: FirstRunForm) -> HttpResponse:
    with tx.write():
        user: User = services.open_house(
            owner=form.owner(), password=form.cleaned_data["password"], at=clock.now()
        )
        brands.settle_first(card=form.brand_card())
    setup_code.spend()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    with translation.override(user.language):
        messages.success(request, _("Welcome. The house is yours; now connect a mailbox."))
    return redirect("owner:mailbox-add")


def _wished(request: HttpRequest) -> str:
    wish = request.GET.get("language", "")
    return wish if wish in {"ru", "lv", "en"} else translation.get_language() or "en"
