"""What happens to our own people's accounts."""

from dataclasses import dataclass

from zabota.kernel.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class RightsChanged(Fact):
    """A person may see more or less from now on: role, teams, leadership, active or not (T22).

    Published in the transaction of the change; whoever holds something open in the person's name
    (a live stream) asks anew.
    """

    user_id: int


@dataclass(frozen=True, kw_only=True)
class SignedOut(Fact):
    """A session of this person ended."""

    user_id: int
