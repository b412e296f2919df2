"""What the page of a matter shows, ready for its template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from zabota.domains.desk.queries.matter import Matter, Said
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
class Page:
    token: str
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
    token: str,
    found: Matter,
    *,
    at: datetime,
    form: WordsForm | None = None,
    missing: WordsForm | None = None,
) -> Page:
    """The page of a matter at a moment; with a form that came back, its words are kept."""
    card = found.card
    return Page(
        token=token,
        matter=found,
        now_words=str(words.NOW[card.now]),
        next_words=str(words.NEXT[card.next]),
        from_you=str(words.FROM_YOU.get(card.next, words.NOTHING)),
        words=[
            Word(
                what=str(words.PROMISES[one.kind]),
                given_at=one.given_at,
                due_at=one.due_at,
                state=one.state,
                is_late=one.due_at < at,
            )
            for one in found.words
        ],
        talk=[_trimmed(said) for said in found.talk],
        form=form or WordsForm(),
        missing=missing or WordsForm(prefix="missing"),
        asks_missing=missing is not None,
        client_id=ids.new_token(),
        now=at,
    )


def _trimmed(said: Said) -> Said:
    """Without the empty lines that stood between the parts of a letter."""
    pieces = [replace(piece, text=piece.text.strip("\n")) for piece in said.pieces]
    return replace(said, pieces=pieces)
