"""What happens elsewhere while a page is being read: the race that a fast machine never shows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def meanwhile(table: str, act: Callable[[], object]) -> Iterator[None]:
    """Once that table has been read for the first time, `act` happens; then the reading goes on.

    Fails when the table was never read.
    """
    happened = False

    def then_act(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal happened
        found = execute(sql, *rest)
        if not happened and f'FROM "{table}"' in sql:
            happened = True
            act()
        return found

    with connection.execute_wrapper(then_act):
        yield
    assert happened, f"{table} was not read"
