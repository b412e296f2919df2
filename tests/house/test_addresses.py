"""Every address has a row that says who may use it: `tests/security/access.toml`.

A row is `"web:inbox" = ["agent", "leader"]`: the name of the route, or its path when it has no
name, and the roles that may use it; a name that ends in `*` speaks for a library's addresses. The
security tests read the same table and knock at each address as everybody who is not named.
"""

import tomllib
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.sources import ROOT

TABLE = ROOT / "tests" / "security" / "access.toml"
WHO = {"anyone", "customer", "visitor", "agent", "leader", "manager", "owner", "colleague"}


def test_every_address_says_who_may_use_it() -> None:
    assert [name for name in _addresses() if _row_for(name) is None] == []


def test_every_row_speaks_of_an_address_that_exists() -> None:
    addresses = set(_addresses())
    rows = _table()
    assert [row for row in rows if not any(_speaks_for(row, name) for name in addresses)] == []


def test_every_row_names_somebody_we_know() -> None:
    assert {row: who for row, who in _table().items() if not who or set(who) - WHO} == {}


def _table() -> dict[str, list[str]]:
    if not TABLE.exists():
        return {}
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def _row_for(name: str) -> str | None:
    return next((row for row in _table() if _speaks_for(row, name)), None)


def _speaks_for(row: str, name: str) -> bool:
    return name.startswith(row[:-1]) if row.endswith("*") else name == row


def _addresses(
    resolver: URLResolver | None = None, space: str = "", path: str = ""
) -> Iterator[str]:
    """The name of each route, with its namespaces; the path of a route without a name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        here = f"{path}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else here
        else:
            deeper = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _addresses(pattern, deeper, here)
