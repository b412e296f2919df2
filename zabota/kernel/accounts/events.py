"""What happens to our own people's accounts."""

from dataclasses import dataclass

from zabota.kernel.accounts.roles import Role
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


@dataclass(frozen=True, kw_only=True)
class PersonJoined(Fact):
    """The owner made an account, or opened a former one again."""

    user_id: int
    role: Role


@dataclass(frozen=True, kw_only=True)
class FactsExported(Fact):
    """Somebody took all facts out of the house, in this form (S-732)."""

    user_id: int
    form: str


@dataclass(frozen=True, kw_only=True)
class PersonLeft(Fact):
    """An account was ended: the person is a former colleague, whose past work stays his."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Fact):
    user_id: int
    before: Role
    role: Role


@dataclass(frozen=True, kw_only=True)
class MembershipsChanged(Fact):
    """A person works in these teams from now on."""

    user_id: int
    team_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SecondFactorRequired(Fact):
    """From now on these roles need a second factor, and no others."""

    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SecondFactorForgotten(Fact):
    """An owner took away the second factor of somebody who has lost it."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class TeamChanged(Fact):
    """A team was made, renamed, given a leader, or ended."""

    team_id: int
    leader_id: int | None
