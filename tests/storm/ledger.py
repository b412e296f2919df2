"""The ledger of truth: what the injector sent, written by itself and not by the house.

A line goes to the disk before each sending and another after the receiver has answered for it.
At the end the house is compared with the ledger, as a set checker does.
"""

import hashlib
import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`lost` were acknowledged and are not there; `doubled` are there more than once; `strange`
    were never sent. What was sent without an answer may be there once or not at all."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.strange)


class Ledger:
    """An append-only file of JSON lines; one that is there already is read first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sent: dict[str, str] = {}
        self._answered: set[str] = set()
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            self._note(json.loads(line))

    def sending(self, name: str, content: bytes) -> None:
        """Before the first byte leaves."""
        self._write({"sending": name, "sha256": hashlib.sha256(content).hexdigest()})

    def answered(self, name: str) -> None:
        """After the receiver has taken responsibility."""
        self._write({"answered": name})

    @property
    def names(self) -> set[str]:
        """All that was answered for."""
        return set(self._answered)

    def waiting(self, start: str) -> list[str]:
        """What was sent under names that begin so, and not yet answered for."""
        return [name for name in self._sent if name.startswith(start) and name not in self.names]

    def compare(self, found: Counter[str]) -> Difference:
        return Difference(
            lost=tuple(sorted(name for name in self._answered if not found[name])),
            doubled=tuple(sorted(name for name, times in found.items() if times > 1)),
            strange=tuple(sorted(set(found) - set(self._sent))),
        )

    def _write(self, line: dict[str, str]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._note(line)

    def _note(self, line: dict[str, str]) -> None:
        if "sending" in line:
            self._sent[line["sending"]] = line["sha256"]
        else:
            self._answered.add(line["answered"])
