"""What a customer may send from his page: words, once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zabota.domains.people.queries.doors import Holder

MOST_CHARACTERS = 20_000
LANGUAGE_CHOICES = [
    ("", _("As in your letters")),
    ("lv", "Latviešu"),
    ("ru", "Русский"),
    ("en", "English"),
]
CHANNEL_CHOICES = [
    ("", _("As you write to us")),
    ("email", pgettext_lazy("way to reach", "By mail")),
    ("phone", pgettext_lazy("way to reach", "By phone")),
]


class WordsForm(forms.Form):
    """A message. `client_id` makes a double click or a repeated request harmless."""

    def __init__(self, *args: Any, has_files: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["words"].required = not has_files

    words = forms.CharField(
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write a few words first."),
            "max_length": _("This is longer than a message can be. Send it in several parts."),
        },
    )
    client_id = forms.RegexField(r"^[\w-]{8,36}$", required=False, widget=forms.HiddenInput)


class AddressForm(forms.Form):
    """The door of the cabinet."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your address first."),
            "invalid": _("This does not look like an e-mail address."),
        },
    )


class CodeForm(forms.Form):
    """Six digits, with or without spaces."""

    code = forms.CharField(
        label=_("The code from the letter"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Write the six digits first.")},
    )


class DataForm(forms.Form):
    """What a customer says of himself; it is taken as he gives it (S-721)."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages={"required": _("Write how you are called.")},
    )
    say = forms.CharField(label=_("How shall we address you?"), max_length=120, required=False)
    language = forms.ChoiceField(
        label=_("In which language?"), required=False, choices=LANGUAGE_CHOICES
    )
    preferred_channel = forms.ChoiceField(
        label=_("How is it best to reach you?"), required=False, choices=CHANNEL_CHOICES
    )
    preferred_time = forms.CharField(label=_("And when?"), max_length=120, required=False)

    @classmethod
    def known(cls, holder: Holder) -> dict[str, str]:
        """As it stands."""
        return {name: getattr(holder, name) for name in cls.base_fields}
