"""What a customer may send from his page: words, once."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_CHARACTERS = 20_000


class WordsForm(forms.Form):
    """A message. `client_id` makes a double click or a repeated request harmless."""

    words = forms.CharField(
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write a few words first."),
            "max_length": _("This is longer than a message can be. Send it in several parts."),
        },
    )
    client_id = forms.RegexField(r"^[\w-]{8,36}$", required=False, widget=forms.HiddenInput)
