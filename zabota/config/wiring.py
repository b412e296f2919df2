"""The one list "fact → who reacts", the ticks, and the registry of charter sections.

Reading this file tells everything that happens by itself. Domains never name those above them:
they publish facts, and this list says who hears them.
"""

from collections.abc import Callable, Mapping

from zabota.domains.channels import events as channels
from zabota.domains.charter import events as charter
from zabota.domains.charter.rules import sections
from zabota.domains.charter.rules.hours import Hours
from zabota.kernel.facts.base import Fact
from zabota.kernel.facts.wires import wire
from zabota.kernel.jobs.tasks import Task

REACTIONS: Mapping[type[Fact], tuple[Task, ...]] = {}

# Facts that nobody reacts to: they are kept for the history, for insight and for replay.
UNHEARD: frozenset[type[Fact]] = frozenset(
    {
        channels.EnvelopeTriedAgain,
        charter.CharterPutInForce,
    }
)

# name → (seconds between calls, what is called with the moment)
TICKS: Mapping[str, tuple[float, Callable[..., object]]] = {}

# The sections of the charter, in the order in which pages show them.
SECTIONS: tuple[type[sections.Section], ...] = (Hours,)


def connect() -> None:
    """Give the kernel the list. Called once, when all apps are loaded."""
    wire(REACTIONS)
    sections.register(SECTIONS)
