"""A mailbox: its address, how its servers are reached, whose word on senders counts."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as NotValid
from typing_extensions import override

from zabota.domains.channels.kinds.email.config import EmailSettings
from zabota.domains.channels.queries.mailboxes import Box
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.brands import queries as brands

SECURITY = (
    ("tls", _("TLS from the start")),
    ("starttls", _("STARTTLS")),
    ("plain", _("None: only on this machine")),
)


def _port(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=65_535)


class MailboxForm(forms.Form):
    """The password goes in and never comes out: an empty one keeps what is sealed."""

    address = forms.EmailField(
        label=_("Address of the mailbox"),
        max_length=254,
        help_text=_("Letters to this address become conversations, and we answer from it."),
    )
    name = forms.CharField(label=_("Name of the mailbox"), max_length=120, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    brand = forms.ChoiceField(label=_("Brand"))
    team = forms.ChoiceField(label=_("Team that answers"), required=False)
    user = forms.CharField(
        label=_("User name"),
        max_length=320,
        required=False,
        help_text=_("If it is not the address itself."),
    )
    imap_host = forms.CharField(label=_("IMAP server (receives)"), max_length=253)
    imap_port = _port(_("Port"))
    imap_security = forms.ChoiceField(label=_("Encryption"), choices=SECURITY)
    smtp_host = forms.CharField(label=_("SMTP server (sends)"), max_length=253)
    smtp_port = _port(_("Port"))
    smtp_security = forms.ChoiceField(label=_("Encryption"), choices=SECURITY)
    folder = forms.CharField(label=_("Folder"), max_length=255, required=False)
    authserv_id = forms.CharField(
        label=_("Server whose word on senders counts"),
        max_length=253,
        required=False,
        help_text=_(
            "The name with which the mailbox's own server begins its Authentication-Results."
            " Without it no sender counts as verified."
        ),
    )
    anyway = forms.BooleanField(label=_("Keep it although the test fails"), required=False)

    def __init__(self, data: Any = None, *, box: Box | None = None, initial: Any = None) -> None:
        super().__init__(data, initial=_as_typed(box) if box else {"folder": "INBOX", **initial})
        self._box = box
        self._choose("brand", [(str(one.pk), one.name) for one in brands.brands()])
        nobody = ("", _("Everybody"))
        self._choose("team", [nobody, *((str(one.pk), one.name) for one in accounts.teams())])
        if box and box.has_secret:
            self.fields["password"].help_text = _("Kept sealed. Leave it empty to keep it.")

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            if not data.get("password") and not (self._box and self._box.has_secret):
                self.add_error("password", _("Write the password of the mailbox."))
            try:
                data["settings"] = EmailSettings.model_validate(self._settings(data))
            except NotValid as wrong:
                for error in wrong.errors():
                    self._blame(error["loc"])
        return data

    def _settings(self, data: Mapping[str, Any]) -> dict[str, Any]:
        kept = dict(self._box.settings) if self._box else {}
        user = data["user"] or data["address"]
        servers = {
            kind: {
                "host": data[f"{kind}_host"],
                "port": data[f"{kind}_port"],
                "security": data[f"{kind}_security"],
                "user": user,
            }
            for kind in ("imap", "smtp")
        }
        more = {"folder": data["folder"] or "INBOX", "authserv_id": data["authserv_id"]}
        return {**kept, **servers, **more}

    def _blame(self, where: tuple[int | str, ...]) -> None:
        """Point at the field that a check of the settings refused."""
        name = "_".join(str(step) for step in where)
        if name in self.fields:
            self.add_error(name, _("This value cannot be right. Check it."))
            return
        plain = ValidationError(
            _("Without encryption the password could be read on the way. Choose TLS or STARTTLS.")
        )
        self.add_error(None, plain)


def _as_typed(box: Box) -> dict[str, Any]:
    imap, smtp = box.settings.get("imap") or {}, box.settings.get("smtp") or {}
    typed = {
        f"{kind}_{name}": server.get(name)
        for kind, server in (("imap", imap), ("smtp", smtp))
        for name in ("host", "port", "security")
    }
    user = imap.get("user") or smtp.get("user") or ""
    return {
        **typed,
        "address": box.address,
        "name": box.name,
        "brand": str(box.brand_id),
        "team": str(box.team_id or ""),
        "user": "" if user == box.address else user,
        "folder": box.settings.get("folder", "INBOX"),
        "authserv_id": box.settings.get("authserv_id", ""),
    }
