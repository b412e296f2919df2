"""One statement in place of many queries, where a page would ask a dozen tables one by one.

A statement is a constant of the module that asks it, with named places for numbers: a value from
outside can never become part of it (T25). `tests/security/test_entrances.py` holds that.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection


def row(statement: str, numbers: Mapping[str, int | None]) -> tuple[Any, ...]:
    """The one row that the statement gives; `numbers` fill its places, %(name)s."""
    with connection.cursor() as cursor:
        cursor.execute(statement, numbers)
        found: tuple[Any, ...] = cursor.fetchone()
    return found
