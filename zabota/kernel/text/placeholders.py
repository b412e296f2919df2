"""Putting values into a text. No logic, no attributes, no expressions (T41).

A placeholder is `{name}`: one pair of braces around a word of lower-case letters, digits and
underscores. Everything else, `{{name}}`, `{a.b}`, `{% if %}` or `${x}`, is printed as it stands.
"""

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"(?<![{$])\{([a-z][a-z0-9_]*)\}(?!\})", re.ASCII)


def names(text: str) -> frozenset[str]:
    """Tell which placeholders a text uses."""
    return frozenset(_PLACEHOLDER.findall(text))


def fill(text: str, *, values: Mapping[str, str]) -> str:
    """Put values in for the placeholders that have one; the others are printed as they stand.

    A value is never read as a text: braces within it are printed.
    """
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)
