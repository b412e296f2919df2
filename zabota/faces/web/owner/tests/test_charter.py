"""The charter's pages: hours in plain words, any section as a form, who changed what and why."""

from datetime import datetime

import pytest
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.domains.charter import queries
from zabota.domains.charter.rules import sections
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.rules.sections import Notices, Replies
from zabota.domains.promises.rules.sections import Answers
from zabota.faces.web.owner import charter_words
from zabota.faces.web.owner.forms.charter import SectionForm, leaves
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel import clock

WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), "09:00-18:00")


@pytest.fixture
def owner(cast: Cast, visit: Visit) -> Client:
    return visit(cast.olga)


@pytest.fixture(autouse=True)
def _in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages read the clock; in these tests it stands at the fixed moment."""
    monkeypatch.setattr(clock, "now", lambda: MORNING)


def hours(**what: object) -> dict[str, object]:
    return {
        **WEEK,
        "friday": "09:00 – 17:00",
        "public_holidays": "brand",
        "time_zone": "brand",
        "dates": "2026-12-24 09:00-13:00\n2026-12-31",
        "reason": "Short Fridays",
    } | what


def filled(name: str, **changes: object) -> dict[str, object]:
    """The form of a section as its page shows it, with changes."""
    schema = sections.find(name)
    form = SectionForm(section=queries.in_force(at=MORNING).section(schema))
    shown = {each.html_name: each.value() for each in form}
    return {**shown, "reason": "We can do better", **changes}


def in_force(at: datetime = MORNING) -> Hours:
    return queries.in_force(at=at).section(Hours)


@pytest.mark.req("S-739")
class TestHours:
    def test_are_put_in_force_with_a_reason_and_stand_in_the_history(
        self, cast: Cast, owner: Client
    ) -> None:
        owner.post("/owner/hours/", hours())
        kept = in_force()
        assert kept.week.friday == ("09:00-17:00",)
        assert kept.week.saturday == ()
        assert {str(day): times for day, times in kept.dates.items()} == {
            "2026-12-24": ("09:00-13:00",),
            "2026-12-31": (),
        }
        history = owner.get("/owner/charter/").content.decode()
        assert ("Short Fridays" in history, cast.olga.name in history) == (True, True)

    def test_lose_a_date_that_is_taken_out(self, owner: Client) -> None:
        owner.post("/owner/hours/", hours())
        owner.post("/owner/hours/", hours(dates="2026-12-31"))
        assert [str(day) for day in in_force().dates] == ["2026-12-31"]

    def test_are_shown_by_an_example_before_they_are_kept(self, owner: Client) -> None:
        now = owner.get("/owner/hours/").content.decode()
        tried = owner.post("/owner/hours/", hours(act="example")).content.decode()
        # Friday 17:30: two working hours end on Monday, 10:30, or with short Fridays at 11:00.
        assert ("10:30" in now, "11:00" in tried) == (True, True)
        assert in_force().week.friday == ("09:00-18:00",)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"monday": "nine to five"},
            {"monday": "09:00-12:00, 11:00-13:00"},
            {"dates": "Christmas"},
            {"time_zone": "Mars/Base"},
            {"reason": ""},
        ],
    )
    def test_that_cannot_be_are_refused_and_nothing_changes(
        self, owner: Client, wrong: dict[str, str]
    ) -> None:
        response = owner.post("/owner/hours/", hours(**wrong))
        assert (response.status_code, queries.history()) == (422, [])


class TestSections:
    def test_numbers_and_lists_are_changed_by_their_page(self, owner: Client) -> None:
        sent = filled("answers", **{"first.limit_minutes": 240, "warn_at_percent": "60, 90"})
        owner.post("/owner/charter/answers/", sent)
        kept = queries.in_force(at=MORNING).section(Answers)
        assert (kept.first.limit_minutes, kept.warn_at_percent) == (240, (60, 90))

    def test_a_text_is_changed_in_three_languages_side_by_side(self, owner: Client) -> None:
        owner.post("/owner/charter/notices/", filled("notices", **{"your_matter.lv": "Jūsu lieta"}))
        kept = queries.in_force(at=MORNING).section(Notices).your_matter
        assert (kept.lv, kept.en) == ("Jūsu lieta", "Your matter: what happens now and next")

    @pytest.mark.parametrize(
        ("name", "wrong"),
        [
            ("answers", {"first.ideal_minutes": 999}),
            ("answers", {"warn_at_percent": "soon"}),
            ("replies", {"undo_seconds": 9_999}),
            ("replies", {"signature.ru": "{salary}"}),
            ("notices", {"your_matter.lv": " "}),
            ("closing", {"reason": ""}),
        ],
    )
    def test_what_the_schema_refuses_is_told_and_nothing_changes(
        self, owner: Client, name: str, wrong: dict[str, object]
    ) -> None:
        response = owner.post(f"/owner/charter/{name}/", filled(name, **wrong))
        assert (response.status_code, queries.history()) == (422, [])
        assert "field-error" in response.content.decode() or "notice" in response.content.decode()

    def test_an_unknown_one_is_not_there(self, owner: Client) -> None:
        assert owner.get("/owner/charter/horoscope/").status_code == 404

    def test_each_opens_and_keeps_itself_unchanged(self, owner: Client) -> None:
        for schema in sections.registered():
            if schema is Hours:
                continue
            before = queries.in_force(at=MORNING).section(schema)
            response = owner.post(f"/owner/charter/{schema.name}/", filled(schema.name))
            assert response.status_code == 303, schema.name
            assert queries.in_force(at=MORNING).section(schema) == before

    def test_each_value_has_words(self) -> None:
        names = [schema.name for schema in sections.registered()]
        paths = [
            leaf.path
            for schema in sections.registered()
            if schema is not Hours
            for leaf in leaves(schema.defaults())
        ]
        assert [name for name in names if name not in charter_words.SECTIONS] == []
        assert [path for path in paths if charter_words.of(path).label == path] == []


def test_markup_in_a_text_stays_words(owner: Client) -> None:
    owner.post("/owner/charter/replies/", filled("replies", **{"signature.en": "<b>{agent}</b>"}))
    assert queries.in_force(at=MORNING).section(Replies).signature.en == "<b>{agent}</b>"
    assert "<b>{agent}" not in owner.get("/owner/charter/replies/").content.decode()


@pytest.mark.req("S-055")
def test_a_mailbox_gets_its_own_standard_and_follows_the_company_in_all_else(
    cast: Cast, owner: Client
) -> None:
    page = f"/owner/charter/answers/?for={cast.mailbox.ref}"
    shown = owner.get(page).context["levels"]
    assert [(one.name, one.is_here) for one in shown] == [
        ("Everywhere", False),
        ("help@liepa.example", True),
    ]
    owner.post(page, filled("answers", **{"first.limit_minutes": 90}))
    owner.post("/owner/charter/answers/", filled("answers", **{"first.ideal_minutes": 45}))
    of_mailbox = Scope(brand=cast.brand.pk, channel=cast.mailbox.pk)
    now = queries.in_force(at=MORNING)
    company, own = now.section(Answers).first, now.section(Answers, scope=of_mailbox).first
    assert (company.ideal_minutes, company.limit_minutes) == (45, 120)
    assert (own.ideal_minutes, own.limit_minutes) == (45, 90)
    assert owner.get("/owner/charter/answers/?for=nobody").status_code == 404


@pytest.mark.req("S-055")
def test_a_mailbox_gets_its_own_hours(cast: Cast, owner: Client) -> None:
    page = f"/owner/hours/?for={cast.mailbox.ref}"
    owner.post(page, hours(saturday="10:00-14:00", dates="", act="keep"))
    of_mailbox = Scope(brand=cast.brand.pk, channel=cast.mailbox.pk)
    now = queries.in_force(at=MORNING)
    own = now.section(Hours, scope=of_mailbox)
    assert owner.get(page).context["form"]["saturday"].value() == "10:00-14:00"
    assert own != now.section(Hours)
