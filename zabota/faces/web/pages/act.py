"""The page of an act that asks for words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from zabota.domains.desk.queries import work
from zabota.domains.desk.queries.thread import Thread
from zabota.faces.web import acts, words
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Goes:
    """What goes with a handover by itself: a kind of thing and the things."""

    kind: str
    things: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ActPage:
    name: str
    presses: str
    text: str
    url: str
    back_url: str
    about: str
    goes_with: Sequence[Goes]


def act_page(actor: Actor, name: str, found: Thread) -> ActPage:
    """What the page of the act `name` says of itself."""
    act = acts.ACTS[name]
    return ActPage(
        name=str(act.name),
        presses=str(act.presses or act.name),
        text=str(act.text),
        url=reverse("web:act", args=[found.ref, name]),
        back_url=reverse("web:conversation", args=[found.ref]),
        about=_("%(customer)s, no. %(number)s: %(subject)s")
        % {
            "customer": words.sender(found.customer_name, in_chat=found.is_chat),
            "number": found.number,
            "subject": found.subject,
        },
        goes_with=_goes_with(actor, found) if name == "hand-over" else (),
    )


def _goes_with(actor: Actor, found: Thread) -> Sequence[Goes]:
    """The receiver needs all of it, so the giver sees it before he gives (S-115)."""
    sheet = work.handover_sheet(actor, found.ref)
    kinds = [
        (_("Promises"), [words.promise(word.kind) for word in sheet.words]),
        (_("Tasks"), [task.text for task in sheet.tasks]),
        (_("Files"), [file.name for file in sheet.files]),
        (_("Who takes part"), [one.name or one.address for one in sheet.people]),
    ]
    return [Goes(kind=kind, things=things) for kind, things in kinds if things]
