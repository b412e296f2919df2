"""The composer: to whom, what was typed, which files wait, and what stands in the way."""

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from zabota.domains.desk.enums import Direction, ParticipantRole
from zabota.domains.desk.queries import work
from zabota.domains.desk.queries.thread import Thread
from zabota.domains.desk.services import checks, drafts, uploads
from zabota.kernel.accounts.roles import Actor

KEPT = "zabota.web.kept"
AT_HAND = 8


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file that was sent with a reply that was not accepted yet: it need not be sent again."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Written:
    """What was sent and came back with a question: nothing typed is ever lost.

    `again` is what it asks for though it is here already; `confirmed` what was answered with "yes"
    for these very words.
    """

    text: str = ""
    kind: str = "reply"
    client_id: str = ""
    seen: int = 0
    drop: Sequence[str] = ()
    files: Sequence[Kept] = ()
    refused: str = ""
    code: str = ""
    asks_for_list: bool = False
    again: Sequence[work.AskedAgain] = ()
    confirmed: Collection[str] = ()

    @property
    def mark(self) -> str:
        """These words, as a confirmation of them is known by."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Known:
    """A sentence that asks for what is here: the file, or the fact."""

    sentence: str
    name: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Recipient:
    name: str
    address: str
    is_dropped: bool
    shown: str  # the address, as people read it


@dataclass(frozen=True, kw_only=True)
class Report:
    """A task that is done and that a reply can report (S-121)."""

    id: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Composer:
    """`seen` is the newest message before the writer's eyes. `asks` is what must be confirmed."""

    url: str
    kind: str
    text: str
    client_id: str
    seen: int
    recipients: Sequence[Recipient]
    to: str
    files: Sequence[Kept]
    kept: str
    placeholder: str
    leaves: str
    leaves_later: str  # the same while the visitor of a chat is away
    refused: str
    asks: str
    asks_for_list: bool
    known: Sequence[Known]
    confirmed: Collection[str]
    mark: str
    most_bytes: int
    room: int  # what further files may weigh
    draft_url: str
    typing_url: str
    is_chat: bool
    draft_at: datetime | None
    others: Sequence[str]
    reports: Sequence[Report]
    colleagues: Sequence[str]
    tone: str  # how this channel writes (S-055)
    at_hand: Sequence[str]  # of them, to be named with one press
    may_answer: bool


def composer(
    actor: Actor,
    found: Thread,
    written: Written | None,
    *,
    tasks: Sequence[work.TaskEntry],
    now: datetime,
    say: str = "",
) -> Composer:
    """The composer of a conversation, with what was written before: just now, or as a draft; `say`
    is how the customer is addressed.
    """
    draft = None if written else _draft(found.ref, actor)
    what = written or (_drafted(draft) if draft else Written())
    people = dict(work.colleagues(actor, found.ref))
    most_bytes = uploads.most_bytes(at=now)
    kind = what.kind if actor.may_answer else "note"
    recipients = [
        Recipient(
            name=one.name or (_("Visitor") if one.is_visitor else one.address),
            address=one.address,
            is_dropped=one.address in what.drop,
            shown="" if one.is_visitor else one.address,
        )
        for one in found.people
        if not one.is_dropped and one.role is not ParticipantRole.SOMEONE_ELSE
    ]
    return Composer(
        url=reverse("web:write", args=[found.ref]),
        kind=kind,
        text=what.text,
        client_id=what.client_id or str(uuid.uuid4()),
        seen=what.seen or _newest(found),
        recipients=recipients,
        to=_to(recipients),
        files=what.files,
        kept=keep(what.files, actor),
        placeholder=_begins(say or found.customer_name, is_answer=actor.may_answer),
        leaves=_leaves(found),
        leaves_later=_leaves_later(recipients) if found.is_chat else "",
        refused=what.refused,
        asks=what.code if what.code in {"answered_meanwhile", "drop_unconfirmed"} else "",
        asks_for_list=what.asks_for_list,
        known=[_known(one) for one in what.again],
        confirmed=what.confirmed,
        mark=what.mark,
        most_bytes=most_bytes,
        room=most_bytes - sum(file.size for file in what.files),
        draft_url=reverse("web:draft", args=[found.ref]),
        typing_url=reverse("web:typing", args=[found.ref]),
        is_chat=found.is_chat,
        draft_at=draft.changed_at if draft else None,
        others=[one.name for one in drafts.others(found.ref, actor)],
        reports=[Report(id=task.id, text=task.text) for task in tasks if task.state == "done"],
        colleagues=list(people.values()),
        at_hand=[name for number, name in people.items() if number != actor.id][:AT_HAND],
        tone=_tone(actor, found.ref, now),
        may_answer=actor.may_answer,
    )


def _leaves(found: Thread) -> str:
    """By which way it goes, and whether it can be taken back."""
    if found.is_chat:
        return _("Is read at once, in the chat")
    if found.is_demo:
        return _("Demo: leaves in a moment and reaches nobody")
    return _("Leaves as mail in a moment, can be taken back")


def _leaves_later(recipients: Sequence[Recipient]) -> str:
    address = next((one.shown for one in recipients if one.shown), "")
    if address:
        return _("Waits in the chat, and goes by mail to %(address)s") % {"address": address}
    return _("Waits in the chat until the visitor is back")


def _begins(name: str, *, is_answer: bool) -> str:
    """What stands in the empty field: how an answer begins, or what else is written here."""
    if not is_answer:
        return _("What colleagues should know")
    return f"{name}, …" if name else "…"


def _tone(actor: Actor, ref: str, now: datetime) -> str:
    """In the reader's language; who does not write need not know."""
    if not actor.may_answer:
        return ""
    language = (get_language() or "en")[:2]
    return checks.tone(ref, language=language, actor=actor, at=now)


def _draft(ref: str, actor: Actor) -> drafts.Own | None:
    """What was typed last and not sent."""
    return max(drafts.of(ref, actor), key=lambda one: one.changed_at, default=None)


def _drafted(draft: drafts.Own) -> Written:
    return Written(text=draft.text, kind=draft.kind, files=held(draft.files))


def held(files: Sequence[uploads.Upload]) -> Sequence[Kept]:
    """Files of a letter of ours, to go with a reply once more."""
    return [Kept(id=one.id, name=one.name, size=one.size) for one in files]


def _known(one: work.AskedAgain) -> Known:
    file = one.file
    url = reverse("web:file", args=[file.ref, file.message_ref]) if file else ""
    return Known(sentence=one.sentence, name=file.name if file else one.fact, url=url)


def keep(files: Sequence[Kept], actor: Actor) -> str:
    """Files that wait, signed for who brought them: nobody names files that are not his."""
    if not files:
        return ""
    rows = [[one.id, one.name, one.size] for one in files]
    return signing.dumps([actor.person_id, rows], salt=KEPT)


def kept(text: str, actor: Actor) -> Sequence[Kept]:
    """The files again, for who brought them; none for anybody and anything else (T20)."""
    try:
        person_id, rows = signing.loads(text, salt=KEPT, max_age=24 * 3600)
    except (signing.BadSignature, ValueError):
        return ()
    if person_id != actor.person_id:
        return ()
    return [Kept(id=number, name=name, size=size) for number, name, size in rows]


def numbered(text: str) -> str:
    """The questions of a text as a numbered list (S-120): each line that asks gets its number."""
    number, lines = 0, []
    for line in text.splitlines():
        if "?" in line:
            for part in _asked(line):
                number += 1
                lines.append(f"{number}. {part}")
        else:
            lines.append(line)
    return "\n".join(lines)


def _asked(line: str) -> Sequence[str]:
    """The questions of a line, each with its sign; words after the last one stay with it."""
    bare = line.strip().lstrip("0123456789.) ")
    parts = [part.strip() + "?" for part in bare.split("?")[:-1] if part.strip()]
    rest = bare.rpartition("?")[2].strip()
    return [*parts[:-1], f"{parts[-1]} {rest}".strip()] if parts else [bare]


def _newest(found: Thread) -> int:
    heard = [one.id for one in found.entries if one.direction is not Direction.NOTE]
    return heard[-1] if heard else 0


def _to(recipients: Sequence[Recipient]) -> str:
    if not recipients:
        return _("Nobody")
    rest = len(recipients) - 1
    first = recipients[0].name
    if not rest:
        return first
    return f"{first} " + ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}
