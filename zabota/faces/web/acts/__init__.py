"""What can be done with a conversation: who may, how it is called, what it asks, what it does.

One table, so that a button, its key, its form and its page never say different things. Acts that
ask for nothing are one press; the others have a page with a form.
"""

from collections.abc import Sequence

from django.urls import reverse

from zabota.domains.desk.queries.thread import Thread
from zabota.faces.web.acts.base import Act as Act
from zabota.faces.web.acts.base import ActForm as ActForm
from zabota.faces.web.acts.base import Asked as Asked
from zabota.faces.web.acts.base import Elsewhere as Elsewhere
from zabota.faces.web.acts.base import Offer as Offer
from zabota.faces.web.acts.caring import CARING
from zabota.faces.web.acts.closing import CLOSING
from zabota.faces.web.acts.threads import THREADS
from zabota.faces.web.acts.work import WORK
from zabota.kernel.accounts.roles import Actor

# In the order in which they are offered.
ACTS: dict[str, Act] = {**WORK, **CLOSING, **THREADS, **CARING}


def offers(actor: Actor, found: Thread) -> Sequence[Offer]:
    """What this person may do now, in the order of the table."""
    return [
        offer(found, key)
        for key, act in ACTS.items()
        if not act.is_notice and act.fits(actor, found)
    ]


def offer(found: Thread, key: str, *, is_main: bool = False, query: str = "") -> Offer:
    """One act as a button of this conversation; `query` names what it is about."""
    act = ACTS[key]
    return Offer(
        name=str(act.name),
        icon=act.icon,
        key=act.key,
        url=reverse("web:act", args=[found.ref, key]) + (f"?{query}" if query else ""),
        asks=act.asks,
        is_near=act.is_near,
        is_main=is_main,
    )
