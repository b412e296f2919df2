"""Every address of the installation, as the security tests knock at it.

Read from the URL configuration, so that a new page is knocked at without anybody remembering to.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_ROWS: Mapping[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "access.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Door:
    """One address: its name, and its path with parameters such as `<slug:ref>`."""

    name: str
    path: str

    @property
    def who(self) -> frozenset[str]:
        """Who may use it, by access.toml."""
        exact = _ROWS.get(self.name)
        family = (row for row in _ROWS if row.endswith("*") and self.name.startswith(row[:-1]))
        return frozenset(exact if exact is not None else _ROWS[next(family)])

    @property
    def parameters(self) -> list[str]:
        return [name for _kind, name in _PARAMETER.findall(self.path)]

    def address(self, values: Mapping[str, str]) -> str:
        """Its path with values put in; those named "door.parameter" come before the others.
        A parameter that nobody gave a value leads nowhere."""

        def value(found: re.Match[str]) -> str:
            name = found[2]
            nowhere = "999999" if found[1] == "int" else "nowhere"
            return values.get(f"{self.name}.{name}", values.get(name, nowhere))

        return "/" + _PARAMETER.sub(value, self.path)

    def is_furnished(self, values: Mapping[str, str]) -> bool:
        """Whether all of its parameters have values, so that it leads to something."""
        return all(f"{self.name}.{one}" in values or one in values for one in self.parameters)


def all_doors(
    resolver: URLResolver | None = None, space: str = "", path: str = ""
) -> Iterator[Door]:
    """Every door, in the order of the URL configuration."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = f"{path}{_plain(str(pattern.pattern))}"
        if isinstance(pattern, URLPattern):
            yield Door(f"{space}{pattern.name}" if pattern.name else here, here)
        else:
            deeper = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from all_doors(pattern, deeper, here)


def _plain(pattern: str) -> str:
    """A regular expression of a library as a path: `^confirm/(?P<key>[-:\\w]+)/$`."""
    if not pattern.startswith("^"):
        return pattern
    return re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<str:\1>", pattern).strip("^$").replace("\\", "")
