"""Beside the thread: what the conversation is about with the steps that fit, why who has it got it,
and the panel for a difficult moment (S-124, S-133).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from zabota.domains.desk.enums import Kind, Phase
from zabota.domains.desk.queries.about import About
from zabota.domains.desk.queries.thread import Thread
from zabota.faces.web import staff_words
from zabota.faces.web.acts import ACTS, Offer, offer
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.text.texts import Text

HELPS = ("ask-leader", "hard", "pause")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """`is_suggested`: the situation was read from the words, nobody has chosen it."""

    situation: str
    is_suggested: bool
    fitting: Sequence[str]
    phase: str
    kind: str
    is_urgent: bool
    about_url: str
    why: str
    note: str
    by: str
    steps: Sequence[str]
    concessions: Sequence[str]
    helps: Sequence[Offer]


def moment(actor: Actor, found: Thread, told: About) -> Moment:
    """The panel for one who may see the conversation; help is offered to those who answer."""
    fitting = told.fitting
    return Moment(
        situation=fitting.name.in_language(_language()) if fitting else "",
        is_suggested=not told.situation,
        fitting=_lines(fitting.steps) if fitting else (),
        phase=str(staff_words.PHASES[Phase(told.phase)]) if told.phase else "",
        kind=str(staff_words.KINDS[told.kind]) if told.kind is not Kind.MATTER else "",
        is_urgent=told.is_urgent,
        about_url=offer(found, "about").url if actor.may_answer else "",
        why=staff_words.because(told.because),
        note=told.note,
        by=told.by_name,
        steps=_lines(told.steps),
        concessions=_lines(told.concessions),
        helps=[offer(found, key) for key in HELPS if ACTS[key].fits(actor, found)],
    )


def _lines(text: Text) -> Sequence[str]:
    return [line.strip() for line in text.in_language(_language()).splitlines() if line.strip()]


def _language() -> str:
    return (get_language() or "en").split("-")[0]
