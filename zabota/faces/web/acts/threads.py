"""Acts on the thread itself: merge, split, who takes part."""

import textwrap

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from zabota.domains.desk.enums import Direction
from zabota.domains.desk.queries import inbox
from zabota.domains.desk.queries.thread import Entry, Thread
from zabota.domains.desk.services import beneficiaries, merging, participants, splitting
from zabota.domains.people.queries import ties
from zabota.faces.web.acts.base import Act, ActForm, Asked, Elsewhere, is_open, may_answer
from zabota.kernel import clock
from zabota.kernel.accounts.roles import Actor

BEGINNING = 90
MOST = 2**31


class Merge(ActForm):
    """Into which conversation, by its number."""

    number = forms.IntegerField(
        label=_("Number of the conversation that stays"),
        min_value=1,
        max_value=MOST,
        help_text=_("It stands beside its subject. The letters of this one move there."),
    )
    confirmed = forms.BooleanField(
        label=_("The customers are different, and both may read everything"), required=False
    )

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        self.actor = actor

    def clean_number(self) -> str:
        row = inbox.numbered(self.actor, self.cleaned_data["number"])
        if row is None:
            raise forms.ValidationError(_("There is no conversation of this number for you."))
        return row.ref


class Split(ActForm):
    """Which messages move, and the telling subject of the new conversation (S-117)."""

    messages = forms.MultipleChoiceField(
        label=_("Letters that move"), widget=forms.CheckboxSelectMultiple
    )
    subject = forms.CharField(
        label=_("Subject of the new conversation"),
        max_length=500,
        help_text=_("The customer's matter in a few words, so that it is found in five years."),
    )

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        said = [one for one in found.entries if one.direction is not Direction.NOTE]
        field = self.fields["messages"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.ref, _beginning(one)) for one in said]
        heard = [one.ref for one in said if one.direction is Direction.IN]
        if not self.is_bound and len(said) > 1 and heard:
            self.initial["messages"] = heard[-1:]
            self.initial["subject"] = splitting.propose_subject(
                found.ref, message_refs=heard[-1:], actor=actor, at=clock.now()
            )


class OnePerson(ActForm):
    person = forms.IntegerField(min_value=1, max_value=MOST, widget=forms.HiddenInput)


class DropPerson(OnePerson):
    confirmed = forms.BooleanField(label=_("He shall get no more replies, his link ends"))


class ForWhom(ActForm):
    """Somebody for whom the customer orders, by what is noted on his page (S-052)."""

    whom = forms.ChoiceField(label=_("For whom"), required=False, widget=forms.RadioSelect)

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        field = self.fields["whom"]
        assert isinstance(field, forms.ChoiceField)
        known = ties.ordered_for(found.customer_id or 0)
        field.choices = [("", gettext("For himself")), *((one.ref, one.name) for one in known)]
        field.help_text = gettext("For whom he orders is noted on the customer's page.")
        self.initial = {"whom": found.for_whom[0] if found.for_whom else ""}


class TakeIn(ActForm):
    address = forms.CharField(label=_("Address"), max_length=320)


def _beginning(entry: Entry) -> str:
    words = " ".join("".join(one.text for one in entry.pieces if one.kind == "own").split())
    beginning = textwrap.shorten(words, BEGINNING, placeholder=" …")
    return f"{entry.author_name or gettext('Zabota')}: {beginning}"


def _merge(asked: Asked) -> Elsewhere:
    into = merging.merge(
        asked.ref,
        into_ref=asked.answers["number"],
        confirmed=asked.answers["confirmed"],
        actor=asked.actor,
        at=asked.at,
    )
    return Elsewhere(ref=into.ref)


def _split(asked: Asked) -> Elsewhere:
    new = splitting.split(
        asked.ref,
        message_refs=asked.answers["messages"],
        subject=asked.answers["subject"],
        actor=asked.actor,
        at=asked.at,
    )
    return Elsewhere(ref=new.ref)


def _can_split(actor: Actor, found: Thread) -> bool:
    said = [one for one in found.entries if one.direction is not Direction.NOTE]
    return actor.may_answer and len(said) > 1


def _has_customer(actor: Actor, found: Thread) -> bool:
    return is_open(actor, found) and found.customer_id is not None


THREADS: dict[str, Act] = {
    "merge": Act(
        name=_("Merge with another"),
        icon="merge",
        form=Merge,
        does=_merge,
        done=_("The two conversations are one."),
        fits=is_open,
    ),
    "split": Act(
        name=_("Split off a question"),
        icon="split",
        text=_("A new conversation with a subject of its own; both are linked."),
        form=Split,
        does=_split,
        done=_("The new conversation is here."),
        fits=_can_split,
    ),
    "for-whom": Act(
        name=_("Note for whom it is"),
        icon="people",
        text=_("Whom the matter is for; who hears the news of it gets our replies, too."),
        form=ForWhom,
        does=lambda asked: beneficiaries.choose(
            asked.ref, whom=asked.answers["whom"], actor=asked.actor, at=asked.at
        ),
        done=_("It is kept whom this is for."),
        fits=_has_customer,
    ),
    "take-in": Act(
        name=_("Take in a person"),
        icon="plus",
        text=_("Somebody who is named in these letters gets our replies from now on."),
        form=TakeIn,
        does=lambda asked: participants.approve(
            asked.ref, address=asked.answers["address"], actor=asked.actor, at=asked.at
        ),
        done=_("He gets our replies from now on."),
        fits=is_open,
    ),
    "leave-out": Act(
        name=_("No more replies to this person"),
        icon="close",
        is_notice=True,
        form=DropPerson,
        does=lambda asked: participants.drop(
            asked.ref,
            asked.answers["person"],
            confirmed=asked.answers["confirmed"],
            actor=asked.actor,
            at=asked.at,
        ),
        done=_("He gets no more replies."),
        fits=may_answer,
    ),
    "take-back": Act(
        name=_("Replies to this person again"),
        icon="undo",
        is_notice=True,
        form=OnePerson,
        does=lambda asked: participants.restore(
            asked.ref, asked.answers["person"], actor=asked.actor, at=asked.at
        ),
        done=_("He gets our replies again."),
        fits=may_answer,
    ),
}
