"""The page of the demo's shop: what a shop's own site looks like with the chat in its corner.

It exists where the demo is loaded, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zabota.domains.channels.queries import addresses
from zabota.domains.channels.services import visits
from zabota.faces.portal import write
from zabota.faces.portal.requests import asked_language, customer_page
from zabota.kernel import clock
from zabota.kernel.brands import queries as brands

KEY = "liepa"


@dataclass(frozen=True, kw_only=True)
class Good:
    """Something the shop sells; the drawing is a path on a grid of 120."""

    name: str | Promise
    price: Decimal
    drawing: str

    @property
    def price_words(self) -> str:
        return format_currency(self.price, "EUR", locale=translation.get_language() or "en")


GOODS: Sequence[Good] = (
    Good(
        name=_("Enamel watering can, 8 l"),
        price=Decimal("34.90"),
        drawing=(
            "M44 48h38v50H44zM44 60H28L16 44M12 48l8-8M82 56c22 0 22 34 0 34M50 48c0-20 26-20 26 0"
        ),
    ),
    Good(
        name=_("Garden hose, 25 m"),
        price=Decimal("42.00"),
        drawing=(
            "M60 26a32 32 0 1 0 .1 0zM60 38a20 20 0 1 0 .1 0zM60 50a8 8 0 1 0 .1 0zM92 58v34h14"
        ),
    ),
    Good(
        name=_("Clay pot with saucer, 24 cm"),
        price=Decimal("16.50"),
        drawing=(
            "M34 52h52v10H34zM40 62l5 34h30l5-34M30 96h60l-4 8H34zM60 52V26M60 38"
            "c-12 0-16-8-16-14 10 0 16 4 16 14zM60 34c0-8 6-12 14-12 0 8-6 12-14 12"
            "z"
        ),
    ),
    Good(
        name=_("Terrace table, ash, 140 cm"),
        price=Decimal("189.00"),
        drawing=(
            "M14 46h92v8H14zM26 54l-6 46M94 54l6 46M24 74h72M52 46l3-16h10l3 16"
            "M60 30V18M60 24c5 0 8-3 8-7-5 0-8 3-8 7z"
        ),
    ),
    Good(
        name=_("Secateurs"),
        price=Decimal("27.80"),
        drawing=(
            "M58 58L34 98c-3 6-12 2-9-5l23-41M62 58l24 40c3 6 12 2 9-5L70 50M60 50"
            "a6 6 0 1 0 .1 0zM48 52C40 34 52 22 62 16c2 14 4 24 2 34"
        ),
    ),
    Good(
        name=_("Meadow seeds, 50 m²"),
        price=Decimal("9.40"),
        drawing=(
            "M34 30h52v70H34zM34 42h52M60 90V62M60 74"
            "c-10 0-14-6-14-12 9 0 14 4 14 12zM60 68c0-8 5-12 13-12 0 8-5 12-13 12z"
        ),
    ),
)


@csp_update({"img-src": ["blob:"]})  # pictures in the chat
@customer_page
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The shop. Its address to write to stands at the top and at the bottom (S-690, S-691)."""
    try:
        chat = visits.chat(KEY)
    except visits.NoChat as problem:
        raise Http404 from problem
    brand = brands.brands().get(pk=chat.brand_id)
    address = _address(brand.pk)
    language = asked_language(request) or translation.get_language() or brand.language
    with translation.override(language):
        context = {
            "brand": brand,
            "address": address,
            "goods": GOODS,
            "key": KEY,
            "form_url": reverse("portal:write-to-us", args=[KEY]),
            **write.fields(write.WriteForm(), at=clock.now()),
        }
        response = render(request, "portal/shop.html", context)
        response.headers["Content-Language"] = language
    return response


def _address(brand_id: int) -> str:
    """The mailbox of the demo's shop. Raises Http404 where the brand is no demo."""
    for line in addresses.lines():
        if line.is_demo and line.brand_id == brand_id:
            return line.address
    raise Http404
