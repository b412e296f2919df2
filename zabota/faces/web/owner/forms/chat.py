"""A chat of a site: its name, who answers, which sites show it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as NotValid

from zabota.domains.channels.queries.chats import Row
from zabota.domains.channels.rules.chats import ChatSettings
from zabota.domains.channels.services.chats import Chat
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.brands import queries as brands


class ChatForm(forms.Form):
    """Only these fields can be sent (T24); the key is ours."""

    name = forms.CharField(
        label=_("Name of the chat"),
        max_length=120,
        help_text=_("Only colleagues see it, in lists."),
    )
    origins = forms.CharField(
        label=_("Sites"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "One address a line, such as https://shop.example. With and without “www” are two "
            "sites. Pages of other sites show nothing."
        ),
    )
    brand = forms.ChoiceField(label=_("Brand"))
    team = forms.ChoiceField(label=_("Team that answers"), required=False)
    is_active = forms.BooleanField(
        label=_("On"),
        required=False,
        help_text=_("When it is off, the button is on no page; what was written stays here."),
    )

    def __init__(self, data: Any = None, *, chat: Row | None = None) -> None:
        initial: dict[str, Any] = {"is_active": True}
        if chat is not None:
            initial = {
                "name": chat.name,
                "origins": "\n".join(chat.origins),
                "brand": str(chat.brand_id),
                "team": str(chat.team_id or ""),
                "is_active": chat.is_active,
            }
        super().__init__(data, initial=initial)
        self._choose("brand", [(str(one.pk), one.name) for one in brands.brands()])
        teams = [(str(one.pk), one.name) for one in accounts.teams()]
        self._choose("team", [("", _("Everybody")), *teams])

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_origins(self) -> tuple[str, ...]:
        found: list[str] = []
        for line in str(self.cleaned_data["origins"]).split():
            try:
                found += ChatSettings(origins=(line,)).origins
            except NotValid as problem:
                said = gettext(
                    "“%(line)s” is no site's address. It begins with https:// and has no path."
                )
                raise ValidationError(said % {"line": line[:80]}) from problem
        return tuple(dict.fromkeys(found))

    def chat(self) -> Chat:
        data = self.cleaned_data
        return Chat(
            name=data["name"],
            brand_id=int(data["brand"]),
            team_id=int(data["team"]) if data["team"] else None,
            origins=data["origins"],
            is_active=data["is_active"],
        )
