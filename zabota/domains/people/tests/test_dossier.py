"""A customer's dossier: all on one page, changed by who may, seen by who may."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cast import MORNING, Cast
from zabota.domains.people import queries
from zabota.domains.people import services as people
from zabota.domains.people.enums import ContactKind, CustomerKind, Formality, NewsTo, TieKind
from zabota.domains.people.enums import NoteKind as Kind
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.people.models import Customer, Stage, Tie
from zabota.domains.people.queries import Dossier, ties
from zabota.domains.people.queries import access as people_access
from zabota.domains.people.services import companies, dossier, notes, stages
from zabota.kernel.facts.models import FactRow

DAY = timedelta(days=1)


def show(cast: Cast, customer: Customer) -> Dossier:
    return queries.dossier_for(cast.actor(cast.marta), customer.ref)


class TestTheDossier:
    @pytest.mark.req("S-047")
    def test_says_how_to_address_formal_unless_wished_otherwise(
        self, cast: Cast, ilze: Customer
    ) -> None:
        before = show(cast, ilze)
        assert (before.formality, before.address_as) == (Formality.FORMAL, "Ilze Kalniņa")
        wish = dossier.Changes(say="Ilze", formality=Formality.INFORMAL)
        dossier.change(ilze.ref, wish, actor=cast.actor(cast.marta), at=MORNING)
        after = show(cast, ilze)
        assert (after.formality, after.address_as) == (Formality.INFORMAL, "Ilze")

    def test_keeps_what_kind_of_contact_he_is_and_how_to_reach_him(
        self, cast: Cast, ilze: Customer
    ) -> None:
        told = dossier.Changes(
            contact_kind=ContactKind.SUPPLIER,
            language="ru",
            time_zone="Europe/Riga",
            preferred_channel="email",
            preferred_time="no 9 līdz 11",
        )
        dossier.change(ilze.ref, told, actor=cast.actor(cast.marta), at=MORNING)
        seen = show(cast, ilze)
        assert (
            seen.contact_kind,
            seen.language,
            seen.time_zone,
            seen.preferred_channel,
            seen.preferred_time,
            seen.name,
        ) == (
            ContactKind.SUPPLIER,
            "ru",
            "Europe/Riga",
            "email",
            "no 9 līdz 11",
            "Ilze Kalniņa",
        )
        assert FactRow.objects.get(name="people.CustomerChanged").about_id == ilze.pk

    @pytest.mark.parametrize(
        ("what", "code"),
        [
            ({"name": " "}, "name_empty"),
            ({"language": "de"}, "language_unknown"),
            ({"time_zone": "Riga"}, "time_zone_unknown"),
        ],
    )
    def test_takes_nothing_unclear(
        self, cast: Cast, ilze: Customer, what: dict[str, str], code: str
    ) -> None:
        changes = dossier.Changes(**what)  # type: ignore[arg-type]  # by name
        with pytest.raises(Incomplete, match=code):
            dossier.change(ilze.ref, changes, actor=cast.actor(cast.marta), at=MORNING)

    def test_is_not_changed_by_who_only_reads(self, cast: Cast, ilze: Customer) -> None:
        kolja = cast.actor(cast.kolja)
        with pytest.raises(NotAllowed):
            dossier.change(ilze.ref, dossier.Changes(say="Ilzīte"), actor=kolja, at=MORNING)
        with pytest.raises(NotAllowed):
            stages.enter(ilze.ref, name="Pirkums", actor=kolja, at=MORNING)
        assert (show(cast, ilze).say, Stage.objects.count()) == ("", 0)

    @pytest.mark.req("S-005")
    def test_logs_stages_and_shows_the_current_one(self, cast: Cast, ilze: Customer) -> None:
        marta = cast.actor(cast.marta)
        stages.enter(ilze.ref, name="Pirmais kontakts", actor=marta, at=MORNING)
        stages.enter(ilze.ref, name="Pirmais pirkums", note="Galds", actor=marta, at=MORNING + DAY)
        seen = show(cast, ilze)
        assert [(one.name, one.author_name, one.at) for one in seen.stages] == [
            ("Pirmais pirkums", "Marta Ozola", MORNING + DAY),
            ("Pirmais kontakts", "Marta Ozola", MORNING),
        ]
        assert seen.stage == seen.stages[0]

    def test_of_merged_customers_is_one(self, cast: Cast, ilze: Customer) -> None:
        people.recognise([people.Seen(shown="i.kalnina@darbs.example")], at=MORNING)
        other = Customer.objects.exclude(pk=ilze.pk).get()
        stages.enter(other.ref, name="Agrāk", actor=cast.actor(cast.marta), at=MORNING)
        other.merged_into = ilze
        other.save()
        seen = show(cast, other)
        assert (seen.ref, [one.shown for one in seen.addresses]) == (
            ilze.ref,
            ["Ilze@Kalnina.example", "i.kalnina@darbs.example"],
        )
        assert [one.name for one in seen.stages] == ["Agrāk"]

    def test_costs_the_same_however_much_there_is(
        self, cast: Cast, ilze: Customer, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        vera, marta = cast.actor(cast.vera), cast.actor(cast.marta)
        stages.enter(ilze.ref, name="Sākums", actor=marta, at=MORNING)
        for _ in range(2):
            with django_assert_num_queries(13):
                queries.dossier_for(vera, ilze.ref)
            for text in "abc":
                notes.add(ilze.ref, kind=Kind.WORRY, text=text, actor=marta, at=MORNING)


@pytest.mark.req("S-011")
class TestHumanNotes:
    def test_tell_of_the_person_and_are_taken_away_by_their_author(
        self, cast: Cast, ilze: Customer
    ) -> None:
        note = notes.add(
            ilze.ref,
            kind=Kind.WORRY,
            text="Mazbērns slimo",
            actor=cast.actor(cast.kolja),
            at=MORNING,
        )
        assert [(one.kind, one.text, one.author_name) for one in show(cast, ilze).notes] == [
            (Kind.WORRY, "Mazbērns slimo", "Kolja Colleague")
        ]
        with pytest.raises(NotAllowed, match="author_or_leader"):
            notes.remove(note.pk, actor=cast.actor(cast.marta), at=MORNING)
        notes.remove(note.pk, actor=cast.actor(cast.kira), at=MORNING)
        assert show(cast, ilze).notes == []
        with pytest.raises(Incomplete, match="text_empty"):
            notes.add(ilze.ref, kind=Kind.TASK, text="", actor=cast.actor(cast.marta), at=MORNING)


class TestTies:
    @pytest.fixture
    def osta(self, cast: Cast) -> Customer:  # noqa: ARG002  the house must stand
        return Customer.objects.create(name="Osta", kind=CustomerKind.COMPANY, created_at=MORNING)

    def tie(self, cast: Cast, ilze: Customer, osta: Customer, **what: object) -> Tie:
        values: dict[str, object] = {"kind": TieKind.EMPLOYEE, "at": MORNING}
        return companies.tie(
            ilze.ref,
            for_ref=osta.ref,
            actor=cast.actor(cast.marta),
            **(values | what),  # type: ignore[arg-type]  # by name
        )

    @pytest.mark.req("S-053")
    def test_let_employees_order_for_their_company(
        self, cast: Cast, ilze: Customer, osta: Customer
    ) -> None:
        assert not ties.may_order(ilze.pk, osta.pk)
        tie = self.tie(cast, ilze, osta)
        assert ties.may_order(ilze.pk, osta.pk)
        assert not ties.may_order(osta.pk, ilze.pk)
        self.tie(cast, ilze, osta, may_order=False)
        assert (Tie.objects.count(), ties.may_order(ilze.pk, osta.pk)) == (1, False)
        companies.untie(tie.pk, actor=cast.actor(cast.marta), at=MORNING)
        self.tie(cast, ilze, osta)
        assert (Tie.objects.count(), ties.may_order(ilze.pk, osta.pk)) == (2, True)

    @pytest.mark.parametrize(
        ("news_to", "heard"),
        [(NewsTo.ORDERER, "o"), (NewsTo.BENEFICIARY, "b"), (NewsTo.BOTH, "ob")],
    )
    def test_say_who_hears_the_news(
        self, cast: Cast, ilze: Customer, osta: Customer, news_to: NewsTo, heard: str
    ) -> None:
        ilze_and_osta = {"o": ilze.pk, "b": osta.pk}
        assert ties.hear_news(ilze.pk, osta.pk) == (ilze.pk,)
        self.tie(cast, ilze, osta, kind=TieKind.SECRETARY, news_to=news_to)
        assert ties.hear_news(ilze.pk, osta.pk) == tuple(ilze_and_osta[one] for one in heard)
        shown = show(cast, osta).ordered_by
        assert [(one.name, one.kind, one.news_to) for one in shown] == [
            ("Ilze Kalniņa", TieKind.SECRETARY, news_to)
        ]

    @pytest.mark.req("S-053")
    def test_come_with_terms_and_a_rhythm_of_the_company_alone(
        self, cast: Cast, ilze: Customer, osta: Customer
    ) -> None:
        marta = cast.actor(cast.marta)
        for days in (30, 14):
            companies.set_terms(
                osta.ref,
                terms="Rēķins reizi mēnesī",
                contact_every_days=days,
                actor=marta,
                at=MORNING,
            )
        seen = show(cast, osta)
        assert (seen.terms, seen.contact_every_days) == ("Rēķins reizi mēnesī", 14)
        with pytest.raises(Incomplete, match="not_a_company"):
            companies.set_terms(
                ilze.ref, terms="x", contact_every_days=None, actor=marta, at=MORNING
            )
        with pytest.raises(Incomplete, match="rhythm_unclear"):
            companies.set_terms(osta.ref, terms="x", contact_every_days=0, actor=marta, at=MORNING)

    def test_that_make_no_sense_are_refused(
        self, cast: Cast, ilze: Customer, osta: Customer
    ) -> None:
        with pytest.raises(Conflict, match="same_customer"):
            self.tie(cast, osta, osta)
        with pytest.raises(Incomplete, match="not_a_company"):
            self.tie(cast, osta, ilze)
        assert Tie.objects.count() == 0


@pytest.mark.threat("T20")
def test_nobody_is_seen_before_the_house_says_who_sees_whom(
    cast: Cast, ilze: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_access, "_port", {"sees": people_access._nobody})
    with pytest.raises(NotFound):
        queries.dossier_for(cast.actor(cast.olga), ilze.ref)
