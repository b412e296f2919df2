"""The page of an act that asks for words."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from zabota.domains.desk.queries.thread import Thread
from zabota.faces.web import acts


@dataclass(frozen=True, kw_only=True)
class ActPage:
    name: str
    text: str
    url: str
    back_url: str
    about: str


def act_page(name: str, found: Thread) -> ActPage:
    """What the page of the act `name` says of itself."""
    act = acts.ACTS[name]
    return ActPage(
        name=str(act.name),
        text=str(act.text),
        url=reverse("web:act", args=[found.ref, name]),
        back_url=reverse("web:conversation", args=[found.ref]),
        about=_("%(customer)s, no. %(number)s: %(subject)s")
        % {
            "customer": found.customer_name,
            "number": found.number,
            "subject": found.subject,
        },
    )
