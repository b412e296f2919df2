"""What happens to the charter."""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from zabota.kernel.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class CharterPutInForce(Fact):
    """A new version was decided; it is in force from a moment that may lie ahead."""

    number: int
    in_force_from: datetime

    @override
    def about(self) -> tuple[str, int]:
        return ("charter", self.number)
