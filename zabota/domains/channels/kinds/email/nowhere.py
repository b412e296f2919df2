"""The way of a demo mailbox's letters: to nobody. It answers as a server would."""

from zabota.domains.channels.rules.outcomes import Outcome, refusal
from zabota.domains.channels.services.sending import Letter

# Addresses that can never exist (RFC 2606).
NEVER = ".invalid"


def take(letter: Letter) -> Outcome:
    """Accept a letter for everybody whose address could exist."""
    never = {address for address in letter.recipients if address.lower().endswith(NEVER)}
    return Outcome(
        accepted=tuple(address for address in letter.recipients if address not in never),
        refused={address: refusal(550, "5.1.1 User unknown") for address in never},
    )
