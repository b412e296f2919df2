"""Work on conversations as it is read: tags, tasks, handovers, problems, asking the leader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zabota.domains.desk.enums import Delivery, Direction
from zabota.domains.desk.models import (
    Attachment,
    Conversation,
    ConversationTag,
    Handover,
    LeaderRequest,
    Problem,
    ProblemLink,
    RefusalStep,
    Tag,
    Task,
)
from zabota.domains.desk.queries import access, thread
from zabota.domains.desk.queries.beside import may_have
from zabota.domains.desk.rules import asking
from zabota.domains.desk.rules import handover as rules
from zabota.domains.promises import queries as promises
from zabota.kernel import once
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class TaskEntry:
    """A task; `state` is open, done (not yet reported), reported or dropped."""

    id: int
    text: str
    conversation_ref: str
    subject: str
    asked_in: str  # ref of the message
    owner_id: int | None
    owner_name: str
    created_at: datetime
    done_at: datetime | None
    state: str
    dropped_reason: str


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """A file of the conversation, with the message that brought it."""

    ref: str
    message_ref: str
    name: str
    media_type: str
    size: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """What the giver added, and who has read it."""

    id: int
    giver_name: str
    receiver_id: int | None
    receiver_name: str
    team_name: str
    next_step: str
    known: Sequence[str]
    mood: str
    at: datetime
    read_at: datetime | None
    read_by_name: str
    awaits_me: bool


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All a receiver needs (S-112, S-115): the latest handover, and what goes with the matter."""

    ref: str
    subject: str
    handover: HandedOver | None
    words: Sequence[promises.Word]
    files: Sequence[FileEntry]
    people: Sequence[thread.Person]
    tasks: Sequence[TaskEntry]


@dataclass(frozen=True, kw_only=True)
class AskedAgain:
    """A sentence of a draft asks for what we have: the file to link, or the fact."""

    sentence: str
    file: FileEntry | None
    fact: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """An agent's question to the leader."""

    id: int
    conversation_ref: str
    subject: str
    question: str
    asked_by_name: str
    asked_at: datetime
    decision: str
    advice: str
    decided_by_name: str
    decided_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ProblemEntry:
    """A technical problem and those conversations telling of it that the person may see."""

    ref: str
    title: str
    description: str
    opened_at: datetime
    opened_by_name: str
    resolution: str
    resolved_at: datetime | None
    conversations: Sequence[tuple[str, int, str]]  # ref, number, subject


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the ladder of refusing service (S-131)."""

    step: str
    by_name: str
    at: datetime
    evidence: str


# --- tags and people -----------------------------------------------------------------------------


def all_tags() -> Sequence[str]:
    """Every tag in use, in order."""
    used = ConversationTag.objects.values("tag_id")
    return list(Tag.objects.filter(pk__in=used).order_by("name").values_list("name", flat=True))


def tags_of(actor: Actor, ref: str) -> Sequence[str]:
    """The tags of one conversation. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    if not may_have(ConversationTag, actor, conversation.pk):
        return []
    rows = ConversationTag.objects.filter(conversation=conversation)
    return list(rows.order_by("tag__name").values_list("tag__name", flat=True))


def colleagues(actor: Actor, ref: str) -> Sequence[tuple[int, str]]:
    """(id, name) of who may see the conversation and be named in a note. Raises NotFound."""
    found = access.conversation_for(actor, ref)
    return list(once.once(("seers", found.pk), lambda: access.names_of_seers(found)).items())


def receivers(actor: Actor, ref: str) -> Sequence[tuple[int, str]]:
    """(id, name) of whom it may be given to within its team. Raises NotFound."""
    rows = access.answerers(access.conversation_for(actor, ref)).exclude(pk=actor.person_id)
    return list(rows.values_list("pk", "name"))


# --- tasks ---------------------------------------------------------------------------------------


def tasks(actor: Actor, ref: str) -> Sequence[TaskEntry]:
    """All tasks of one conversation, the oldest first. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    if not may_have(Task, actor, conversation.pk):
        return []
    return once.once(
        ("tasks", conversation.pk),
        lambda: _tasks(Task.objects.filter(conversation=conversation)),
    )


def loose_tasks(actor: Actor) -> Sequence[TaskEntry]:
    """Tasks that are his, open or done and not yet told to the customer."""
    rows = Task.objects.filter(
        owner_id=actor.person_id, conversation__in=access.conversations_for(actor)
    )
    return _tasks(rows.filter(_is_loose()))


def proposed_tasks(actor: Actor, message_ref: str) -> Sequence[str]:
    """What a customer's message asks for, without what was made a task already (S-121).

    Raises NotFound.
    """
    message = access.message_for(actor, message_ref)
    if message.direction != Direction.IN:
        return []
    words = [one.text for one in thread.pieces(message.text, message.folds) if one.kind == "own"]
    made = set(Task.objects.filter(asked_in=message).values_list("text", flat=True))
    return [text for text in asking.requests("\n".join(words)) if text not in made]


def _is_loose() -> Q:
    return Q(dropped_at__isnull=True) & Q(reported_in__isnull=True)


def _tasks(rows: QuerySet[Task]) -> Sequence[TaskEntry]:
    found = rows.select_related("conversation", "asked_in", "owner").order_by("pk")
    return [
        TaskEntry(
            id=row.pk,
            text=row.text,
            conversation_ref=row.conversation.ref,
            subject=row.conversation.subject,
            asked_in=row.asked_in.ref if row.asked_in else "",
            owner_id=row.owner_id,
            owner_name=row.owner.name if row.owner else "",
            created_at=row.created_at,
            done_at=row.done_at,
            state=_state(row),
            dropped_reason=row.dropped_reason,
        )
        for row in found
    ]


def _state(row: Task) -> str:
    if row.dropped_at is not None:
        return "dropped"
    if row.reported_in_id is not None:
        return "reported"
    return "done" if row.done_at is not None else "open"


# --- handovers -----------------------------------------------------------------------------------


def handover_sheet(actor: Actor, ref: str) -> Sheet:
    """The sheet of a conversation; without a handover, what would go with one. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    words = promises.words_about("conversation", conversation.pk)
    loose = Task.objects.filter(_is_loose(), conversation=conversation)
    return Sheet(
        ref=conversation.ref,
        subject=conversation.subject,
        handover=_handed_over(actor, conversation),
        words=[word for word in words if word.is_standing],
        files=[_file(row) for row in _files(conversation)],
        people=[one for one in thread.people(conversation) if not one.is_dropped],
        tasks=_tasks(loose),
    )


def handed_over(actor: Actor, ref: str) -> HandedOver | None:
    """The latest handover of a conversation alone. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    if not may_have(Handover, actor, conversation.pk):
        return None
    return _handed_over(actor, conversation)


def asked_again(actor: Actor, ref: str, text: str) -> Sequence[AskedAgain]:
    """What a draft asks for though the customer gave it already (AS-44). Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    if not rules.asks(text):
        return []
    rows = {row.pk: row for row in _files(conversation)}
    files = [rules.Known(row.pk, row.name, row.file.media_type) for row in rows.values()]
    known = Handover.objects.filter(conversation=conversation).order_by("-pk")
    facts = [line for told in known.values_list("known", flat=True) for line in _lines(told)]
    return [
        AskedAgain(
            sentence=one.sentence,
            file=_file(rows[one.file.id]) if one.file else None,
            fact=one.fact,
        )
        for one in rules.asks_again(text, known_files=files, known_facts=facts)
    ]


def _handed_over(actor: Actor, conversation: Conversation) -> HandedOver | None:
    row = (
        Handover.objects.filter(conversation=conversation)
        .select_related("giver", "receiver", "team", "read_by")
        .order_by("-pk")
        .first()
    )
    if row is None:
        return None
    teams = actor.teams | actor.led
    mine = row.receiver_id == actor.id or (row.receiver_id is None and row.team_id in teams)
    return HandedOver(
        id=row.pk,
        giver_name=row.giver.name,
        receiver_id=row.receiver_id,
        receiver_name=row.receiver.name if row.receiver else "",
        team_name=row.team.name if row.team else "",
        next_step=row.next_step,
        known=_lines(row.known),
        mood=row.mood,
        at=row.at,
        read_at=row.read_at,
        read_by_name=row.read_by.name if row.read_by else "",
        awaits_me=mine and row.read_at is None and actor.may_answer,
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _files(conversation: Conversation) -> Sequence[Attachment]:
    """The customer's files and ours, the newest first; pictures inside letters are none."""
    rows = Attachment.objects.filter(message__conversation=conversation, inline=False)
    return list(rows.select_related("file", "message").order_by("-pk"))


def _file(row: Attachment) -> FileEntry:
    return FileEntry(
        ref=row.file.ref,
        message_ref=row.message.ref,
        name=row.name,
        media_type=row.file.media_type,
        size=row.file.size,
        at=row.message.at,
    )


# --- problems ------------------------------------------------------------------------------------


def problems(actor: Actor, *, resolved: bool = False) -> Sequence[ProblemEntry]:
    """Problems of which a conversation that he sees tells: three queries."""
    seen = ProblemLink.objects.filter(conversation__in=access.conversations_for(actor))
    rows = Problem.objects.filter(
        pk__in=seen.values("problem_id"), resolved_at__isnull=not resolved
    )
    return _problems(actor, rows)


def knows_other_problems(actor: Actor, ref: str) -> bool:
    """Whether there is an unresolved problem that this conversation does not tell of yet: one
    query more. Raises NotFound.
    """
    conversation = access.conversation_for(actor, ref)
    if not may_have(Problem, actor, conversation.pk):
        return False
    seen = ProblemLink.objects.filter(
        conversation__in=access.conversations_for(actor), problem__resolved_at__isnull=True
    )
    here = ProblemLink.objects.filter(conversation=conversation)
    return seen.exclude(problem_id__in=here.values("problem_id")).exists()


def problems_of(actor: Actor, ref: str) -> Sequence[ProblemEntry]:
    """Problems that one conversation tells of. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    if not may_have(ProblemLink, actor, conversation.pk):
        return []
    return _problems(actor, Problem.objects.filter(links__conversation=conversation))


def _problems(actor: Actor, rows: QuerySet[Problem]) -> Sequence[ProblemEntry]:
    found = list(rows.select_related("opened_by").order_by("-opened_at", "-pk"))
    told: dict[int, list[tuple[str, int, str]]] = {row.pk: [] for row in found}
    links = ProblemLink.objects.filter(
        problem__in=found, conversation__in=access.conversations_for(actor)
    )
    for link in links.select_related("conversation").order_by("pk"):
        one = link.conversation
        told[link.problem_id].append((one.ref, one.number, one.subject))
    return [
        ProblemEntry(
            ref=row.ref,
            title=row.title,
            description=row.description,
            opened_at=row.opened_at,
            opened_by_name=row.opened_by.name,
            resolution=row.resolution,
            resolved_at=row.resolved_at,
            conversations=told[row.pk],
        )
        for row in found
    ]


# --- the leader ----------------------------------------------------------------------------------


def open_questions(actor: Actor) -> Sequence[Question]:
    """Questions that wait for this person's decision as a leader, the oldest first."""
    rows = LeaderRequest.objects.filter(
        decided_at__isnull=True, conversation__in=access.conversations_for(actor)
    )
    return [_question(row) for row in _with_people(rows) if actor.leads(row.conversation.team_id)]


def questions_of(actor: Actor, ref: str) -> Sequence[Question]:
    """Questions asked about one conversation, with what was decided. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    if not may_have(LeaderRequest, actor, conversation.pk):
        return []
    rows = LeaderRequest.objects.filter(conversation=conversation)
    return [_question(row) for row in _with_people(rows)]


def refusal_steps(actor: Actor, ref: str) -> Sequence[Step]:
    """The steps taken towards refusing service. Raises NotFound."""
    conversation = access.conversation_for(actor, ref)
    rows = RefusalStep.objects.filter(conversation=conversation).select_related("by")
    rows = rows.exclude(message__delivery=Delivery.UNDONE)  # it was taken back: no step was taken
    return [
        Step(step=row.step, by_name=row.by.name, at=row.at, evidence=row.evidence)
        for row in rows.order_by("pk")
    ]


def _with_people(rows: QuerySet[LeaderRequest]) -> QuerySet[LeaderRequest]:
    return rows.select_related("conversation", "asked_by", "decided_by").order_by("pk")


def _question(row: LeaderRequest) -> Question:
    return Question(
        id=row.pk,
        conversation_ref=row.conversation.ref,
        subject=row.conversation.subject,
        question=row.question,
        asked_by_name=row.asked_by.name,
        asked_at=row.asked_at,
        decision=row.decision,
        advice=row.advice,
        decided_by_name=row.decided_by.name if row.decided_by else "",
        decided_at=row.decided_at,
    )
