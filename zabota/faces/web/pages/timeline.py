"""The thread as it is shown: days, messages, notes, and what happened between them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zabota.domains.desk.enums import Delivery, Direction, Trust
from zabota.domains.desk.queries.thread import Entry, File, Piece
from zabota.faces.design import hours
from zabota.faces.web import words
from zabota.faces.web.pages.happenings import Happening

CLOCKS_DIFFER = timedelta(hours=1)
NAMED_RECIPIENTS = 3


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of a text: plain, a mention, or folded with the words of its fold."""

    text: str
    kind: str  # "own", "at", "quote", "signature"
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class Attached:
    name: str
    url: str
    size: int
    is_picture: bool


@dataclass(frozen=True, kw_only=True)
class Posting:
    """How far one of ours got, in words, and the way out."""

    state: str
    words: str
    detail: str
    undo_url: str
    send_at: datetime | None
    again_url: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message or note. `kind` is "in", "out" or "note"; the address stands beside the name."""

    id: int
    ref: str
    kind: str
    name: str
    address: str
    to: str
    at: datetime
    dated: datetime | None
    parts: Sequence[Part]
    files: Sequence[Attached]
    warnings: Sequence[str]
    posting: Posting | None
    original_url: str
    language: str
    is_last: bool
    is_mine: bool
    is_chat: bool  # said, not sent as a letter


@dataclass(frozen=True, kw_only=True)
class Day:
    """A line that begins a day. `name` says it as one would; `date` names its place."""

    name: str
    date: str = ""
    is_new: bool = False


Item = Message | Happening | Day


@dataclass(frozen=True, kw_only=True)
class Reader:
    """For whom the thread is made: his id, the thread's language, what he has read."""

    person_id: int
    ref: str
    language: str
    read_up_to: int
    may_answer: bool
    is_chat: bool
    locale: str
    colleagues: Sequence[str]


def timeline(
    entries: Sequence[Entry],
    happenings: Sequence[Happening],
    *,
    reader: Reader,
    now: datetime,
    since: datetime | None = None,
) -> Sequence[Item]:
    """Messages and happenings in the order in which they came, with lines between days; `since` is
    when the last item before them came.
    """
    last = entries[-1].id if entries else 0
    messages = [message(entry, reader=reader, is_last=entry.id == last) for entry in entries]
    return list(_with_days(_merged(messages, happenings), reader, now, since))


def _merged(
    messages: Sequence[Message], happenings: Sequence[Happening]
) -> Iterable[Message | Happening]:
    """Messages keep their own order; a happening goes before the first that came later."""
    waiting = list(happenings)
    for one in messages:
        while waiting and waiting[0].at < one.at:
            yield waiting.pop(0)
        yield one
    yield from waiting


def _with_days(
    items: Iterable[Message | Happening], reader: Reader, now: datetime, since: datetime | None
) -> Iterable[Item]:
    today = timezone.localtime(now).date()
    shown = timezone.localtime(since).date() if since else None
    told_new = reader.read_up_to == 0 or since is not None
    for item in items:
        date = timezone.localtime(item.at).date()
        if date != shown:
            name = capfirst(hours.day(date, today=today, language=reader.locale))
            yield Day(name=name, date=date.isoformat())
            shown = date
        unread = isinstance(item, Message) and item.kind == "in" and item.id > reader.read_up_to
        if unread and not told_new:
            told_new = True
            yield Day(name=_("New"), is_new=True)
        yield item


def message(entry: Entry, *, reader: Reader, is_last: bool) -> Message:
    """One entry of the thread as it is shown."""
    differs = entry.dated is not None and abs(entry.dated - entry.at) > CLOCKS_DIFFER
    in_chat = reader.is_chat and "@" not in entry.address
    return Message(
        id=entry.id,
        ref=entry.ref,
        kind=str(entry.direction),
        name=_name(entry, in_chat=in_chat),
        address=entry.address if entry.direction is Direction.IN and not in_chat else "",
        to="" if in_chat else _to(entry),
        at=entry.at,
        dated=entry.dated if differs else None,
        parts=_note(entry, reader.colleagues)
        if entry.direction is Direction.NOTE
        else _parts(entry.pieces),
        files=[_file(file, entry.ref) for file in entry.files if not _is_hidden(file)],
        warnings=_warnings(entry),
        posting=_posting(entry, reader),
        original_url=reverse("web:original", args=[entry.ref]) if entry.has_original else "",
        language=_other_language(entry, reader),
        is_last=is_last,
        is_mine=entry.author_id == reader.person_id,
        is_chat=in_chat,
    )


def _name(entry: Entry, *, in_chat: bool) -> str:
    if in_chat and entry.author_name == entry.address:
        return _("Visitor") if entry.address else _("Zabota")
    return entry.author_name or _("Zabota")


def _to(entry: Entry) -> str:
    named = [name or address for name, address in (*entry.to, *entry.cc)]
    rest = len(named) - NAMED_RECIPIENTS + entry.more_recipients
    shown = ", ".join(named[:NAMED_RECIPIENTS])
    if rest > 0:
        shown += " " + ngettext("and %(n)s more", "and %(n)s more", rest) % {"n": rest}
    return shown


def _parts(pieces: Sequence[Piece]) -> Sequence[Part]:
    return [
        Part(text=piece.text.strip("\n"), kind=piece.kind, summary=_summary(piece))
        for piece in pieces
    ]


def _summary(piece: Piece) -> str:
    if piece.kind == "quote":
        words_ = ngettext("Quotation, %(n)s line", "Quotation, %(n)s lines", piece.lines)
        return words_ % {"n": piece.lines}
    return _("Signature") if piece.kind == "signature" else ""


def _note(entry: Entry, colleagues: Sequence[str]) -> Sequence[Part]:
    """The text with mentions marked: whole names first, then first names, then any word after @."""
    firsts = [name.split(" ")[0] for name in colleagues]
    known = "|".join(re.escape(name) for name in (*colleagues, *firsts))
    mention = re.compile(rf"(?<!\w)@(?:{known or '(?!)'}|\w[\w.-]*)", re.IGNORECASE)
    text = "".join(piece.text for piece in entry.pieces)
    parts, at = [], 0
    for found in mention.finditer(text):
        parts += [Part(text=text[at : found.start()], kind="own")] if found.start() > at else []
        parts.append(Part(text=found.group(), kind="at"))
        at = found.end()
    return [*parts, Part(text=text[at:], kind="own")] if text[at:] else parts


def _file(file: File, message_ref: str) -> Attached:
    return Attached(
        name=file.name or _("File without a name"),
        url=reverse("web:file", args=[file.ref, message_ref]),
        size=file.size,
        is_picture=file.media_type.startswith("image/"),
    )


def _is_hidden(file: File) -> bool:
    """A picture that stands in the original's text is seen there."""
    return file.inline and bool(file.content_id)


# Letters whose words are inside a sealed part, and Outlook's own wrapping of files.
SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")
WRAPPED = ("application/ms-tnef", "application/vnd.ms-tnef")


def _wrappings(entry: Entry) -> Sequence[str]:
    """What cannot be read here, and what to do."""
    found = []
    types = {file.media_type for file in entry.files}
    names = {file.name.lower() for file in entry.files}
    is_sealed = not types.isdisjoint(SEALED) or any(name.endswith(".p7m") for name in names)
    if is_sealed and not any(piece.text.strip() for piece in entry.pieces):
        found.append(
            _(
                "The words of this letter are sealed (S/MIME or PGP). Open the file in a mail"
                " program that has the key, or ask for a letter without a seal."
            )
        )
    if not types.isdisjoint(WRAPPED) or "winmail.dat" in names:
        found.append(
            _(
                "Outlook has wrapped its files into winmail.dat. Ask the sender to attach them once"
                " more as plain text or HTML."
            )
        )
    return found


def _warnings(entry: Entry) -> Sequence[str]:
    found = []
    if entry.trust is Trust.SOMEONE_ELSE:
        found.append(_("Somebody who does not take part wrote this. Our replies do not reach him."))
    if entry.trust is Trust.UNVERIFIED:
        found.append(_("It is not certain that this letter comes from this address."))
    if entry.id_reused:
        found.append(_("Another letter bears the same number; both are kept."))
    if entry.automatic:
        found.append(_("Written by a machine."))
    return [*found, *_wrappings(entry)]


def _posting(entry: Entry, reader: Reader) -> Posting | None:
    if entry.delivery is None:
        return None
    is_mine = entry.author_id == reader.person_id
    queued = entry.delivery is Delivery.QUEUED
    failed = entry.delivery is Delivery.FAILED
    undo = queued and is_mine and not entry.by_system
    again = f"{reverse('web:conversation', args=[reader.ref])}?again={entry.ref}#composer"
    return Posting(
        state=str(entry.delivery),
        words=_posting_words(entry),
        detail=entry.delivery_detail if failed else "",
        undo_url=reverse("web:undo", args=[entry.ref]) if undo else "",
        send_at=entry.next_try_at if entry.delivery is Delivery.DELAYED else entry.send_at,
        again_url=again if failed and reader.may_answer and not entry.by_system else "",
    )


def _posting_words(entry: Entry) -> str:
    said: Mapping[Delivery, str] = {
        Delivery.QUEUED: _("Leaves in a moment"),
        Delivery.SENT: "",
        Delivery.DELAYED: words.delivery(entry.delivery_error, waits=True),
        Delivery.FAILED: words.delivery(entry.delivery_error),
        Delivery.UNDONE: _("Taken back"),
    }
    if entry.perhaps_twice:
        return _("Perhaps it left twice: the server broke off while it was taking the letter.")
    return said[entry.delivery] if entry.delivery else ""


def _other_language(entry: Entry, reader: Reader) -> str:
    """The language of a message that is not the conversation's."""
    other = entry.direction is Direction.IN and entry.language not in {"", reader.language}
    return words.language(entry.language) if other else ""
