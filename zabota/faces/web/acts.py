"""What can be done with a conversation: who may, how it is called, what it asks, what it does.

One table, so that a button, its key, its form and its page never say different things. Acts that
ask for nothing are one press; the others have a page with a form.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zabota.domains.desk.enums import Direction, State
from zabota.domains.desk.queries.thread import Thread
from zabota.domains.desk.services import closings
from zabota.kernel.accounts.roles import Actor

Words = str | Promise


class ActForm(forms.Form):
    """What an act asks; made for the person who acts and the conversation it is about."""

    def __init__(self, actor: Actor, found: Thread, data: Any = None) -> None:
        super().__init__(data)
        self.fill(actor, found)

    def fill(self, actor: Actor, found: Thread) -> None:
        """Offer the choices that this person has here."""


class Nothing(ActForm):
    """An act that needs no words."""


class Reason(ActForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An act as it is done: on which conversation, with which answers, by whom, when."""

    ref: str
    answers: Mapping[str, Any]
    actor: Actor
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """The result of an act after which another conversation is to be shown."""

    ref: str


@dataclass(frozen=True, kw_only=True)
class Act:
    """`does` does it and may raise what the desk refuses; `done` is said afterwards."""

    name: Words
    icon: str
    does: Callable[[Asked], object]
    done: Words
    fits: Callable[[Actor, Thread], bool]
    key: str = ""
    text: Words = ""
    form: type[ActForm] = Nothing
    is_near: bool = False  # stands in the head; else in the menu
    is_notice: bool = False  # is offered by a notice only

    @property
    def asks(self) -> bool:
        return self.form is not Nothing

    def make_form(self, actor: Actor, found: Thread, data: Any) -> ActForm:
        # An act without questions is done by any POST, even an empty one.
        return self.form(actor, found, data if self.asks else {})


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An act as a button of one conversation: a press (`post`) or a link to its form."""

    name: str
    icon: str
    key: str
    url: str
    asks: bool
    is_near: bool
    is_main: bool


def offers(actor: Actor, found: Thread) -> Sequence[Offer]:
    """What this person may do now, in the order of the table."""
    return [
        offer(found, key)
        for key, act in ACTS.items()
        if not act.is_notice and act.fits(actor, found)
    ]


def offer(found: Thread, key: str, *, is_main: bool = False) -> Offer:
    act = ACTS[key]
    return Offer(
        name=str(act.name),
        icon=act.icon,
        key=act.key,
        url=reverse("web:act", args=[found.ref, key]),
        asks=act.asks,
        is_near=act.is_near,
        is_main=is_main,
    )


def _may_answer(actor: Actor, _found: Thread) -> bool:
    return actor.may_answer


def _open(actor: Actor, found: Thread) -> bool:
    return actor.may_answer and found.state is not State.CLOSED


def _can_propose(actor: Actor, found: Thread) -> bool:
    return _open(actor, found) and found.proposal is None


def _can_end_unanswered(actor: Actor, found: Thread) -> bool:
    person = any(one.direction is Direction.IN and not one.automatic for one in found.entries)
    return _open(actor, found) and (not person or actor.leads(found.team_id))


ACTS: dict[str, Act] = {
    "propose": Act(
        name=_("Propose to close"),
        icon="check",
        key="e",
        is_near=True,
        does=lambda asked: closings.propose(asked.ref, actor=asked.actor, at=asked.at),
        done=_("The customer is asked whether we may close."),
        fits=_can_propose,
    ),
    "agreed": Act(
        name=_("Close: the customer agrees"),
        icon="check",
        key="e",
        is_notice=True,
        does=lambda asked: closings.confirm_agreement(asked.ref, actor=asked.actor, at=asked.at),
        done=_("Closed with the customer's consent."),
        fits=_open,
    ),
    "withdraw": Act(
        name=_("There is more to do"),
        icon="undo",
        is_notice=True,
        does=lambda asked: closings.withdraw(asked.ref, actor=asked.actor, at=asked.at),
        done=_("The question about closing is taken back."),
        fits=_open,
    ),
    "spoken": Act(
        name=_("The customer agreed aloud"),
        icon="person",
        text=_("Write when the customer agreed, and in which words. It stays with the closing."),
        form=Reason,
        does=lambda asked: closings.close_on_spoken_word(
            asked.ref, reason=asked.answers["reason"], actor=asked.actor, at=asked.at
        ),
        done=_("Closed with the customer's consent."),
        fits=_open,
    ),
    "silence": Act(
        name=_("Close on silence"),
        icon="leader",
        is_notice=True,
        text=_("Only a leader closes on silence, after the reminders. The reason is kept."),
        form=Reason,
        does=lambda asked: closings.close_on_silence(
            asked.ref, reason=asked.answers["reason"], actor=asked.actor, at=asked.at
        ),
        done=_("Closed on silence."),
        fits=_open,
    ),
    "unanswered": Act(
        name=_("No answer needed"),
        icon="archive",
        text=_("For letters of machines, lists and advertisements: nobody is there to agree."),
        form=Reason,
        does=lambda asked: closings.close_unanswered(
            asked.ref, reason=asked.answers["reason"], actor=asked.actor, at=asked.at
        ),
        done=_("Closed without an answer."),
        fits=_can_end_unanswered,
    ),
    "reopen": Act(
        name=_("Open again"),
        icon="undo",
        is_notice=True,
        does=lambda asked: closings.reopen(asked.ref, actor=asked.actor, at=asked.at),
        done=pgettext_lazy("conversation", "Opened again."),
        fits=_may_answer,
    ),
}
