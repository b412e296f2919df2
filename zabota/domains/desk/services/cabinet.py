"""How a customer comes into his cabinet, and what he changes there about himself.

Nobody learns from it whose addresses we know: whatever is typed, the same is done and said (T37).
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.channels.rules.sections import Mail
from zabota.domains.channels.services import visits
from zabota.domains.charter import queries as charter
from zabota.domains.desk.enums import Presence
from zabota.domains.desk.errors import Incomplete, NotFound
from zabota.domains.desk.models import Participant
from zabota.domains.desk.queries import cabinet as cabinets
from zabota.domains.desk.queries import staff
from zabota.domains.desk.services import forms, posting
from zabota.domains.people.enums import Origin, Purpose, RelationshipType
from zabota.domains.people.errors import NotAnAddress
from zabota.domains.people.errors import NotFound as NobodyThere
from zabota.domains.people.queries import attention
from zabota.domains.people.services import doors, dossier, optouts
from zabota.domains.people.services.consents import Proof
from zabota.kernel import tx
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.brands import queries as brands
from zabota.kernel.brands.models import Brand

PATH = "/my/"


def ask(email: str, *, language: str, at: datetime) -> str:
    """A code goes to the address, if it is a proved one. Returns the secret that the browser keeps
    until the code is typed. Raises Incomplete (`email`).
    """
    with tx.write():
        rules = posting.section(_brand(email).pk, at=at)
        try:
            asked = doors.ask(
                email,
                lasts=timedelta(minutes=rules.code_minutes),
                most_an_hour=rules.codes_an_hour,
                at=at,
            )
        except NotAnAddress as problem:
            raise Incomplete("email") from problem
        if asked.code:
            with contextlib.suppress(Incomplete):  # no mailbox: nothing tells that apart, either
                _post(asked, rules_of=_brand(email), language=language, at=at)
    return asked.token


def _post(asked: doors.Asked, *, rules_of: Brand, language: str, at: datetime) -> None:
    section = posting.section(rules_of.pk, at=at)
    spoken = posting.spoken(rules_of, language, asked.language)
    letter = posting.Letter(
        key=f"code:{asked.id}",
        address=asked.address,
        subject=section.code_subject.say(spoken, brand=rules_of.name),
        text=section.code_text.say(
            spoken, brand=rules_of.name, code=asked.code, minutes=str(section.code_minutes)
        ),
        language=spoken,
    )
    posting.post(letter, rules_of, at=at)


def _brand(email: str) -> Brand:
    """The brand that he wrote to last, else the first."""
    part = (
        Participant.objects.filter(identity__value=email.strip().lower())
        .select_related("conversation__brand")
        .order_by("-pk")
        .first()
    )
    return part.conversation.brand if part else brands.brands()[0]


def enter(secret: str, code: str, *, at: datetime) -> tuple[str, timedelta]:
    """The code was typed: the secret of the visit, and how long it lasts. Raises NotFound, whatever
    was wrong: unknown address, other browser, wrong code, too late, too many tries.
    """
    rules = posting.section(brands.brands()[0].pk, at=at)
    lasts = timedelta(days=rules.visit_days)
    try:
        return doors.enter(secret, code, tries=rules.code_tries, lasts=lasts, at=at), lasts
    except NobodyThere as problem:
        raise NotFound from problem


def change(visit: str, changes: dossier.Changes, *, at: datetime) -> None:
    """His name, and how he is addressed and reached, as he says it himself (S-721, S-722).

    Raises NotFound, Incomplete (`name_empty`).
    """
    with tx.write():
        found = cabinets.holder(visit, at=at)
        dossier.wish(found.customer_id, changes, at=at, with_name=True)


@dataclass(frozen=True, kw_only=True)
class Help:
    """Who is there for a customer: his own person with those who stand in (S-034), and the open
    ways, the fastest first. `comes_first`: he serves himself, and a person stays in sight (S-035).
    """

    own_name: str
    own_is_here: bool
    deputies: Sequence[str]
    ways: Sequence[forms.Way]
    form_key: str
    comes_first: bool


def help_for(visit: str, brand_id: int, *, at: datetime) -> Help:
    """As he is served (S-032). Raises NotFound."""
    service = attention.service_of(cabinets.holder(visit, at=at).customer_id, at=at)
    own = service.dedicated_agent_id
    names = accounts.names({*([own] if own else []), *service.deputies})
    here = staff.presences([own], at=at) if own else {}
    chat = visits.chat_of(brand_id)
    return Help(
        own_name=names.get(own or 0, ""),
        own_is_here=here.get(own or 0) == Presence.AVAILABLE,
        deputies=[names[one] for one in service.deputies if one in names],
        ways=forms.ways(chat, at=at) if chat else (),
        form_key=chat.key if chat else "",
        comes_first=service.relationship is RelationshipType.SELF_SERVICE,
    )


def stop(visit: str, purpose: Purpose, *, ip: str, language: str, at: datetime) -> None:
    """He wants no more letters of this kind: it holds from this moment (S-731). Raises NotFound."""
    with tx.write():
        found = cabinets.holder(visit, at=at)
        rules = charter.in_force(at=at)
        proof = Proof(
            wording=rules.section(Mail).stop.in_language(language),
            wording_version=str(rules.number),
            language=language,
            origin=Origin.CABINET,
            origin_page=posting.address_of(PATH),
            ip=ip,
        )
        optouts.stop(found.address, [purpose], proof, at=at)
