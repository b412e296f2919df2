"""The address of the house, which stands at the top and at the bottom of each page (S-690)."""

from django import template
from django.template import Context

from zabota.domains.channels.queries import addresses

register = template.Library()
KEPT = "contact"


@register.simple_tag(takes_context=True)
def contact(context: Context, brand_name: str = "") -> str:
    """The mailbox that this brand is written to, read once a page; "" while there is none."""
    kept = context.render_context
    if KEPT not in kept:
        kept[KEPT] = addresses.contact_of(brand_name)
    return str(kept[KEPT])
