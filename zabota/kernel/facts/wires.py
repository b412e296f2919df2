"""Who reacts to which fact.

Filled once by `config/wiring.py`; the fact log asks it when publishing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from zabota.kernel.facts.base import Fact

_reactions: dict[str, tuple[Any, ...]] = {}
_listeners: list[Callable[[int, Fact], object]] = []


def wire(reactions: Mapping[type[Fact], Sequence[Any]]) -> None:
    """Set the whole list anew: each reaction is a job task that takes `fact_id`."""
    _reactions.clear()
    _reactions.update({kind.name(): tuple(tasks) for kind, tasks in reactions.items()})


def reactions(fact: Fact) -> tuple[Any, ...]:
    return _reactions.get(fact.name(), ())
