"""Forms of the pages that are not acts on a conversation."""

import zoneinfo
from typing import ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zabota.kernel.accounts.models import User


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
