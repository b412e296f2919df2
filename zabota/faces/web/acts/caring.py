"""Acts about whose conversation it is, what it is about, and contacts that hurt."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from zabota.domains.desk.queries import about, work
from zabota.domains.desk.queries.thread import Thread
from zabota.domains.desk.services import assigning, hard_moments, kinds, presence, routing
from zabota.faces.web import staff_words
from zabota.faces.web.acts.base import Act, ActForm, Asked, is_open, may_answer, sentences
from zabota.kernel import clock
from zabota.kernel.accounts.roles import Actor


class About(ActForm):
    """What the conversation is about: the form opens with what was chosen, or is suggested."""

    situation = forms.ChoiceField(label=_("Situation"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)
    is_urgent = forms.BooleanField(
        label=_("It is urgent"), required=False, help_text=_("It stands on top of the lists.")
    )

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        told = about.about_for(actor, found.ref, at=clock.now())
        language = (get_language() or "en").split("-")[0]
        _choices(
            self,
            "situation",
            [
                ("", gettext("Not known")),
                *((code, each.name.in_language(language)) for code, each in told.known.items()),
            ],
        )
        phases = [(code.value, str(name)) for code, name in staff_words.PHASES.items()]
        _choices(self, "phase", [("", gettext("Not known")), *phases])
        _choices(
            self, "kind", [(code.value, str(name)) for code, name in staff_words.KINDS.items()]
        )
        self.initial = {
            "situation": told.situation or told.suggested,
            "phase": told.phase,
            "kind": told.kind,
            "is_urgent": told.is_urgent,
        }


class Give(ActForm):
    """Whom a leader gives it to, against what the rule would choose: with a line that says why."""

    to = forms.ChoiceField(label=_("To whom"))
    reason = forms.CharField(
        label=_("Why this person"),
        max_length=300,
        help_text=_("One line. Decisions against the rule are looked at in samples."),
    )

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        people = [(str(number), name) for number, name in work.receivers(actor, found.ref)]
        _choices(self, "to", [("", ""), *people])
        chosen = routing.choice_for(actor, found.ref, at=clock.now())
        field = self.fields["to"]
        if chosen.person_id is None:
            field.help_text = str(staff_words.NOBODY[chosen.nobody]) if chosen.nobody else ""
            return
        names = {**dict(people), str(actor.person_id): actor.name}
        field.help_text = gettext("The rule would choose %(who)s: %(why)s.") % {
            "who": names.get(str(chosen.person_id), "?"),
            "why": staff_words.because(chosen.because),
        }


class Hard(ActForm):
    what = sentences(
        _("What happened"), rows=2, required=False, text=_("For your leader; it stays among us.")
    )


def _choices(form: ActForm, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = rows


def _give(asked: Asked) -> None:
    assigning.reassign(
        asked.ref,
        user_id=int(asked.answers["to"]),
        reason=asked.answers["reason"],
        actor=asked.actor,
        at=asked.at,
    )


def _choose(asked: Asked) -> object:
    return kinds.choose(asked.ref, **asked.answers, actor=asked.actor, at=asked.at)


def _may_reassign(actor: Actor, found: Thread) -> bool:
    leads = is_open(actor, found) and actor.leads(found.team_id)
    return leads and not found.is_private


CARING: dict[str, Act] = {
    "about": Act(
        name=_("What it is about"),
        presses=_("Keep"),
        icon="filter",
        text=_("The situation brings the steps that fit; you may do otherwise."),
        form=About,
        does=_choose,
        done=_("It is kept what this is about."),
        fits=may_answer,
    ),
    "give": Act(
        name=_("Give to somebody"),
        icon="people",
        text=_("Against the rule, when you know better. The reason is kept."),
        form=Give,
        does=_give,
        done=_("The conversation is given."),
        fits=_may_reassign,
    ),
    "hard": Act(
        name=_("This was a hard contact"),
        icon="alert",
        text=_("After a few of them in a day the next hard ones go to colleagues."),
        form=Hard,
        does=lambda asked: hard_moments.note(
            asked.ref, what=asked.answers["what"], actor=asked.actor, at=asked.at
        ),
        done=_("It is counted. Take a pause if you need one."),
        fits=may_answer,
    ),
    "pause": Act(
        name=pgettext_lazy("act", "Take a pause"),
        icon="snooze",
        does=lambda asked: presence.pause(actor=asked.actor, at=asked.at),
        done=_("Nothing new comes to you for a while."),
        fits=may_answer,
    ),
}
