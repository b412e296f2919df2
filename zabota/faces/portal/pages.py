"""What the page of a matter shows, ready for its template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from django.urls import reverse

from zabota.domains.desk.queries.cabinet import Cabinet, Line
from zabota.domains.desk.queries.matter import Matter, Said
from zabota.domains.people.queries import doors
from zabota.domains.promises import queries as promises
from zabota.faces.portal import words
from zabota.faces.portal.forms import WordsForm
from zabota.kernel import ids


@dataclass(frozen=True, kw_only=True)
class Word:
    """A promise as a customer reads it."""

    what: str
    given_at: datetime
    due_at: datetime
    state: str
    is_late: bool


@dataclass(frozen=True, kw_only=True)
class Paths:
    """Where the acts of this page go: by a signed link, or in the cabinet."""

    write: str
    agree: str
    not_yet: str
    files: str  # a file's ref is put behind it

    @classmethod
    def of_link(cls, token: str) -> Self:
        """The customer's signed link."""
        return cls._under("portal:", token)

    @classmethod
    def in_cabinet(cls, ref: str) -> Self:
        """The same matter in the cabinet."""
        return cls._under("portal:my-", ref)

    @classmethod
    def _under(cls, space: str, name: str) -> Self:
        return cls(
            write=reverse(f"{space}write", args=[name]),
            agree=reverse(f"{space}agree", args=[name]),
            not_yet=reverse(f"{space}not-yet", args=[name]),
            files=reverse(f"{space}matter", args=[name]) + "file/",
        )


@dataclass(frozen=True, kw_only=True)
class Page:
    paths: Paths
    in_cabinet: bool
    matter: Matter
    now_words: str
    next_words: str
    from_you: str
    words: Sequence[Word]
    talk: Sequence[Said]
    form: WordsForm
    missing: WordsForm
    asks_missing: bool
    client_id: str
    now: datetime


def page(
    paths: Paths,
    found: Matter,
    *,
    in_cabinet: bool = False,
    at: datetime,
    form: WordsForm | None = None,
    missing: WordsForm | None = None,
) -> Page:
    """The page of a matter at a moment; with a form that came back, its words are kept."""
    card = found.card
    return Page(
        paths=paths,
        in_cabinet=in_cabinet,
        matter=found,
        now_words=str(words.NOW[card.now]),
        next_words=str(words.NEXT[card.next]),
        from_you=str(words.FROM_YOU.get(card.next, words.NOTHING)),
        words=promised(found.words, at=at),
        talk=[_trimmed(said) for said in found.talk],
        form=form or WordsForm(),
        missing=missing or WordsForm(prefix="missing"),
        asks_missing=missing is not None,
        client_id=ids.new_token(),
        now=at,
    )


def promised(standing: Sequence[promises.Word], *, at: datetime) -> Sequence[Word]:
    """What was promised, as its customer reads it."""
    return [
        Word(
            what=str(words.PROMISES[one.kind]),
            given_at=one.given_at,
            due_at=one.due_at,
            state=one.state,
            is_late=one.due_at < at,
        )
        for one in standing
    ]


@dataclass(frozen=True, kw_only=True)
class CardLine:
    """One matter in the list of the cabinet."""

    line: Line
    now_words: str
    next_words: str
    words: Sequence[Word]


def card_of(line: Line, *, at: datetime) -> CardLine:
    """A matter as a card: the same words as on its own page."""
    card = line.card
    in_chat = words.IN_CHAT.get(card.now) if line.in_chat else None
    return CardLine(
        line=line,
        now_words=str(in_chat or words.NOW[card.now]),
        next_words=str(words.NEXT[card.next]),
        words=promised(line.words, at=at),
    )


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Whether letters of one kind come, since when, by which word of his."""

    purpose: str
    what: str
    given: bool
    at: datetime | None
    wording: str


def consents(said: Sequence[doors.Said]) -> Sequence[Consent]:
    """Each kind of mailing with the latest word on it; where nothing was said, none comes."""
    found = []
    for purpose, what in words.MAILINGS.items():
        last = next((one for one in said if one.purpose == purpose), None)
        found.append(
            Consent(
                purpose=purpose,
                what=str(what),
                given=bool(last and last.given),
                at=last.at if last else None,
                wording=last.wording if last else "",
            )
        )
    return found


def exported(
    found: Cabinet, *, talks: Sequence[Sequence[Said]], said: Sequence[doors.Said]
) -> dict[str, object]:
    """The cabinet as plain data; names of fields are English and stay as they are."""
    holder = found.holder
    return {
        "name": holder.name,
        "address": holder.address,
        "form_of_address": holder.say,
        "language": holder.language,
        "preferred_channel": holder.preferred_channel,
        "preferred_time": holder.preferred_time,
        "consents": [
            {
                "purpose": one.purpose,
                "channel": one.channel_kind,
                "given": one.given,
                "at": one.at.isoformat(),
                "wording": one.wording,
                "origin": one.origin,
            }
            for one in said
        ],
        "matters": [
            {
                "subject": line.subject,
                "opened_at": line.opened_at.isoformat(),
                "is_closed": line.is_closed,
                "messages": [
                    {
                        "at": one.at.isoformat(),
                        "from_you": one.is_mine,
                        "author": one.author,
                        "text": "".join(piece.text for piece in one.pieces),
                        "files": [file.name for file in one.files],
                    }
                    for one in talk
                ],
            }
            for line, talk in zip(found.lines, talks, strict=True)
        ],
    }


def _trimmed(said: Said) -> Said:
    """Without the empty lines that stood between the parts of a letter."""
    pieces = [replace(piece, text=piece.text.strip("\n")) for piece in said.pieces]
    return replace(said, pieces=pieces)
