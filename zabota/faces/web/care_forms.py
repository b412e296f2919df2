"""Forms of a customer's page about what he needs, what matters to him, and how he is served.

Many stand on one page: each has names of its own for its fields' marks, so that a label leads to
its own field.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from zabota.domains.people.enums import FieldKind, Purpose
from zabota.domains.people.queries.personal import Personal, Value
from zabota.domains.people.rules.fields import BIRTH_YEAR
from zabota.domains.people.rules.sections import LEVELS
from zabota.faces.web import words
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Role

MOST = 2**31


class Form(forms.Form):
    """A form among others on one page."""

    def __init__(self, data: Any = None, **more: Any) -> None:
        more.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(data, **more)


class Row(Form):
    """An act on one row of the page."""

    row = forms.IntegerField(min_value=1, max_value=MOST, widget=forms.HiddenInput)


class NeedForm(Form):
    text = forms.CharField(label=_("What the customer needs"), max_length=500)


class NeedStateForm(Row):
    state = forms.ChoiceField(choices=list(words.NEEDS.items()))


class InterestForm(Form):
    text = forms.CharField(label=_("What interests the customer"), max_length=200)
    now = forms.BooleanField(label=_("Wanted right now"), required=False)


class DayForm(Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=list(words.DAY_KINDS.items()))
    name = forms.CharField(
        label=_("Name of the day"),
        max_length=80,
        required=False,
        help_text=_("As it is to stand in the greeting; a birthday needs none."),
    )
    day = forms.IntegerField(label=_("Day"), min_value=1, max_value=31)
    month = forms.TypedChoiceField(label=_("Month"), coerce=int, choices=list(MONTHS.items()))
    year = forms.IntegerField(
        label=_("Year of birth"), min_value=1900, max_value=2200, required=False
    )


class DearForm(Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    relation = forms.CharField(
        label=_("Relation"), max_length=60, required=False, help_text=_("Child, mother, friend.")
    )
    needs = forms.CharField(
        label=_("What to heed"),
        max_length=500,
        required=False,
        help_text=_("Such as a wheelchair: shown to who plans an offer or a visit."),
    )


class ObservationForm(Form):
    text = forms.CharField(
        label=_("What you saw"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    proposal = forms.CharField(
        label=_("What could be done better"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ProposalForm(Row):
    taken = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes"
    )
    answer = forms.CharField(
        label=pgettext_lazy("observation", "Answer"), max_length=300, required=False
    )


class ConsentForm(Form):
    """A consent said before our eyes; the box of age is never ticked beforehand (S-735)."""

    purpose = forms.ChoiceField(
        label=_("For what"),
        choices=[(one.value, words.PURPOSES[one]) for one in Purpose if one is not Purpose.SERVICE],
    )
    of_age = forms.BooleanField(required=True)

    def __init__(self, data: Any = None, *, of_age: str = "", **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["of_age"].label = of_age


class WithdrawForm(Form):
    purpose = forms.ChoiceField(choices=[(one.value, one.value) for one in Purpose])
    channel = forms.CharField(max_length=12)


class ServiceForm(Form):
    """How he is served: group, way, standing, and whom he likes (S-027, S-032, S-143)."""

    segment = forms.ChoiceField(label=_("Group"), required=False)
    relationship = forms.ChoiceField(
        label=_("How the customer is served"),
        required=False,
        choices=[("", _("As the group is")), *words.RELATIONSHIP_TYPES.items()],
    )
    tier = forms.ChoiceField(
        label=_("Value to us"), required=False, choices=list(words.TIERS.items())
    )
    expects = forms.CharField(
        label=_("Standing that the customer expects"), max_length=120, required=False
    )
    preferred = forms.TypedChoiceField(
        label=_("Prefers to be answered by"),
        required=False,
        coerce=int,
        empty_value=None,
    )

    def __init__(self, data: Any = None, *, segments: Sequence[str] = (), **more: Any) -> None:
        super().__init__(data, **more)
        _offer(self, "segment", [("", gettext("None")), *((one, one) for one in segments)])
        _offer(self, "preferred", [("", gettext("Nobody in particular")), *_answerers()])


class OwnAgentForm(Form):
    """A customer's own agent, and who stands in (S-034): a leader's word."""

    agent = forms.TypedChoiceField(
        label=_("Own agent"), required=False, coerce=int, empty_value=None
    )
    deputies = forms.TypedMultipleChoiceField(
        label=_("Who stands in"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    is_approved = forms.BooleanField(
        label=_("I approve more than the charter allows"), required=False
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        people = _answerers()
        _offer(self, "agent", [("", gettext("None")), *people])
        _offer(self, "deputies", people)


class VipForm(Form):
    level = forms.ChoiceField(label=_("Level"))
    reason = forms.CharField(label=_("Why"), max_length=200)
    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Any = None, *, levels: Any = (), **more: Any) -> None:
        super().__init__(data, **more)
        _offer(self, "level", list(levels) or [(one, one) for one in LEVELS])


class FieldsForm(Form):
    """The fields that the company keeps of such a customer, and who speaks for a minor."""

    guardian_name = forms.CharField(
        label=_("Who speaks for a minor: name"), max_length=200, required=False
    )
    guardian_relation = forms.CharField(
        label=_("What that one is to the minor"), max_length=60, required=False
    )
    guardian_contact = forms.CharField(
        label=_("How to reach that one"), max_length=320, required=False
    )

    def __init__(self, data: Any = None, *, personal: Personal, **more: Any) -> None:
        super().__init__(data, **more)
        language = (get_language() or "en").split("-")[0]
        self.keys = [one.field.key for one in personal.values]
        for one in personal.values:
            self.fields[f"field-{one.field.key}"] = _field(one, language)
        guardian = personal.representative
        for name in ("name", "relation", "contact"):
            self.fields[f"guardian_{name}"].initial = getattr(guardian, name, "")
        first = [f"field-{key}" for key in self.keys]
        if BIRTH_YEAR not in self.keys:
            for name in ("name", "relation", "contact"):
                del self.fields[f"guardian_{name}"]
        self.order_fields(first)

    @property
    def said(self) -> dict[str, str]:
        """Field key → what was typed."""
        return {key: str(self.cleaned_data.get(f"field-{key}") or "") for key in self.keys}

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        names = [data.get(f"guardian_{name}", "") for name in ("name", "relation", "contact")]
        data["guardian"] = names if any(names) else None
        return data


def _field(one: Value, language: str) -> forms.Field:
    label, initial = one.field.called(language), one.value
    about = str(words.SOURCES[one.source]) if one.source else ""
    shared: dict[str, Any] = {
        "label": label,
        "initial": initial,
        "required": False,
        "help_text": about,
    }
    if one.field.kind is FieldKind.CHOICE:
        options = [("", ""), *((each, each) for each in one.field.options)]
        return forms.ChoiceField(choices=options, **shared)
    if one.field.kind is FieldKind.YES_NO:
        options = [("", ""), ("yes", gettext("yes")), ("no", gettext("no"))]
        return forms.ChoiceField(choices=options, **shared)
    if one.field.kind is FieldKind.DATE:
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **shared)
    numeric = {"inputmode": "numeric"} if one.field.kind is FieldKind.NUMBER else {}
    return forms.CharField(max_length=500, widget=forms.TextInput(attrs=numeric), **shared)


def _answerers() -> list[tuple[str, str]]:
    people = accounts.active_users().exclude(role=Role.COLLEAGUE)
    return [(str(one.pk), one.name) for one in people]


def _offer(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
