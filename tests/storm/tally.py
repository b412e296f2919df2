"""What trials found, added up over runs in a file of JSON lines, and shown as a table."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One cycle: how many were tried, lost, doubled, wrongly let in, and how long until the house
    was whole again. `notes` say what exactly, when something was wrong."""

    trials: int
    lost: int = 0
    doubled: int = 0
    let_in: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Sum:
    """All cycles of one trial."""

    cycles: int = 0
    trials: int = 0
    lost: int = 0
    doubled: int = 0
    let_in: int = 0
    slowest: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        return self.lost + self.doubled + self.let_in

    def add(self, outcome: Outcome) -> None:
        self.cycles += 1
        self.trials += outcome.trials
        self.lost += outcome.lost
        self.doubled += outcome.doubled
        self.let_in += outcome.let_in
        self.slowest = max(self.slowest, outcome.seconds)
        self.notes.extend(outcome.notes)


class Tally:
    """The file; a run that was interrupted goes on where it stopped."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sums: dict[str, Sum] = {}
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            entry = json.loads(line)
            name = entry.pop("trial")
            self._sum(name).add(Outcome(**{**entry, "notes": tuple(entry["notes"])}))

    def record(self, name: str, outcome: Outcome) -> None:
        line = json.dumps({"trial": name, **asdict(outcome)}, ensure_ascii=False)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        self._sum(name).add(outcome)

    def done(self, name: str) -> int:
        """Cycles recorded so far."""
        return self.sums[name].cycles if name in self.sums else 0

    def _sum(self, name: str) -> Sum:
        return self.sums.setdefault(name, Sum())


def table(sums: Mapping[str, Sum], titles: Mapping[str, str], names: Iterable[str]) -> str:
    """One line a trial, and below it what was wrong."""
    lines = [
        f"{'':4} {'cycles':>7} {'trials':>8} {'lost':>5} {'twice':>5} {'let in':>6} {'slowest':>9}"
    ]
    for name in names:
        one = sums.get(name, Sum())
        lines.append(
            f"{name:4} {one.cycles:7} {one.trials:8} {one.lost:5} {one.doubled:5} {one.let_in:6} "
            f"{one.slowest:8.1f}s  {titles[name]}"
        )
        lines += [f"     ! {note}" for note in one.notes[:10]]
    return "\n".join(lines)
