"""Who works here: accounts and teams."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zabota.faces.web.owner import places, words
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.models import User
from zabota.kernel.accounts.roles import Role
from zabota.kernel.accounts.services import LEADING, Person


class PersonForm(forms.Form):
    """An account. Only these fields can be sent (T24)."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Customers see it under letters.")
    )
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    teams = forms.MultipleChoiceField(
        label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=_("Language"), choices=places.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, data: Any = None, *, person: User | None = None, like: User) -> None:
        initial: dict[str, Any] = {
            "role": Role.AGENT.value,
            "language": like.language,
            "time_zone": like.time_zone,
        }
        if person is not None:
            names = ("name", "email", "role", "language", "time_zone")
            initial = {name: getattr(person, name) for name in names}
            initial["teams"] = [str(number) for number in accounts.actor_for(person).teams]
        super().__init__(data, initial=initial)
        self._person = person
        self._choose("role", [(role.value, words.ROLES[role]) for role in Role])
        self._choose("teams", [(str(team.pk), team.name) for team in accounts.teams()])
        self._choose("time_zone", places.zones())

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        others = accounts.everybody().filter(email__iexact=email)
        if others.exclude(pk=self._person.pk if self._person else 0).exists():
            raise ValidationError(words.account_refusal("address_taken"))
        return email

    def person(self) -> Person:
        data = self.cleaned_data
        return Person(
            name=data["name"],
            email=data["email"],
            role=Role(data["role"]),
            language=data["language"],
            time_zone=data["time_zone"],
            team_ids=[int(number) for number in data["teams"]],
        )


class SecondFactorForm(forms.Form):
    """The roles whose people sign in with a second factor."""

    roles = forms.MultipleChoiceField(
        label=_("Who needs one"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None) -> None:
        now = [role.value for role in accounts.roles_with_second_factor()]
        super().__init__(data, initial={"roles": now})
        names = [(role.value, words.ROLE_NAMES[role]) for role in Role]
        self.fields["roles"].choices = names  # type: ignore[attr-defined]

    def wanted(self) -> list[Role]:
        return [Role(one) for one in self.cleaned_data["roles"]]


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name of the team"), max_length=80)
    leader = forms.ChoiceField(
        label=_("Leader"),
        required=False,
        help_text=_("Decides on refusals and on closing without consent. Without one, the owner."),
    )

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        leaders = accounts.active_users().filter(role__in=LEADING)
        choices = [("", _("Nobody: the owner")), *((one.ref, one.name) for one in leaders)]
        self.fields["leader"].choices = choices  # type: ignore[attr-defined]
