"""The five roles and who acts. Free of Django."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    LEADER = "leader"
    AGENT = "agent"
    COLLEAGUE = "colleague"


@dataclass(frozen=True)
class Actor:
    """Who acts: passed to every service and query. `id` is None for the system itself.

    `teams` are those the person works in, `led` those the person leads. An owner leads every team
    that has no leader (product, "Roles").
    """

    id: int | None
    role: Role
    teams: frozenset[int] = field(default_factory=frozenset)
    led: frozenset[int] = field(default_factory=frozenset)
    name: str = ""
    language: str = "en"

    @property
    def is_system(self) -> bool:
        return self.id is None

    @property
    def person_id(self) -> int:
        """The id for look-ups and rows that need a person; 0, which is nobody's, for the system."""
        return self.id or 0

    @property
    def sees_all(self) -> bool:
        """Managers and owners look after quality everywhere; a colleague reads and notes."""
        return self.role in {Role.OWNER, Role.MANAGER, Role.COLLEAGUE} or self.is_system

    @property
    def may_answer(self) -> bool:
        return self.role is not Role.COLLEAGUE

    def leads(self, team_id: int | None) -> bool:
        """May decide what only a leader may, for a matter of that team (or of none)."""
        if self.role in {Role.OWNER, Role.MANAGER} or self.is_system:
            return True
        return self.role is Role.LEADER and (team_id is None or team_id in self.led)


SYSTEM = Actor(id=None, role=Role.OWNER, name="Zabota")
