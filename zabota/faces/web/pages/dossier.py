"""The customer beside the thread: who it is, what he asked before, what is being done for him."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from zabota.domains.desk.enums import Direction, ParticipantRole
from zabota.domains.desk.queries import glance, history, work
from zabota.domains.desk.queries.thread import Entry, Person, Thread
from zabota.domains.desk.rules import asking
from zabota.domains.people.queries import dossier as people
from zabota.faces.web import words
from zabota.kernel.accounts.roles import Actor

EARLIER = 5


@dataclass(frozen=True, kw_only=True)
class Participant:
    id: int
    name: str
    address: str
    mark: str
    is_verified: bool
    act: str
    act_url: str


@dataclass(frozen=True, kw_only=True)
class EarlierMatter:
    subject: str
    url: str
    at: datetime
    ended: str


@dataclass(frozen=True, kw_only=True)
class Customer:
    """What is known of the customer himself, in words."""

    url: str
    say: str
    manner: str
    stage: str
    notes: Sequence[tuple[str, str]]
    consents: Sequence[tuple[str, str]]
    warning: str


@dataclass(frozen=True, kw_only=True)
class Task:
    id: int
    text: str
    owner: str
    state: str
    done_url: str
    drop_url: str


@dataclass(frozen=True, kw_only=True)
class Problem:
    title: str
    resolution: str
    ref: str
    resolve_url: str
    other_url: str
    also: Sequence[tuple[str, str]]  # address, words


@dataclass(frozen=True, kw_only=True)
class Entitled:
    """What a VIP customer is to get in this matter."""

    id: int
    what: str
    state: str
    is_missed: bool
    due: datetime | None
    give_url: str


@dataclass(frozen=True, kw_only=True)
class ForWhom:
    """Whom the matter is for, when the customer orders for somebody else (S-052)."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Dossier:
    name: str
    language: str
    mailbox: str
    customer: Customer | None
    tags: Sequence[str]
    tasks: Sequence[Task]
    asks: Sequence[str]
    asked_in: str
    task_url: str
    problems: Sequence[Problem]
    earlier: Sequence[EarlierMatter]
    participants: Sequence[Participant]
    for_whom: ForWhom | None
    may_act: bool
    entitled: Sequence[Entitled]


def dossier(actor: Actor, found: Thread, tasks: Sequence[work.TaskEntry]) -> Dossier:
    """What the side of a conversation shows. A fixed number of queries."""
    heard = [one for one in found.entries if one.direction is Direction.IN and not one.automatic]
    asked_in = heard[-1].ref if heard and actor.may_answer else ""
    return Dossier(
        name=words.sender(found.customer_name, in_chat=found.is_chat),
        language=words.language(found.language) if found.language else "",
        mailbox=found.channel_address,
        customer=_customer(found),
        tags=work.tags_of(actor, found.ref),
        tasks=[_task(one, found.ref) for one in tasks],
        asks=_asks(heard[-1], tasks) if asked_in else (),
        asked_in=asked_in,
        task_url=reverse("web:act", args=[found.ref, "task"]),
        problems=[_problem(one, found.ref) for one in work.problems_of(actor, found.ref)],
        earlier=_earlier(actor, found),
        participants=[_participant(one, found, actor) for one in found.people],
        for_whom=_for_whom(found),
        may_act=actor.may_answer,
        entitled=[_entitled(one, found.ref) for one in glance.entitlements_of(actor, found.ref)],
    )


def _entitled(one: glance.Entitlement, ref: str) -> Entitled:
    language = (get_language() or "en").split("-")[0]
    gives = one.is_by_hand and one.state == "due"
    return Entitled(
        id=one.id,
        what=one.what.get(language) or one.what.get("en", ""),
        state=str(words.ENTITLEMENTS[one.state]),
        is_missed=one.state == "missed",
        due=one.due_at if one.state == "due" else None,
        give_url=reverse("web:act", args=[ref, "entitlement-given"]) if gives else "",
    )


def _customer(found: Thread) -> Customer | None:
    """Who sees a conversation sees its customer."""
    known = people.brief_of(found.customer_id) if found.customer_id else None
    if known is None:
        return None
    return Customer(
        url=reverse("web:customer", args=[known.ref]),
        say=known.say,
        manner=str(words.FORMALITY[known.formality]),
        stage=known.stage,
        notes=[(str(words.NOTE_KINDS[kind]), text) for kind, text in known.notes],
        consents=[
            (str(words.PURPOSES[purpose]), _("yes") if given else _("no"))
            for purpose, given in known.consents
        ],
        warning=_("Service is refused to this customer.") if known.is_refused else "",
    )


def _asks(entry: Entry, tasks: Sequence[work.TaskEntry]) -> Sequence[str]:
    """What the last letter asks for and is no task yet (S-121)."""
    own = "\n".join(piece.text for piece in entry.pieces if piece.kind == "own")
    made = {task.text for task in tasks if task.asked_in == entry.ref}
    return [text for text in asking.requests(own) if text not in made]


def _earlier(actor: Actor, found: Thread) -> Sequence[EarlierMatter]:
    if found.customer_id is None:
        return []
    rows = history.earlier(actor, found.customer_id, except_ref=found.ref, limit=EARLIER)
    return [earlier_matter(row) for row in rows]


def earlier_matter(row: history.Earlier) -> EarlierMatter:
    """An earlier matter with how it ended (S-010)."""
    ended = words.CLOSED_BY[row.ended_by] if row.ended_by else words.STATES[row.state]
    return EarlierMatter(
        subject=row.subject or _("No subject"),
        url=reverse("web:conversation", args=[row.ref]),
        at=row.ended_at or row.last_message_at,
        ended=str(ended),
    )


def _task(one: work.TaskEntry, ref: str) -> Task:
    is_loose = one.state in {"open", "done"}
    drop = f"{reverse('web:act', args=[ref, 'task-dropped'])}?task={one.id}"
    return Task(
        id=one.id,
        text=one.text,
        owner=one.owner_name,
        state=str(words.TASK_STATES[one.state]),
        done_url=reverse("web:act", args=[ref, "task-done"]) if one.state == "open" else "",
        drop_url=drop if is_loose and one.state == "open" else "",
    )


def _problem(one: work.ProblemEntry, ref: str) -> Problem:
    resolve = f"{reverse('web:act', args=[ref, 'problem-resolved'])}?problem={one.ref}"
    also = [
        (
            reverse("web:conversation", args=[other]),
            _("No. %(number)s, %(subject)s") % {"number": number, "subject": subject},
        )
        for other, number, subject in one.conversations
        if other != ref
    ]
    return Problem(
        title=one.title,
        resolution=one.resolution,
        ref=one.ref,
        resolve_url="" if one.resolved_at else resolve,
        other_url=""
        if one.resolved_at or not also
        else reverse("web:act", args=[ref, "other-problem"]),
        also=also,
    )


def _participant(one: Person, found: Thread, actor: Actor) -> Participant:
    act, name = _act(one)
    if name == "leave-out" and _written_to(found) == 1:
        act = ""  # a reply must reach somebody
    address = reverse("web:act", args=[found.ref, name])
    query = f"address={one.address}" if name == "take-in" else f"person={one.identity_id}"
    return Participant(
        id=one.identity_id,
        name=one.name or (_("Visitor") if one.is_visitor else one.address),
        address=_("in the chat") if one.is_visitor else one.address,
        mark=_mark(one),
        is_verified=one.is_verified,
        act=act if actor.may_answer else "",
        act_url=f"{address}?{query}",
    )


def _for_whom(found: Thread) -> ForWhom | None:
    if found.for_whom is None:
        return None
    ref, name = found.for_whom
    return ForWhom(name=name, url=reverse("web:customer", args=[ref]))


def _written_to(found: Thread) -> int:
    """How many get our replies."""
    others = ParticipantRole.SOMEONE_ELSE
    return sum(not one.is_dropped and one.role is not others for one in found.people)


def _act(one: Person) -> tuple[str, str]:
    if one.role is ParticipantRole.SOMEONE_ELSE:
        return _("Take in"), "take-in"
    return (
        (pgettext("to somebody left out", "Write again"), "take-back")
        if one.is_dropped
        else (_("Leave out"), "leave-out")
    )


def _mark(one: Person) -> str:
    if not one.is_usable:
        return _("letters come back")
    if one.is_dropped:
        return _("gets no replies")
    if one.role is ParticipantRole.SOMEONE_ELSE:
        return _("does not take part")
    return _("copied in") if one.role is ParticipantRole.COPY else ""
