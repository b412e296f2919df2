"""What an act on a conversation is: name, key, form, what it does, to whom it is offered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise

from zabota.domains.desk.enums import State
from zabota.domains.desk.queries.thread import Thread
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
    """`does` does it and may raise what the desk refuses; `done` is said afterwards. `presses` is
    what the button of its page says, where the name says no act.
    """

    name: Words
    icon: str
    does: Callable[[Asked], object]
    done: Words
    fits: Callable[[Actor, Thread], bool]
    presses: Words = ""
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


def may_answer(actor: Actor, _found: Thread) -> bool:
    return actor.may_answer


def is_open(actor: Actor, found: Thread) -> bool:
    return actor.may_answer and found.state is not State.CLOSED


def sentences(
    label: Any, *, rows: int = 3, required: bool = True, text: Any = ""
) -> forms.CharField:
    """A field for some sentences."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        help_text=text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )
