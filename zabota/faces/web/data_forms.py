"""The form that confirms erasing a customer."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EraseForm(forms.Form):
    name = forms.CharField(
        label=_("The customer's name, as it stands above"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
