"""allauth's forms in our words: labels and helps here, rules and checks there."""

from collections.abc import Mapping
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

# Hashing a password of a megabyte would keep a thread busy (T36).
LONGEST_PASSWORD = 256
LABELS: Mapping[str, Any] = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Password until now"),
    "password1": _("New password"),
    "password2": _("New password once more"),
    "remember": _("Stay signed in on this device"),
    "code": _("Code"),
}


class InOurWords(forms.Form):
    """Gives every known field our label, no placeholder, and passwords a longest length."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if "password" in name:
                field.validators.append(MaxLengthValidator(LONGEST_PASSWORD))
                field.help_text = PASSWORD_RULE if name == "password1" else ""


PASSWORD_RULE = _("At least 10 characters. A sentence of four words is good and easily kept.")


class LoginForm(InOurWords, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    pass


class ResetPasswordForm(InOurWords, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(InOurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(InOurWords, account.SetPasswordForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(InOurWords, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class AuthenticateForm(InOurWords, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateCodeForm(InOurWords, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateForm(InOurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    pass
