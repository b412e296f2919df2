"""A mailbox: its address, how its servers are reached, whose word on senders counts."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as NotValid
from typing_extensions import override

from zabota.domains.channels.kinds.email.config import EmailSettings
from zabota.domains.channels.kinds.email.oauth import Client
from zabota.domains.channels.queries.mailboxes import Box
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.brands import queries as brands

SECURITY = (
    ("tls", _("TLS from the start")),
    ("starttls", _("STARTTLS")),
    ("plain", _("None: only on this machine")),
)


SIGN_IN = {"google": _("Sign in at Google"), "microsoft": _("Sign in at Microsoft")}
BY_PASSWORD = "password"  # noqa: S105 - a way in, no password


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
    auth = forms.ChoiceField(
        label=_("How the mailbox is entered"), required=False, widget=forms.RadioSelect
    )
    client_id = forms.CharField(
        label=_("Client id"),
        max_length=300,
        required=False,
        help_text=_("From the provider, for your own installation."),
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    tenant = forms.RegexField(
        r"^[A-Za-z0-9.-]{1,100}$",
        label=_("Tenant"),
        required=False,
        help_text=_("Of Microsoft: the id or domain of your organisation. Empty for any."),
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
    plus_addressing = forms.BooleanField(
        label=_("Letters to name+anything@ arrive here, too"),
        required=False,
        help_text=_(
            "Then our letters ask for answers to such an address, and every answer finds its"
            " conversation. Google and Microsoft deliver them; try yours before you say so."
        ),
    )
    anyway = forms.BooleanField(label=_("Keep it although the test fails"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        box: Box | None = None,
        initial: Any = None,
        provider: str = "",
        client: Client | None = None,
    ) -> None:
        """`provider` is one whose own sign-in may be used; `client` what is kept for it."""
        typed = _as_typed(box) if box else {"folder": "INBOX", **initial}
        if client is not None:
            typed |= {"client_id": client.client_id, "tenant": client.tenant}
        super().__init__(data, initial={"auth": provider or BY_PASSWORD, **typed})
        self._box, self._provider, self._client = box, provider, client
        ways = [(provider, SIGN_IN[provider])] if provider else []
        self.fields["auth"].required = bool(provider)
        self._choose("auth", [*ways, (BY_PASSWORD, _("With a password"))])
        if client and client.client_secret:
            self.fields["client_secret"].help_text = _("Kept sealed. Leave it empty to keep it.")
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
            data["auth"] = data.get("auth") or BY_PASSWORD
            self._check_secrets(data)
            try:
                data["settings"] = EmailSettings.model_validate(self._settings(data))
            except NotValid as wrong:
                for error in wrong.errors():
                    self._blame(error["loc"])
        return data

    def _check_secrets(self, data: Mapping[str, Any]) -> None:
        if data["auth"] == BY_PASSWORD:
            had_password = self._box and self._box.has_secret and not self._client
            if not data.get("password") and not had_password:
                self.add_error("password", _("Write the password of the mailbox."))
            return
        kept = self._client
        if not data["client_id"]:
            self.add_error("client_id", _("Write the client id that the provider gave you."))
        same = kept and kept.client_secret and kept.client_id == data["client_id"]
        if not data["client_secret"] and not same:
            self.add_error("client_secret", _("Write the secret of that client."))

    def client(self) -> Client:
        """The client as typed; an empty secret stands for the one that is kept."""
        data = self.cleaned_data
        kept = self._client.client_secret if self._client else ""
        return Client(
            client_id=data["client_id"],
            client_secret=data["client_secret"] or kept,
            tenant=data["tenant"],
        )

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
        more = {
            "folder": data["folder"] or "INBOX",
            "authserv_id": data["authserv_id"],
            "auth": data["auth"],
            "plus_addressing": data["plus_addressing"],
        }
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
        "auth": box.settings.get("auth", BY_PASSWORD),
        "plus_addressing": box.settings.get("plus_addressing", False),
    }
