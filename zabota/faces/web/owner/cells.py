"""Cells of a table file that no spreadsheet takes for a formula (T42).

A spreadsheet runs a cell that begins with one of these signs. Such a text gets an apostrophe before
it, which spreadsheets hide; numbers are numbers and stay. `plain` gives back what was said.
"""

import re

# Also their full-width forms, which spreadsheets fold, and signs that are skipped before one.
RUNS = "=+-@\t\r\n＝＋－＠|%"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def safe(value: object) -> str:
    """The value as a cell."""
    text = "" if value is None else str(value)
    if _NUMBER.fullmatch(text):
        return text
    begins = text.lstrip(" \u00a0\ufeff\u200b")[:1]
    return f"'{text}" if (begins and begins in RUNS) or text.startswith("'") else text


def plain(cell: str) -> str:
    """What `safe` was given, as text."""
    return cell[1:] if cell.startswith("'") else cell
