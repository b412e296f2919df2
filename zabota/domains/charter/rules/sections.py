"""What a section is, and the registry of all of them, filled by `config/wiring.py`."""

import json
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, time
from functools import cache
from importlib import resources
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

from zabota.domains.charter.errors import UnknownSection


class Part(BaseModel):
    """A group of fields within a section: frozen, strict, nothing unknown in it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Section(Part):
    """One section of the charter. A subclass sets `name`, its fields and their checks.

    Its defaults lie in `defaults/charter/<name>.toml` of the domain in which the class stands.
    """

    name: ClassVar[str]

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Give the values the product comes with, as JSON values."""
        return _read_defaults(".".join(cls.__module__.split(".")[:3]), cls.name)


AnySection = TypeVar("AnySection", bound=Section)

_registered: dict[str, type[Section]] = {}


def register(sections: Iterable[type[Section]]) -> None:
    """Set the whole list anew. Raises ValueError when two have one name."""
    found: dict[str, type[Section]] = {}
    for section in sections:
        if section.name in found:
            raise ValueError(f"two sections of the charter are called {section.name!r}")
        found[section.name] = section
    _registered.clear()
    _registered.update(found)


@contextmanager
def registered_only(sections: Iterable[type[Section]]) -> Iterator[None]:
    """Use another list for a while: for replays and tests."""
    before = tuple(_registered.values())
    register(sections)
    try:
        yield
    finally:
        register(before)


def registered() -> tuple[type[Section], ...]:
    """List the sections in the order of registration."""
    return tuple(_registered.values())


def find(name: str) -> type[Section]:
    """Find a section by its name. Raises UnknownSection."""
    if name not in _registered:
        raise UnknownSection(name, sorted(_registered))
    return _registered[name]


@cache
def _default_text(package: str, name: str) -> str:
    file = resources.files(package).joinpath("defaults", "charter", f"{name}.toml")
    return json.dumps(tomllib.loads(file.read_text(encoding="utf-8")), default=_plain)


def _read_defaults(package: str, name: str) -> dict[str, Any]:
    # Parsed anew each time: the caller may change what it gets.
    values: dict[str, Any] = json.loads(_default_text(package, name))
    return values


def _plain(value: object) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"{value!r} is no value of a charter")
