"""Personal data under watch: who saw which customer's, who took them out, and whose erasing waits
for a second person (S-732).
"""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from zabota.domains.people.enums import LookedAt
from zabota.domains.people.queries import custody
from zabota.faces.web.owner.requests import owner_page
from zabota.faces.web.owner.tabs import show
from zabota.faces.web.requests import AgentRequest

HOW: Mapping[LookedAt, str | Promise] = {
    LookedAt.PAGE: pgettext_lazy("looked at", "the customer's page"),
    LookedAt.MATTER: pgettext_lazy("looked at", "a conversation"),
    LookedAt.FILE: pgettext_lazy("looked at", "took out all data as a file"),
    LookedAt.FACTS: pgettext_lazy("looked at", "took out the figures of all"),
}
MOST = 200


@require_safe
@owner_page()
def data(request: AgentRequest) -> HttpResponse:
    """The newest looks; of one person (`person`) or at one customer (`customer`)."""
    person, customer = request.GET.get("person", ""), request.GET.get("customer", "")
    number = int(person) if person.isascii() and person.isdigit() and len(person) < 19 else None
    found = custody.looks(request.actor, person_id=number, ref=customer[:12], most=MOST)
    context: dict[str, object] = {
        "asked": custody.asked(),
        "looks": [(one, HOW[one.how]) for one in found],
        "is_chosen": number is not None or bool(customer),
        "most": MOST if len(found) == MOST else 0,
    }
    return show(request, "data", "data", context)
