"""Sample pages for those who build on the design system: parts, an agent's page, a customer's.

Never mounted in an installation: `tools/pictures.py` and the tests make
`zabota.faces.design.urls` their root.
The people and goods are invented; the moment is fixed, so that two pictures of one page are alike.
"""

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from zabota.faces.design.icons import SHAPES
from zabota.faces.design.rail import LOOKS

RIGA = ZoneInfo("Europe/Riga")
NOW = dt.datetime(2026, 5, 19, 14, 22, tzinfo=RIGA)


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 5, day, hour, minute, tzinfo=RIGA)


MORNING = at(19, 9)


@dataclass(frozen=True)
class Word:
    """A promise as a page shows it."""

    what: str
    given: dt.datetime
    due: dt.datetime
    state: str = "open"


@dataclass(frozen=True)
class Row:
    """A conversation in the list."""

    who: str
    what: str
    by: str
    due: dt.datetime
    given: dt.datetime = MORNING
    state: str = "open"
    is_new: bool = False
    is_here: bool = False


@dataclass(frozen=True)
class Group:
    name: str
    rows: list[Row] = field(default_factory=list)


class SampleForm(forms.Form):
    """One field of each kind, so that errors and helps can be looked at."""

    address = forms.EmailField(
        label="Mailbox address", help_text="Letters to this address become conversations."
    )
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    server = forms.CharField(label="IMAP server", required=False)
    language = forms.ChoiceField(
        label="Language", choices=[("lv", "Latviešu"), ("ru", "Русский"), ("en", "English")]
    )
    days = forms.MultipleChoiceField(
        label="Working days",
        choices=[("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = forms.CharField(label="Signature", widget=forms.Textarea, required=False)
    keep = forms.BooleanField(label="Leave letters on the server", required=False)


WORDS = [
    Word("Назвать рейс до 15:00", at(18, 18, 5), at(19, 15), "at_risk"),
    Word("Решить о возврате 29 €", at(19, 14, 12), at(20, 14, 12)),
    Word("Прислать акт осмотра", at(18, 18, 5), at(22, 12)),
    Word("Привезти панель", at(19, 14, 20), at(21, 18), "draft"),
    Word("Ответить на первое письмо", at(18, 17, 42), at(18, 19, 42), "kept"),
]
INBOX = [
    Group(
        "Срок подходит",
        [
            Row(
                "Ирина Вайновская",
                "Треснула панель теплицы",
                "письмо",
                at(19, 15),
                at(18, 18, 5),
                "at_risk",
                True,
                True,
            ),
            Row(
                "Роман Гайлис",
                "Счёт на фирму за газонокосилку",
                "письмо",
                at(19, 15, 27),
                at(19, 10),
                "at_risk",
                True,
            ),
        ],
    ),
    Group(
        "Ждут нас",
        [
            Row("Anna Bērziņa", "Terases galds: nav skrūvju", "письмо", at(19, 17), is_new=True),
            Row(
                "Олег Савицкий",
                "Саженцы смородины не прижились",
                "письмо",
                at(19, 17, 30),
                is_new=True,
            ),
            Row("Helen Marsh", "Which compost bin fits a balcony?", "форма", at(19, 18)),
            Row("Дарья Климова", "Обмен садовых перчаток на размер S", "письмо", at(20, 10)),
            Row("Jānis Krūmiņš", "Šļūtenes savienojums sūcas", "форма", at(20, 12)),
        ],
    ),
    Group(
        "Ждём клиента",
        [
            Row("Ilze Kalniņa", "Terases galda piegāde", "портал", at(19, 20)),
            Row("Сергей Мороз", "Закрываем? Чистка насоса", "письмо", at(21, 12)),
            Row("Лидия Орлова", "Выбор ткани для качелей", "письмо", at(22, 12)),
        ],
    ),
]


def show(request: HttpRequest, language: str, page: str) -> HttpResponse:
    """A sample page in one language, at the fixed moment."""
    bound = SampleForm({"address": "marta@", "language": "lv"})
    context = {
        "now": NOW,
        "words": WORDS,
        "inbox": INBOX,
        "shapes": list(SHAPES),
        "states": [
            Word("Назвать рейс", at(18, 18), at(19, 14 if state == "broken" else 15), state)
            for state in LOOKS
        ],
        "form": SampleForm(),
        "bound": bound,
        "brand_name": "Liepa",
        "t": {
            "mail": at(18, 17, 42),
            "ours": at(18, 18, 5),
            "mail_2": at(19, 9, 31),
            "note": at(19, 11, 10),
            "event": at(19, 13, 58),
            "mail_3": at(19, 14, 12),
            "late": at(19, 14, 10),
            "lv_given": at(19, 14, 6),
            "lv_due": at(19, 14, 30),
            "lv_open": at(14, 10, 12),
            "slip": at(20, 18),
        },
    }
    with translation.override(language), timezone.override(RIGA):
        return render(request, f"design/gallery/{page}.html", context)
