"""The brand: under which name the company serves, who answers for data, the way to the director."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from zabota.faces.web.owner import places
from zabota.kernel.brands.models import Brand
from zabota.kernel.brands.queries import brands
from zabota.kernel.brands.services import BrandCard, Company


class BrandForm(forms.Form):
    """What customers see of the company, and from where it serves."""

    name = forms.CharField(
        label=_("Name under which you serve"),
        max_length=80,
        help_text=_("Customers see it in letters and on their pages."),
    )
    language = forms.ChoiceField(label=_("Main language"), choices=places.LANGUAGES)
    languages = forms.MultipleChoiceField(
        label=_("Languages of your customers"),
        choices=places.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )
    country = forms.ChoiceField(
        label=_("Country"), required=False, help_text=_("Its public holidays are no working days.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    company = forms.CharField(
        label=_("Company in law"),
        max_length=200,
        required=False,
        help_text=_("Who answers for personal data. Each consent names it."),
    )
    registration = forms.CharField(label=_("Registration number"), max_length=64, required=False)
    address = forms.CharField(label=_("Address of the company"), max_length=300, required=False)
    director_address = forms.EmailField(
        label=_("Address of the director"),
        required=False,
        help_text=_(
            "It stands under every letter. Let it lead to one of your mailboxes here: such letters"
            " are shown to the owner alone, with a time of answer of their own."
        ),
    )

    def __init__(self, data: Any = None, *, brand: Brand) -> None:
        company = brand.legal_entity
        names = ("name", "language", "languages", "country", "time_zone", "director_address")
        initial = {name: getattr(brand, name) for name in names} | {
            "company": company.name if company else "",
            "registration": company.registration if company else "",
            "address": company.address if company else "",
        }
        super().__init__(data, initial=initial)
        self._brand = brand
        language = get_language() or "en"
        self.fields["country"].choices = places.countries(language)  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = places.zones()  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if brands().filter(name=name).exclude(pk=self._brand.pk).exists():
            raise ValidationError(_("Another brand has this name."))
        return name

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("company") and not data.get("address"):
            self.add_error("address", _("A consent names the company with its address."))
        return data

    def card(self) -> BrandCard:
        data = self.cleaned_data
        main = data["language"]
        return BrandCard(
            name=data["name"],
            language=main,
            languages=[main, *(one for one in data["languages"] if one != main)],
            time_zone=data["time_zone"],
            country=data["country"],
        )

    def company_card(self) -> Company:
        data = self.cleaned_data
        return Company(
            name=data["company"], registration=data["registration"], address=data["address"]
        )
