"""The section `hours` of the charter in plain words: days, holidays, dates of their own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from zabota.domains.charter.rules.hours import NONE, OF_BRAND, Hours
from zabota.faces.web.owner import places
from zabota.pure import worktime
from zabota.pure.worktime import intervals

DAYS = (
    ("monday", _("Monday")),
    ("tuesday", _("Tuesday")),
    ("wednesday", _("Wednesday")),
    ("thursday", _("Thursday")),
    ("friday", _("Friday")),
    ("saturday", _("Saturday")),
    ("sunday", _("Sunday")),
)


class HoursForm(forms.Form):
    """A day reads "09:00-13:00, 14:00-18:00"; an empty one is closed."""

    public_holidays = forms.ChoiceField(label=_("Public holidays of"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    dates = forms.CharField(
        label=_("Dates with hours of their own"),
        required=False,
        max_length=20_000,
        help_text=_(
            "One a line: 2026-12-24 09:00-13:00. A date alone is closed. They are stronger than"
            " week and holidays."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reason = forms.CharField(
        label=_("Why it is changed"),
        max_length=300,
        help_text=_("It stands in the charter's history."),
        required=False,
    )

    def __init__(self, data: Any = None, *, hours: Hours) -> None:
        week = hours.week.model_dump()
        initial: dict[str, Any] = {name: ", ".join(week[name]) for name, _label in DAYS}
        initial["public_holidays"] = hours.public_holidays
        initial["time_zone"] = hours.time_zone
        initial["dates"] = "\n".join(
            f"{day.isoformat()} {', '.join(times)}".strip() for day, times in hours.dates.items()
        )
        super().__init__(data, initial=initial)
        days = {
            name: forms.CharField(
                label=label,
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"placeholder": _("closed")}),
            )
            for name, label in DAYS
        }
        self.fields = {**days, **self.fields}
        countries = places.countries((get_language() or "en")[:2])[1:]
        self._choose(
            "public_holidays", [(OF_BRAND, _("the brand's country")), (NONE, _("none")), *countries]
        )
        self._choose(
            "time_zone", [(OF_BRAND, _("the brand's own")), *((z, n) for z, n in places.zones())]
        )

    @property
    def days(self) -> list[forms.BoundField]:
        """The fields of the week, Monday first."""
        return [self[name] for name, _label in DAYS]

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        week = {name: self._times(name, data.get(name, "")) for name, _label in DAYS}
        dates = self._dates(data.get("dates", ""))
        if not self.errors:
            data["values"] = {
                "week": week,
                "dates": {**self._gone(dates), **dates},
                "public_holidays": data["public_holidays"],
                "time_zone": data["time_zone"],
            }
        return data

    def _times(self, name: str, typed: str) -> list[str]:
        given = [part.strip().replace("–", "-") for part in typed.split(",") if part.strip()]
        try:
            return [str(one) for one in intervals.hours(given, of=name)]
        except worktime.CalendarError:
            self.add_error(
                name, _("Write times such as 09:00-18:00; several with a comma, in their order.")
            )
            return []

    def _dates(self, typed: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in typed.splitlines():
            day, _space, times = line.strip().partition(" ")
            if not day:
                continue
            try:
                found[date.fromisoformat(day).isoformat()] = self._times("dates", times)
            except ValueError:
                said = _("This is no date: %(text)s. Write 2026-12-24.")
                self.add_error("dates", ValidationError(said, params={"text": day[:20]}))
        return found

    def _gone(self, dates: Mapping[str, object]) -> dict[str, None]:
        """Null takes away dates that stood there before and were taken out."""
        before = str(self.initial.get("dates", "")).splitlines()
        return {line.split()[0]: None for line in before if line.split()[0] not in dates}
