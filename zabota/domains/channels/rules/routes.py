"""To which mailbox a mail from a file belongs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_HEAD_BYTES = 65_536
_RECIPIENTS = re.compile(
    rb"^(?:delivered-to|x-original-to|envelope-to|to|cc):"
    rb"((?:[^\n]{0,8000}\n)(?:[ \t][^\n]{0,8000}\n){0,200})",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS = re.compile(rb"[^\s<>,;:\"()]{1,100}@[^\s<>,;:\"()]{1,255}")


@dataclass(frozen=True, kw_only=True)
class Route:
    """Either one mailbox for all, or the first of several that a mail was written to."""

    only: int | None = None
    by_address: Mapping[str, int] = field(default_factory=dict)

    def channel_of(self, raw: bytes) -> int | None:
        """The channel's id; None when the mail was written to none of our mailboxes."""
        if self.only is not None:
            return self.only
        head = raw[:_HEAD_BYTES].replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n"
        for value in _RECIPIENTS.findall(head):
            for address in _ADDRESS.findall(value):
                known = self.by_address.get(_plain(address))
                if known is not None:
                    return known
        return None


def _plain(address: bytes) -> str:
    """The address without what stands behind a plus: help+12@ is help@."""
    local, _, domain = address.decode("utf-8", "replace").casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
