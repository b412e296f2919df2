"""The first run: who owns the house, and under which name it serves."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from zabota.faces.web.owner import places, setup_code
from zabota.kernel.accounts.models import User
from zabota.kernel.accounts.roles import Role
from zabota.kernel.accounts.services import Person
from zabota.kernel.brands.services import BrandCard


class FirstRunForm(forms.Form):
    """All in one page: three minutes, then the house stands."""

    code = forms.CharField(
        label=_("Setup code"),
        max_length=40,
        help_text=_(
            "It stands on the terminal where Zabota was started, and in the file setup-code of the"
            " data folder. It proves that this is your machine."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        help_text=_(
            "10 characters or more; not your name or address, and none of the passwords that"
            " everybody uses. A few words in a row are easy to keep in mind."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    brand = forms.CharField(
        label=_("Name under which you serve"),
        max_length=80,
        help_text=_("Customers see it in letters and on their pages."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    language = forms.ChoiceField(label=_("Main language"), choices=places.LANGUAGES)
    languages = forms.MultipleChoiceField(
        label=_("Languages of your customers"),
        choices=places.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )
    country = forms.ChoiceField(
        label=_("Country"), help_text=_("Its public holidays are no working days.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, data: Any = None, *, language: str = "en") -> None:
        country = places.COUNTRY_OF.get(language, places.NO_COUNTRY)
        initial = {
            "language": language,
            "languages": [code for code, _name in places.LANGUAGES],
            "country": country,
            "time_zone": places.zone_of(country),
        }
        super().__init__(data, initial=initial)
        self.fields["country"].choices = places.countries(language)  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = places.zones()  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not setup_code.is_right(code):
            raise ValidationError(_("This is not the code of this installation."))
        return code

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password = data.get("password")
        if password:
            person = User(email=data.get("email", ""), name=data.get("name", ""))
            try:
                password_validation.validate_password(password, person)
            except ValidationError as refused:
                self.add_error("password", refused)
        return data

    def owner(self) -> Person:
        data = self.cleaned_data
        return Person(
            name=data["name"],
            email=data["email"],
            role=Role.OWNER,
            language=data["language"],
            time_zone=data["time_zone"],
        )

    def brand_card(self) -> BrandCard:
        data = self.cleaned_data
        return BrandCard(
            name=data["brand"],
            language=data["language"],
            languages=[data["language"], *(x for x in data["languages"] if x != data["language"])],
            time_zone=data["time_zone"],
            country=data["country"],
        )
