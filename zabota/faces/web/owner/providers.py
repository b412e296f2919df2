"""The mail providers that we know: `providers.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

OWN = "own"


@dataclass(frozen=True, kw_only=True)
class Provider:
    """`help` is the provider's page where a password for mail programs is made."""

    key: str
    name: str
    imap: tuple[str, int, str]
    smtp: tuple[str, int, str]
    authserv_id: str = ""
    help: str = ""
    oauth: str = ""

    def initial(self) -> dict[str, Any]:
        """The fields of a mailbox's form that the provider decides."""
        return {
            "imap_host": self.imap[0],
            "imap_port": self.imap[1],
            "imap_security": self.imap[2],
            "smtp_host": self.smtp[0],
            "smtp_port": self.smtp[1],
            "smtp_security": self.smtp[2],
            "authserv_id": self.authserv_id,
        }


@cache
def known() -> Mapping[str, Provider]:
    """Providers by key, in the order of the file."""
    file = resources.files(__package__).joinpath("providers.toml")
    rows = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        key: Provider(key=key, **{**row, "imap": tuple(row["imap"]), "smtp": tuple(row["smtp"])})
        for key, row in rows.items()
    }
