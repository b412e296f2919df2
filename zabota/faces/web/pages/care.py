"""What a customer's page tells of his needs, of what matters to him, and of how he is served."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import get_language, gettext

from zabota.domains.charter import queries as charter
from zabota.domains.desk.queries import glance
from zabota.domains.people.enums import FieldKind, NoteKind, Purpose, RelationshipType
from zabota.domains.people.queries import attention, care, personal
from zabota.domains.people.queries import dossier as people
from zabota.domains.people.queries.care import Care
from zabota.domains.people.queries.personal import Personal
from zabota.domains.people.rules.sections import LEVELS, Customers, PersonalData, Vip
from zabota.faces.design import hours
from zabota.faces.web import words
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.brands import queries as brands

LEADING = {Role.LEADER, Role.MANAGER, Role.OWNER}


@dataclass(frozen=True, kw_only=True)
class Quick:
    """The customer at a glance, for everybody (S-027)."""

    status: Sequence[str]
    expects: str
    tier: str
    mood: str
    last_problem: str
    last_problem_open: bool
    wanted: Sequence[str]
    heed: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Served:
    """How he is served, in words."""

    segment: str
    relationship: str
    preferred: str
    own_agent: str
    deputies: Sequence[str]
    deputy_ids: Sequence[int]
    is_own_agent_missing: bool


@dataclass(frozen=True, kw_only=True)
class Need:
    id: int
    text: str
    state: str
    is_open: bool
    owner: str
    at: datetime
    url: str


@dataclass(frozen=True, kw_only=True)
class Interest:
    id: int
    text: str
    at: datetime
    until: date | None
    is_expired: bool
    url: str


@dataclass(frozen=True, kw_only=True)
class Day:
    id: int
    name: str
    when: str


@dataclass(frozen=True, kw_only=True)
class ToDo:
    id: int
    what: str
    due: date
    owner: str
    draft: str
    customer: str
    url: str
    done_url: str
    done: str


@dataclass(frozen=True, kw_only=True)
class Grant:
    name: str
    reason: str
    grantor: str
    since: date
    until: date | None
    is_ended: bool
    entitlements: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Wording:
    purpose: str
    text: str


@dataclass(frozen=True, kw_only=True)
class CarePage:
    """See the module. `url` is where its acts are sent, an act's name in place of `ACT`."""

    quick: Quick
    served: Served
    needs: Sequence[Need]
    interests: Sequence[Interest]
    wanted: Sequence[Interest]
    days: Sequence[Day]
    dears: Sequence[care.DearEntry]
    to_do: Sequence[ToDo]
    done: Sequence[ToDo]
    observations: Sequence[tuple[care.ObservationEntry, str]]
    grants: Sequence[Grant]
    vip: str
    personal: Personal
    facts: Sequence[tuple[str, str]]  # fields that have a value: its name, the value
    wordings: Sequence[Wording]
    of_age: str
    leads: bool


def care_page(actor: Actor, known: people.Dossier, *, at: datetime) -> CarePage:
    """Of a customer whose dossier this person has got."""
    found = care.care_for(actor, known.ref, at=at)
    rules = charter.in_force(at=at)
    service = attention.service_of(known.id, at=at)
    level = rules.section(Vip).level(service.vip)
    vip = level.name.in_language(_language()) if level else ""
    fields = personal.personal_for(actor, known.ref)
    sources = _sources(actor, found)
    return CarePage(
        quick=_quick(actor, known, found, vip),
        served=_served(service),
        needs=[_need(one, sources) for one in found.needs],
        interests=[_interest(one, sources) for one in found.interests],
        wanted=[_interest(one, sources) for one in found.wanted],
        days=[_day(one) for one in found.days],
        dears=found.dears,
        to_do=[to_do(one) for one in found.tasks if one.done_at is None],
        done=[to_do(one) for one in found.tasks if one.done_at is not None],
        observations=[(one, str(words.PROPOSALS[one.state])) for one in found.observations],
        grants=[_grant(one, rules.section(Vip)) for one in found.grants],
        vip=vip,
        personal=fields,
        facts=_facts(fields),
        wordings=wordings(known.language or _language(), rules.section(PersonalData)),
        of_age=rules.section(PersonalData).of_age.in_language(known.language or _language()),
        leads=actor.role in LEADING,
    )


def segments(*, at: datetime) -> Sequence[str]:
    """The groups of customers that the charter names."""
    return charter.in_force(at=at).section(Customers).segments


def levels(*, at: datetime) -> Sequence[tuple[str, str]]:
    """The VIP levels with their names."""
    section = charter.in_force(at=at).section(Vip)
    found = [(key, section.level(key)) for key in LEVELS]
    return [(key, one.name.in_language(_language())) for key, one in found if one]


def wordings(language: str, section: PersonalData) -> Sequence[Wording]:
    """What a customer agrees to, purpose by purpose, in his language, by the brand's law."""
    brand = brands.first()
    if brand is None:
        return []
    company = brand.legal_entity.name if brand.legal_entity else brand.name
    return [
        Wording(
            purpose=purpose.value,
            text=section.wording(
                purpose, company=company, country=brand.country, language=language
            ),
        )
        for purpose in Purpose
        if purpose is not Purpose.SERVICE
    ]


def to_do(one: care.TaskEntry) -> ToDo:
    """A task of care in words."""
    kind = str(words.CARE_KINDS[one.kind])
    done = ""
    if one.done_at is not None:
        done = one.done_by
    return ToDo(
        id=one.id,
        what=f"{kind}: {one.what}" if one.what else kind,
        due=one.due_on,
        owner=one.owner_name,
        draft=one.draft,
        customer=one.customer_name,
        url=reverse("web:customer", args=[one.customer_ref]),
        done_url=reverse("web:customer-care", args=[one.customer_ref, "done"]),
        done=done,
    )


def _quick(actor: Actor, known: people.Dossier, found: Care, vip: str) -> Quick:
    status = [vip, known.segment, str(words.RELATIONSHIP[known.state])]
    moods = [note.text for note in known.notes if note.kind is NoteKind.ATTITUDE]
    problem = glance.last_problem_of(actor, known.id)
    return Quick(
        status=[one for one in status if one],
        expects=known.expects,
        tier=known.tier.upper(),
        mood=glance.last_mood_of(actor, known.id) or next(iter(moods), ""),
        last_problem=problem.title if problem else "",
        last_problem_open=problem is not None and problem.resolved_at is None,
        wanted=[one.text for one in found.wanted if not one.is_expired],
        heed=[f"{one.name}: {one.needs}" for one in found.dears if one.needs],
    )


def _served(service: attention.Service) -> Served:
    people_ids = {service.preferred_agent_id, service.dedicated_agent_id, *service.deputies}
    names = accounts.names({one for one in people_ids if one is not None})
    return Served(
        segment=service.segment,
        relationship=str(words.RELATIONSHIP_TYPES[service.relationship]),
        preferred=names.get(service.preferred_agent_id or 0, ""),
        own_agent=names.get(service.dedicated_agent_id or 0, ""),
        deputy_ids=service.deputies,
        deputies=[names.get(one, "") for one in service.deputies],
        is_own_agent_missing=service.relationship is RelationshipType.DEDICATED
        and service.dedicated_agent_id is None,
    )


def _sources(actor: Actor, found: Care) -> dict[str, str]:
    """Message name → its place, of those that this person may see."""
    asked = {one.message_ref for one in found.needs}
    asked |= {one.message_ref for one in (*found.interests, *found.wanted)}
    places = glance.places_of(actor, asked - {""})
    return {
        message: f"{reverse('web:conversation', args=[ref])}#m-{message}"
        for message, ref in places.items()
    }


def _facts(known: Personal) -> Sequence[tuple[str, str]]:
    """What the fields of the dossier say; and who speaks for a minor."""
    decided = {"yes": gettext("yes"), "no": gettext("no")}
    facts = [
        (
            one.field.called(_language()),
            decided.get(one.value, one.value) if one.field.kind is FieldKind.YES_NO else one.value,
        )
        for one in known.values
        if one.value
    ]
    if who := known.representative:
        said = ", ".join(one for one in (who.name, who.relation, who.contact) if one)
        facts.append((gettext("Who speaks for a minor"), said))
    return facts


def _need(one: care.NeedEntry, sources: dict[str, str]) -> Need:
    return Need(
        id=one.id,
        text=one.text,
        state=str(words.NEEDS[one.state]),
        is_open=one.state == "open",
        owner=one.owner_name,
        at=one.at,
        url=sources.get(one.message_ref, ""),
    )


def _interest(one: care.InterestEntry, sources: dict[str, str]) -> Interest:
    return Interest(
        id=one.id,
        text=one.text,
        at=one.at,
        until=one.wanted_until,
        is_expired=one.is_expired,
        url=sources.get(one.message_ref, ""),
    )


def _day(one: care.DayEntry) -> Day:
    # A leap year, so that each day of a calendar has a place.
    shown = hours.day_of_year(date(2000, one.month, one.day), language=_language())
    return Day(
        id=one.id,
        name=one.name or str(words.DAY_KINDS[one.kind]),
        when=f"{shown} ({one.year})" if one.year else shown,
    )


def _grant(one: care.GrantEntry, section: Vip) -> Grant:
    level = section.level(one.level)
    return Grant(
        name=level.name.in_language(_language()) if level else one.level,
        reason=one.reason,
        grantor=gettext("by a rule") if one.by_rule else one.grantor_name,
        since=one.since,
        until=one.until,
        is_ended=one.is_ended,
        entitlements=level.lines(_language()) if level else (),
    )


def _language() -> str:
    return (get_language() or "en").split("-")[0]
