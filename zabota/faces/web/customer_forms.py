"""Forms of a customer's page about his relationship with us, with others, and with himself."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zabota.faces.web import words


class RelationshipForm(forms.Form):
    """Where the relationship stands, short of its end (S-043)."""

    state = forms.ChoiceField(label=pgettext_lazy("relationship", "Where it stands"))
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: object, now: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (key, said) for key, said in words.RELATIONSHIP.items() if key not in {now, "ended"}
        ]


class EndForm(forms.Form):
    """A leader ends the relationship: for grave reasons, with evidence (S-043)."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[("", ""), *words.END_REASONS.items()],
        help_text=_("A single slip is no reason."),
    )
    evidence = forms.CharField(
        label=_("What happened"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200)


class TieForm(forms.Form):
    """Who orders for whom, and who hears how it goes (S-052, S-053)."""

    way = forms.ChoiceField(
        label=_("Who orders"),
        choices=[
            ("by", _("Somebody orders for this customer")),
            ("for", _("This customer orders")),
        ],
    )
    address = forms.EmailField(
        label=_("Mail address of the other one"),
        help_text=_("Somebody who has written to us already."),
    )
    kind = forms.ChoiceField(label=_("As"), choices=list(words.TIE_KINDS.items()))
    news_to = forms.ChoiceField(label=_("News go to"), choices=list(words.NEWS_TO.items()))
    may_order = forms.BooleanField(label=_("May order"), required=False, initial=True)


class TermsForm(forms.Form):
    """What was agreed with a company, and how often we keep in touch (S-053)."""

    terms = forms.CharField(
        label=_("What was agreed"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contact_every_days = forms.IntegerField(
        label=_("Days between contacts"), required=False, min_value=1, max_value=3660
    )


class SameForm(forms.Form):
    address = forms.EmailField(
        label=_("Another address of the same customer"),
        help_text=_("The two pages become one. It can be undone."),
    )
