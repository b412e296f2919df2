"""What an address is, and what a customer is called of whom we know only that."""

import re

from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import NotAnAddress

_CHAT = re.compile(r"[0-9a-z]{12,32}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>\"(),;:\\]{1,64}@[^\s@<>\"(),;:\\]{1,255}")


def normalised(kind: IdentityKind, shown: str) -> str:
    """The one form under which an address is kept: two spellings of a mailbox are one identity.

    Letters are lowered on both sides of the @: servers that tell them apart are not met in
    practice,
    people who type them differently are. Raises NotAnAddress.
    """
    value = shown.strip().strip("<>").lower()
    if kind is IdentityKind.EMAIL and not _EMAIL.fullmatch(value):
        raise NotAnAddress(shown[:80])
    if kind is IdentityKind.CHAT and not _CHAT.fullmatch(value):
        raise NotAnAddress(shown[:80])
    return value


def called(kind: IdentityKind, name: str, address: str) -> str:
    """What a customer of whom we know only a mail is called: his name, else the part before the @.

    A display name that is itself an address says nothing and may pretend (T07): it is left out.
    A visitor of the chat without a name has none: what stands for him is the page's to say.
    """
    name = " ".join(name.split())
    if name and "@" not in name:
        return name[:200]
    if kind is IdentityKind.CHAT:
        return ""
    return address.partition("@")[0][:200] or address[:200]
