"""A visitor of the chat leaves a mail address; its reader confirms it by the link in a letter, and
takes part in the matter from then on (S-082).

The one who clicks says with it that he wrote in the chat. Whoever typed his address gains nothing
by that: the chat shows only what was written in it, the cabinet opens by a code alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.channels.queries import addresses
from zabota.domains.channels.services.visits import Visitor
from zabota.domains.desk import events
from zabota.domains.desk.enums import Direction, ParticipantRole, Trust
from zabota.domains.desk.errors import Incomplete, NotFound
from zabota.domains.desk.models import Conversation, Participant
from zabota.domains.desk.queries import talk
from zabota.domains.desk.services import away, common, posting
from zabota.domains.people.enums import IdentityKind
from zabota.domains.people.errors import NotAnAddress
from zabota.domains.people.errors import NotFound as NoClaim
from zabota.domains.people.queries import doors as claims
from zabota.domains.people.services import doors
from zabota.kernel import tx
from zabota.kernel.accounts.roles import SYSTEM
from zabota.kernel.brands.models import Brand

PATH = "/confirm/"


def leave_address(visitor: Visitor, *, email: str, name: str, at: datetime) -> None:
    """A letter goes to the address; nothing is believed before its reader confirms it.

    Raises NotFound (he has written nothing yet), Incomplete (`email`, `no_mailbox`).
    """
    with tx.write():
        number = talk.matter_of(visitor.ref)
        if number is None:
            raise NotFound
        conversation = Conversation.objects.select_related("brand").get(pk=number)
        his = conversation.participants.filter(
            identity__kind=IdentityKind.CHAT, identity__value=visitor.ref
        ).first()
        if his is None:
            raise NotFound
        ask_to_confirm(
            conversation, his.identity_id, email, name=name, language=visitor.language, at=at
        )


def ask_to_confirm(
    conversation: Conversation,
    identity_id: int,
    email: str,
    *,
    name: str,
    language: str,
    text: str = "",
    at: datetime,
) -> None:
    """The letter with the link, within the caller's transaction; `text` instead of the usual one.

    Raises Incomplete (`email`, `no_mailbox`).
    """
    section = posting.section(conversation.brand_id, at=at)
    brand = conversation.brand
    lasts = timedelta(days=section.confirm_days)
    if email.strip().lower() in addresses.own_addresses():
        raise Incomplete("email")
    try:
        claimed = doors.claim(
            identity_id,
            email,
            name=name,
            about_id=conversation.pk,
            language=language,
            lasts=lasts,
            at=at,
        )
    except NotAnAddress as problem:
        raise Incomplete("email") from problem
    usual = section.confirm_text.say(language, brand=brand.name, days=str(section.confirm_days))
    letter = posting.Letter(
        key=f"claim:{claimed.id}",
        address=claimed.address,
        subject=section.confirm_subject.say(language, brand=brand.name),
        text=text or usual,
        language=language,
        links=[
            (
                section.confirm_button.in_language(language),
                posting.address_of(f"{PATH}{claimed.token}/"),
            )
        ],
    )
    posting.post(letter, brand, team_id=conversation.team_id, at=at)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the page behind the link says."""

    address: str
    made_at: datetime
    brand_name: str
    time_zone: str
    language: str
    answer: str  # "", "yes" or "no"


def asked(token: str, *, at: datetime) -> Asked:
    """Reading it changes nothing. Raises NotFound: unknown, or run out (T21)."""
    try:
        claim = claims.claim(token, at=at)
    except NoClaim as problem:
        raise NotFound from problem
    brand = Brand.objects.filter(
        pk__in=Conversation.objects.filter(pk=claim.about_id or 0).values("brand_id")
    ).first()
    if brand is None:
        raise NotFound
    return Asked(
        address=claim.address,
        made_at=claim.made_at,
        brand_name=brand.name,
        time_zone=brand.time_zone,
        language=posting.spoken(brand, claim.language),
        answer=claim.answer,
    )


def confirm(token: str, *, at: datetime) -> None:
    """Its reader says yes: the address is proved and takes part in the matter. Raises NotFound."""
    with tx.write():
        try:
            confirmed = doors.confirm(token, at=at)
        except NoClaim as problem:
            raise NotFound from problem
        conversation = common.locked(confirmed.about_id or 0)
        row, made = Participant.objects.get_or_create(
            conversation=conversation,
            identity_id=confirmed.identity_id,
            defaults={"role": ParticipantRole.CUSTOMER, "name": confirmed.name, "since": at},
        )
        if not made and (row.dropped_at or row.role == ParticipantRole.SOMEONE_ELSE):
            row.role, row.dropped_at, row.dropped_by = ParticipantRole.CUSTOMER, None, None
            row.save()
        # What he wrote by the form before he proved that the address is his.
        conversation.messages.filter(
            direction=Direction.IN,
            identity_id=confirmed.identity_id,
            trust=Trust.UNVERIFIED,
            envelope_id__isnull=True,
        ).update(trust=Trust.VERIFIED)
        common.refresh(conversation)
        fact = events.ParticipantsChanged(conversation_id=conversation.pk)
        common.tell(fact, conversation, actor=SYSTEM, at=at)
        away.mail_unseen(conversation, at=at)


def refuse(token: str, *, at: datetime) -> None:
    """Its reader says that it was not he: nothing comes of it. Raises NotFound."""
    with tx.write():
        try:
            doors.refuse(token, at=at)
        except NoClaim as problem:
            raise NotFound from problem
