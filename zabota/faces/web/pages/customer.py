"""One customer on one page: who it is, what was agreed, how he came here, what he asked (S-001)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zabota.domains.desk.queries import history
from zabota.domains.people.queries import custody
from zabota.domains.people.queries import dossier as people
from zabota.faces.web import words
from zabota.faces.web.pages.bonds import Bonds, bonds
from zabota.faces.web.pages.dossier import EarlierMatter, earlier_matter
from zabota.kernel.accounts.roles import Actor

MOST_MATTERS = 50


@dataclass(frozen=True, kw_only=True)
class Address:
    shown: str
    is_verified: bool
    mark: str


@dataclass(frozen=True, kw_only=True)
class Note:
    kind: str
    text: str
    author: str
    at: datetime
    remove_url: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    name: str
    note: str
    author: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Consent:
    purpose: str
    given: str
    at: datetime
    wording: str
    by: str
    key: str
    channel: str
    is_given: bool


@dataclass(frozen=True, kw_only=True)
class Promised:
    """A promise with the matter it was given in; `is_running` while it waits to be kept."""

    what: str
    given: datetime
    due: datetime
    state: str
    is_running: bool
    subject: str
    url: str


@dataclass(frozen=True, kw_only=True)
class CustomerPage:
    """`known` is what the form is filled with; `habit` how he usually writes (S-046), `manner` how
    he is addressed and reached, as name and value.
    """

    ref: str
    name: str
    url: str
    more: str
    manner: Sequence[tuple[str, str]]
    warning: str
    habit: str
    addresses: Sequence[Address]
    notes: Sequence[Note]
    stages: Sequence[Stage]
    consents: Sequence[Consent]
    promises: Sequence[Promised]
    matters: Sequence[EarlierMatter]
    bonds: Bonds
    known: people.Dossier
    note_url: str
    stage_url: str
    may_change: bool
    may_erase: bool
    erasing_by: str  # who asks that he be erased

    @property
    def has_running(self) -> bool:
        """Whether a promise to him waits to be kept."""
        return any(one.is_running for one in self.promises)


def customer_page(actor: Actor, ref: str) -> CustomerPage:
    """All that is known of a customer whom the person may see. Raises NotFound."""
    known = people.dossier_for(actor, ref)
    matters = history.earlier(actor, known.id, limit=MOST_MATTERS)
    return CustomerPage(
        ref=known.ref,
        name=known.name,
        url=reverse("web:customer", args=[known.ref]),
        more=_more(known),
        manner=_manner(known),
        warning=_refused(known),
        habit=_habit(known),
        addresses=[_address(one) for one in known.addresses],
        notes=[_note(one, known.ref) for one in known.notes],
        stages=[
            Stage(name=one.name, note=one.note, author=one.author_name, at=one.at)
            for one in known.stages
        ],
        consents=[_consent(one) for one in known.consents],
        promises=[_promised(one) for one in history.promised(actor, known.id)],
        matters=[earlier_matter(one) for one in matters],
        bonds=bonds(actor, known),
        known=known,
        note_url=reverse("web:customer-note", args=[known.ref]),
        stage_url=reverse("web:customer-stage", args=[known.ref]),
        may_change=actor.may_answer,
        may_erase=actor.role in custody.MAY_ERASE,
        erasing_by=_erasing_by(actor, known.ref),
    )


def _more(known: people.Dossier) -> str:
    """Who it is to us, and which language he speaks."""
    kind = str(words.CONTACT_KINDS[known.contact_kind])
    return f"{kind} · {words.language(known.language)}" if known.language else kind


def _manner(known: people.Dossier) -> Sequence[tuple[str, str]]:
    """How to address and reach him; what is not known is left out."""
    said = [known.say, str(words.FORMALITY[known.formality])]
    way = str(words.WAYS[known.preferred_channel]) if known.preferred_channel else ""
    reach = ", ".join(one for one in (way, known.preferred_time) if one)
    pairs = [
        (_("To address"), ", ".join(one for one in said if one)),
        (_("To reach"), reach),
    ]
    return [(name, value) for name, value in pairs if value]


def _erasing_by(actor: Actor, ref: str) -> str:
    if actor.role not in custody.MAY_ERASE:
        return ""
    asked = custody.asked_of(actor, ref)
    return asked.by if asked else ""


def _refused(known: people.Dossier) -> str:
    if known.refused is None:
        return ""
    return _("Service is refused to this customer. Look at it again: %(date)s.") % {
        "date": known.refused.review_on
    }


def _habit(known: people.Dossier) -> str:
    zone = known.time_zone or timezone.get_current_timezone_name()
    found = history.habit(known.id, time_zone=zone)
    if found is None or found.hour is None:
        return ""
    return _("Usually writes at about %(hour)s:00 (%(channel)s).") % {
        "channel": words.channel(found.channel_kind),
        "hour": found.hour,
    }


def _address(one: people.Address) -> Address:
    mark = _("letters come back") if one.unusable_reason else ""
    return Address(shown=one.shown, is_verified=one.is_verified, mark=mark)


def _note(one: people.Note, ref: str) -> Note:
    return Note(
        kind=str(words.NOTE_KINDS[one.kind]),
        text=one.text,
        author=one.author_name,
        at=one.at,
        remove_url=reverse("web:customer-note-remove", args=[ref, one.id]),
    )


def _promised(one: history.Given) -> Promised:
    return Promised(
        what=words.promise(one.word.kind),
        given=one.word.given_at,
        due=one.word.due_at,
        state=one.word.state,
        is_running=one.word.is_standing,
        subject=one.subject or _("No subject"),
        url=reverse("web:conversation", args=[one.ref]),
    )


def _consent(one: people.ConsentState) -> Consent:
    return Consent(
        purpose=str(words.PURPOSES[one.purpose]),
        given=_("yes") if one.given else _("no"),
        at=one.at,
        wording=one.wording,
        by=one.clerk_name or one.origin_page,
        key=one.purpose,
        channel=one.channel_kind,
        is_given=one.given,
    )
