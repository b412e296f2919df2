"""Who takes part: people copied in are taken up by hand, dropped by hand and confirmed (S-093)."""

from datetime import datetime

from django.db.models import Q

from zabota.domains.channels.queries import addresses
from zabota.domains.desk import events
from zabota.domains.desk.enums import Direction, ParticipantRole
from zabota.domains.desk.errors import Incomplete, NotFound
from zabota.domains.desk.models import Conversation, Participant, PortalLink
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common
from zabota.domains.people import rules as people_rules
from zabota.domains.people import services as people
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import NotAnAddress
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor


def approve(ref: str, *, address: str, name: str = "", actor: Actor, at: datetime) -> Participant:
    """Take up a person whom a letter of this conversation names or who wrote into it.

    From now on he gets each reply. Raises NotFound, NotAllowed, Incomplete (`not_an_address`,
    `own_address`, `not_in_thread`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        value = _normalised(address)
        if value in addresses.own_addresses():
            raise Incomplete("own_address")
        if not _is_in_thread(conversation, value):
            raise Incomplete("not_in_thread")
        met = people.recognise([people.Seen(shown=address.strip(), name=name)], at=at)[value]
        row, new = Participant.objects.get_or_create(
            conversation=conversation,
            identity_id=met.identity_id,
            defaults={"role": ParticipantRole.COPY, "name": (name or met.name)[:200], "since": at},
        )
        if not new:
            if row.role == ParticipantRole.SOMEONE_ELSE:
                row.role = ParticipantRole.COPY
            row.dropped_at, row.dropped_by = None, None
            row.save()
        _tell(conversation, actor, at)
    return row


def drop(
    ref: str, identity_id: int, *, confirmed: bool = False, actor: Actor, at: datetime
) -> Participant:
    """He gets no more replies, and his links to the matter end.

    Raises NotFound, NotAllowed, Incomplete (`drop_unconfirmed`, `nobody_to_write_to`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        row = _of(conversation, identity_id)
        if not confirmed:
            raise Incomplete("drop_unconfirmed", names=[row.identity.shown])
        others = Participant.objects.filter(conversation=conversation, dropped_at__isnull=True)
        others = others.exclude(pk=row.pk).exclude(role=ParticipantRole.SOMEONE_ELSE)
        if not others.exists():
            raise Incomplete("nobody_to_write_to")
        if row.dropped_at is None:
            row.dropped_at, row.dropped_by_id = at, actor.id
            row.save(update_fields=["dropped_at", "dropped_by"])
            here = Q(conversation=conversation) | Q(conversation__merged_into=conversation)
            PortalLink.objects.filter(
                here, identity_id=identity_id, revoked_at__isnull=True
            ).update(revoked_at=at)
            _tell(conversation, actor, at)
    return row


def restore(ref: str, identity_id: int, *, actor: Actor, at: datetime) -> Participant:
    """He gets replies again; old links stay ended. Raises NotFound, NotAllowed."""
    with tx.write():
        conversation = access.answerable(actor, ref)
        row = _of(conversation, identity_id)
        if row.dropped_at is not None:
            row.dropped_at, row.dropped_by = None, None
            row.save(update_fields=["dropped_at", "dropped_by"])
            _tell(conversation, actor, at)
    return row


def _normalised(address: str) -> str:
    try:
        return people_rules.normalised(IdentityKind.EMAIL, address)
    except NotAnAddress:
        raise Incomplete("not_an_address") from None


def _is_in_thread(conversation: Conversation, value: str) -> bool:
    if Participant.objects.filter(conversation=conversation, identity__value=value).exists():
        return True
    letters = conversation.messages.exclude(direction=Direction.NOTE)
    named = (
        address.strip().lower()
        for to, cc in letters.values_list("to", "cc")
        for _, address in (*to, *cc)
    )
    return value in named


def _of(conversation: Conversation, identity_id: int) -> Participant:
    row = (
        Participant.objects.select_related("identity")
        .filter(conversation=conversation, identity_id=identity_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def _tell(conversation: Conversation, actor: Actor, at: datetime) -> None:
    common.refresh(conversation)
    fact = events.ParticipantsChanged(conversation_id=conversation.pk)
    common.tell(fact, conversation, actor=actor, at=at)
