"""Ways out of mailings: a sealed token in each mail that is not service, one click, no sign-in
(S-729, RFC 8058).

The token holds the address and the purpose, readable by this installation only, so that neither
stands in a link or a log. It works for ever: a wish to hear no more does not expire. To take that
wish back it works for some hours only: later it may have come into other hands.
"""

import base64
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from zabota.domains.channels.envelopes import Outbound
from zabota.domains.channels.models import Channel
from zabota.domains.channels.rules.gate import WITHOUT_CONSENT
from zabota.domains.channels.rules.sections import Mail
from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.standard import Charter, Scope
from zabota.domains.people.enums import NOT_THEIRS, Origin, Purpose
from zabota.domains.people.errors import Conflict
from zabota.domains.people.queries import permissions
from zabota.domains.people.services import optouts
from zabota.domains.people.services.consents import Proof
from zabota.kernel.brands import queries as brands
from zabota.kernel.brands.models import Brand
from zabota.kernel.secrets import keys

OPT_OUT_KEYS = "mail-opt-out"
PATH = "/unsubscribe/"


class NoSuchLink(Exception):
    """The link was not made here, or was cut."""


@dataclass(frozen=True, kw_only=True)
class OptOut:
    """Who wants to hear no more, of what, from which brand, and in which language we wrote."""

    address: str
    purpose: str
    channel_kind: str = "email"
    brand_id: int = 0
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the page behind a link says. `address` is shortened: the link may be in other hands.

    `mailing` is what the letters are called; `stop` and `resume` the words of the two buttons.
    """

    brand_name: str
    language: str
    time_zone: str
    address: str
    mailing: str
    stop: str
    resume: str
    is_stopped: bool
    is_ours_no_more: bool
    can_resume: bool


def way_out(message: Outbound) -> str:
    """The address of the page that ends the mailing; "" for mail that is no mailing.

    It is made for the one recipient: a mailing is not written to several at once.
    """
    if message.purpose in WITHOUT_CONSENT or len(message.to) != 1 or message.cc:
        return ""
    asked = OptOut(
        address=message.to[0].address,
        purpose=message.purpose,
        brand_id=Channel.objects.values_list("brand_id", flat=True).get(pk=message.channel_id),
        language=message.language,
    )
    return f"{settings.ZABOTA_URL.rstrip('/')}{PATH}{token(asked)}"


def token(asked: OptOut) -> str:
    """The wish as it stands in a link."""
    _key_id, key = keys.signing_key(OPT_OUT_KEYS)
    told = json.dumps(
        [asked.address, asked.purpose, asked.channel_kind, asked.brand_id, asked.language]
    ).encode()
    return _fernet(key).encrypt(told).decode().rstrip("=")


def read(shown: str) -> OptOut | None:
    """What a link asks for; None when we did not make it."""
    known = [_fernet(key) for key in keys.reading_keys(OPT_OUT_KEYS).values()]
    if not known or len(shown) > 2_000 or not shown.isascii():
        return None
    try:
        told = MultiFernet(known).decrypt(shown + "=" * (-len(shown) % 4))
    except InvalidToken:
        return None
    address, purpose, kind, *more = json.loads(told)
    brand_id, language = more or (0, "")
    return OptOut(
        address=address,
        purpose=purpose,
        channel_kind=kind,
        brand_id=brand_id,
        language=language,
    )


def page(shown: str, *, language: str = "", at: datetime) -> Page:
    """What stands behind a link, in `language` or else in that of the letter. Reading changes
    nothing. Raises NoSuchLink.
    """
    asked, brand, section, _charter = _asked(shown, language, at)
    word = permissions.last_word(asked.address, asked.purpose, channel_kind=asked.channel_kind)
    known = permissions.of_addresses([asked.address], channel_kind=asked.channel_kind)
    permission = known[asked.address]
    disowned = permission.unusable == NOT_THEIRS
    by_link = word is not None and not word.given and word.origin == Origin.UNSUBSCRIBE_LINK
    fresh = word is not None and at < word.at + timedelta(hours=section.resume_hours)
    return Page(
        brand_name=brand.name if brand else "",
        language=asked.language,
        time_zone=brand.time_zone if brand else "UTC",
        address=_shortened(asked.address),
        mailing=getattr(section.mailings, asked.purpose).in_language(asked.language),
        stop=section.stop.in_language(asked.language),
        resume=section.resume.in_language(asked.language),
        is_stopped=asked.purpose not in permission.given,
        is_ours_no_more=disowned,
        can_resume=by_link and fresh and not disowned,
    )


def stop(shown: str, *, ip: str, language: str = "", one_click: bool = False, at: datetime) -> None:
    """The reader hears no more of it, from this moment (S-731); twice is once. Raises NoSuchLink.

    `one_click`: a mail program said it in his name, by the words of RFC 8058.
    """
    asked, _brand, section, rules = _asked(shown, language, at)
    words = section.stop.in_language(asked.language)
    wording = "List-Unsubscribe=One-Click" if one_click else words
    optouts.stop(
        asked.address,
        [Purpose(asked.purpose)],
        _proof(asked, wording, rules, ip=ip),
        channel_kind=asked.channel_kind,
        at=at,
    )


def resume(shown: str, *, ip: str, language: str = "", at: datetime) -> None:
    """He wants to hear of it after all, within the hours in which the link may say so.

    Raises NoSuchLink, people's Conflict (`nothing_to_take_back`, `too_late`).
    """
    asked, brand, section, rules = _asked(shown, language, at)
    if not page(shown, at=at).can_resume:
        raise Conflict("too_late")
    entity = brand.legal_entity if brand else None
    proof = _proof(asked, section.resume.in_language(asked.language), rules, ip=ip)
    optouts.take_back(
        asked.address,
        Purpose(asked.purpose),
        replace(proof, controllers=[(entity.name, entity.address)] if entity else []),
        channel_kind=asked.channel_kind,
        at=at,
    )


def disown(shown: str, *, ip: str, language: str = "", at: datetime) -> None:
    """The reader is not who we think: nothing is written to this address any more (S-717).

    Raises NoSuchLink.
    """
    asked, _brand, _section, rules = _asked(shown, language, at)
    optouts.disown(asked.address, _proof(asked, NOT_THEIRS, rules, ip=ip), at=at)


def _asked(shown: str, language: str, at: datetime) -> tuple[OptOut, Brand | None, Mail, Charter]:
    asked = read(shown)
    if asked is None or asked.purpose not in optouts.MAILINGS:
        raise NoSuchLink
    known = {brand.pk: brand for brand in brands.brands()}
    brand = known.get(asked.brand_id) or next(iter(known.values()), None)
    spoken = language or asked.language or (brand.language if brand else "en")
    asked = replace(asked, language=spoken)
    rules = charter.in_force(at=at)
    section = rules.section(Mail, scope=Scope(brand=brand.pk if brand else None))
    return asked, brand, section, rules


def _proof(asked: OptOut, wording: str, rules: Charter, *, ip: str) -> Proof:
    return Proof(
        wording=wording,
        wording_version=str(rules.number),
        language=asked.language,
        origin=Origin.UNSUBSCRIBE_LINK,
        origin_page=f"{settings.ZABOTA_URL.rstrip('/')}{PATH}",
        ip=ip,
    )


def _shortened(address: str) -> str:
    """Enough for its owner to know it by."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))
