"""What the charter refuses. Each has a `code`; words for a page are chosen by the face."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from zabota.domains.charter.enums import Level


class CharterError(Exception):
    code = "charter"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing wrong in a document: where, and what. `field` is dotted, empty for the whole."""

    section: str
    level: Level
    key: str
    field: str
    code: str
    message: str

    @override
    def __str__(self) -> str:
        where = f"{self.level} {self.key}".strip()
        field = f", field {self.field}" if self.field else ""
        return f"Section {self.section}{field} ({where}): {self.message}"


class InvalidCharter(CharterError):
    """The document breaks a schema; `problems` has each case, the sentence is the first."""

    code = "invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(str(problems[0]))
        self.problems = tuple(problems)


class UnknownSection(CharterError):
    """No domain has registered a section of that name."""

    code = "unknown_section"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"The charter has no section {name!r}; it has {', '.join(known)}.")
        self.name = name


class UnknownVersion(CharterError):
    """There is no version of that number."""

    code = "unknown_version"


class UnknownField(CharterError):
    """The section has no value there."""

    code = "unknown_field"

    def __init__(self, section: str, field: str) -> None:
        super().__init__(f"Section {section} has no field {field!r}.")
        self.section, self.field = section, field


class SeveralLevels(CharterError):
    """A change belongs to one level; the scope names several."""

    code = "several_levels"


class MayNotChange(CharterError):
    """Only the owner and managers change the charter."""

    code = "may_not_change"


class NoReason(CharterError):
    """A change of the charter says why."""

    code = "no_reason"


class ChangedMeanwhile(CharterError):
    """Somebody put another version in force since this one was begun."""

    code = "changed_meanwhile"


class OutOfOrder(CharterError):
    """Versions come into force in their order, and never in the past."""

    code = "out_of_order"

    def __init__(self, earliest: datetime) -> None:
        super().__init__(f"A new version cannot be in force before {earliest:%Y-%m-%d %H:%M} UTC.")
        self.earliest = earliest
