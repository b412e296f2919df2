"""The code that proves, on a fresh installation, that its owner is at the keyboard.

Whoever finds an open port first must not become its owner. The code stands where only the owner
looks: on the terminal, and in a file of the data folder that nobody else may read.
"""

import os
import secrets
from pathlib import Path

from django.conf import settings

from zabota.kernel import ids

GROUPS, LETTERS = 3, 5
NAME = "setup-code"


def current() -> str:
    """The code of this installation; made at first asking."""
    path = _path()
    code = "-".join(
        "".join(secrets.choice(ids.ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS)
    )
    try:
        # O_EXCL: two processes that start together must end with the same code.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(code + "\n")
    return code


def is_right(given: str) -> bool:
    """Whether that is the code, however it was typed: capitals, spaces and dashes do not matter."""
    return secrets.compare_digest(_plain(given).encode(), _plain(current()).encode())


def spend() -> None:
    """The house has its owner: the code is worth nothing from now on."""
    _path().unlink(missing_ok=True)


def _plain(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isalnum())


def _path() -> Path:
    return Path(settings.DATA) / NAME
