"""The consent gate's decisions: one gate for all that leaves (S-737). Pure.

Codes: `address_unusable` (mail came back for good, or its owner said that it is not the
customer's), `no_consent`, `not_our_person` (mail to our own people), and for automatic mail
`own_address`, `machine_address`, `too_often`, `too_many_today`.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from zabota.domains.channels.envelopes import Outbound
from zabota.domains.channels.rules.sections import Automatic

# Answers a matter that the customer brought; mail to our own people.
WITHOUT_CONSENT = frozenset({"service", "own"})


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """What is known of one recipient: the permission, and the automatic mails sent there."""

    address: str
    verified: bool = False
    unusable: str = ""
    given: AbstractSet[str] = frozenset()
    is_ours: bool = False
    is_our_person: bool = False
    in_window: int = 0
    today: int = 0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """To whom the message may leave, and why not to the others. `message` is what may leave."""

    message: Outbound
    allowed: tuple[str, ...]
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Why it may not leave at all."""
        return next(iter(self.refused.values()), "no_recipient")


def judge(
    message: Outbound, addressees: tuple[Addressee, ...], *, limits: Automatic, subject: str
) -> Verdict:
    """Whether the message may leave, recipient by recipient.

    Automatic mail to an address that is not proved leaves with the neutral `subject` and quotes
    nothing: it must not carry a stranger's words to his victim.
    """
    answers = {one.address: _refusal(message, one, limits) for one in addressees}
    allowed = tuple(address for address, code in answers.items() if not code)
    known = {one.address for one in addressees if one.verified or message.purpose == "own"}
    if message.automatic and not known.issuperset(allowed):
        message = replace(message, subject=subject, quote="", file_ids=(), inline_file_ids=())
    refused = {address: code for address, code in answers.items() if code}
    return Verdict(message=message, allowed=allowed, refused=refused)


def _refusal(message: Outbound, to: Addressee, limits: Automatic) -> str:
    if to.unusable:
        return "address_unusable"
    if message.purpose == "own" and not to.is_our_person:
        return "not_our_person"
    if message.purpose not in WITHOUT_CONSENT and message.purpose not in to.given:
        return "no_consent"
    return _automatic(message, to, limits) if message.automatic else ""


def _automatic(message: Outbound, to: Addressee, limits: Automatic) -> str:
    if to.is_ours:
        return "own_address"
    if to.address.lower().rpartition("@")[0].partition("+")[0] in limits.machines:
        return "machine_address"
    if to.in_window >= limits.most_in_window:
        return "too_often"
    trusted = to.verified or message.purpose == "own"
    most = limits.most_a_day if trusted else limits.most_a_day_unverified
    return "too_many_today" if to.today >= most else ""


def is_ours(address: str, own: AbstractSet[str]) -> bool:
    """One of our mailboxes, or one with an id behind the plus."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local}@{domain}" in own or f"{local.partition('+')[0]}@{domain}" in own
