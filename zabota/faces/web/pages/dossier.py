"""The customer beside the thread: who it is, by which addresses, who else takes part."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zabota.domains.desk.enums import ParticipantRole
from zabota.domains.desk.queries.thread import Thread
from zabota.faces.web import words


@dataclass(frozen=True, kw_only=True)
class Participant:
    name: str
    address: str
    mark: str
    is_verified: bool


@dataclass(frozen=True, kw_only=True)
class Dossier:
    name: str
    language: str
    mailbox: str
    participants: Sequence[Participant]


def dossier(found: Thread) -> Dossier:
    """What the side of a conversation shows of its customer."""
    return Dossier(
        name=found.customer_name or _("Unknown sender"),
        language=words.language(found.language) if found.language else "",
        mailbox=found.channel_address,
        participants=[
            Participant(
                name=one.name or one.address,
                address=one.address,
                mark=_mark(one.role, is_dropped=one.is_dropped, is_usable=one.is_usable),
                is_verified=one.is_verified,
            )
            for one in found.people
        ],
    )


def _mark(role: ParticipantRole, *, is_dropped: bool, is_usable: bool) -> str:
    if not is_usable:
        return _("letters come back")
    if is_dropped:
        return _("gets no replies")
    if role is ParticipantRole.SOMEONE_ELSE:
        return _("does not take part")
    return _("copied in") if role is ParticipantRole.COPY else ""
