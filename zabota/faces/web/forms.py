"""Forms of the pages that are not acts on a conversation."""

import zoneinfo
from typing import ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zabota.faces.web import words
from zabota.kernel.accounts.models import User

LANGUAGES = [(code, words.LANGUAGES[code]) for code in ("ru", "lv", "en")]


class OwnForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no subscript here
    """What everybody may change of himself; the address, the role and the teams are the owner's."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["name", "language", "time_zone", "signature"]
        labels: ClassVar[dict[str, object]] = {
            "name": _("Name"),
            "language": _("Language of the pages"),
            "time_zone": _("Time zone"),
            "signature": _("Signature"),
        }
        help_texts: ClassVar[dict[str, object]] = {
            "name": _("Customers see it under your letters."),
            "signature": _("Empty: the signature of the charter."),
        }

    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language of the pages"))
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("UTC", "UTC"), *((zone, zone) for zone in zones)]
        self.fields["signature"].required = False


class CustomerForm(forms.Form):
    """How a customer is called, addressed and reached (S-019, S-046, S-047)."""

    name = forms.CharField(label=_("Name"), max_length=200)
    say = forms.CharField(
        label=_("Addressed as"),
        max_length=120,
        required=False,
        help_text=_("As it stands in a greeting."),
    )
    formality = forms.ChoiceField(label=_("Manner"), choices=list(words.FORMALITY.items()))
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("As in the letters")), *LANGUAGES]
    )
    kind = forms.ChoiceField(
        label=_("Person or company"), choices=list(words.CUSTOMER_KINDS.items())
    )
    contact_kind = forms.ChoiceField(
        label=_("Who it is to us"), choices=list(words.CONTACT_KINDS.items())
    )
    preferred_channel = forms.ChoiceField(
        label=_("How to reach"), required=False, choices=list(words.WAYS.items())
    )
    preferred_time = forms.CharField(label=_("When to reach"), max_length=120, required=False)


class NoteForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=list(words.NOTE_KINDS.items()))
    text = forms.CharField(
        label=_("What to keep in mind"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Written so that the customer could read it."),
    )


class StageForm(forms.Form):
    name = forms.CharField(label=_("Stage"), max_length=60)
    note = forms.CharField(label=_("Remark"), max_length=500, required=False)
