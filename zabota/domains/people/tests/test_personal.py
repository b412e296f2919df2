"""Fields with a purpose, who said what, minors, and how long it is kept."""

import json
from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.charter import queries as charter
from zabota.domains.people.enums import Basis, CareKind, DataPurpose, FieldKind, Purpose, Source
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.people.models import CareTask, Customer, FieldValue
from zabota.domains.people.queries import personal as kept
from zabota.domains.people.rules.sections import Customers, PersonalData, Vip
from zabota.domains.people.services import dossier, personal, rounds
from zabota.domains.people.services.personal import Draft, Guardian

DAY = timedelta(days=1)
LABEL = {"ru": "Размер", "lv": "Izmērs", "en": "Size"}
SIZE = Draft(label=LABEL, kind=FieldKind.TEXT, purpose=DataPurpose.SERVICE, is_published=True)


def value(cast: Cast, customer: Customer, key: str) -> kept.Value:
    found = kept.personal_for(cast.actor(cast.marta), customer.ref).values
    return next(one for one in found if one.field.key == key)


class TestAField:
    @pytest.mark.django_db
    @pytest.mark.req("S-719")
    def test_has_a_purpose_a_ground_and_a_time_from_the_first_day(self) -> None:
        known = {one.key: one for one in kept.fields()}
        assert set(known) == {"birth_year", "patronymic", "city", "education", "programme"}
        assert all(one.purpose is not None and one.basis for one in known.values())
        assert known["education"].keep_days == 1095

    @pytest.mark.req("S-004")
    def test_is_added_for_a_segment_by_the_owner_without_code(
        self, cast: Cast, ilze: Customer
    ) -> None:
        olga, marta = cast.actor(cast.olga), cast.actor(cast.marta)
        draft = Draft(
            label=LABEL,
            kind=FieldKind.CHOICE,
            options=["S", "M"],
            segments=["wholesale"],
            purpose=DataPurpose.SERVICE,
            is_published=True,
        )
        personal.set_field("size", draft, actor=olga, at=MORNING)
        keys = [one.field.key for one in kept.personal_for(marta, ilze.ref).values]
        assert "size" not in keys
        dossier.change(ilze.ref, dossier.Changes(segment="wholesale"), actor=marta, at=MORNING)
        personal.state(ilze.ref, {"size": "M"}, actor=marta, at=MORNING)
        found = value(cast, ilze, "size")
        assert (found.value, found.source, found.field.called("lv")) == (
            "M",
            Source.STAFF,
            "Izmērs",
        )
        with pytest.raises(Incomplete, match="value_unfitting"):
            personal.state(ilze.ref, {"size": "XXL"}, actor=marta, at=MORNING)
        with pytest.raises(NotAllowed):
            personal.set_field("size", draft, actor=marta, at=MORNING)

    @pytest.mark.req("S-723")
    def test_without_a_purpose_is_never_published_nor_filled(
        self, cast: Cast, ilze: Customer
    ) -> None:
        olga, marta = cast.actor(cast.olga), cast.actor(cast.marta)
        bare = Draft(label=LABEL, kind=FieldKind.TEXT, is_published=True)
        with pytest.raises(Incomplete, match="purpose_needed"):
            personal.set_field("size", bare, actor=olga, at=MORNING)
        personal.set_field("size", Draft(label=LABEL, kind=FieldKind.TEXT), actor=olga, at=MORNING)
        with pytest.raises(Incomplete, match="field_unpublished"):
            personal.state(ilze.ref, {"size": "M"}, actor=marta, at=MORNING)
        with pytest.raises(Incomplete, match="field_unknown"):
            personal.state(ilze.ref, {"weight": "70"}, actor=marta, at=MORNING)
        assert (FieldValue.objects.count(), kept.used()) == (0, {})

    @pytest.mark.parametrize(
        ("kind", "good", "bad"),
        [
            (FieldKind.NUMBER, "-3.5", "three"),
            (FieldKind.DATE, "2026-05-19", "19.05.2026"),
            (FieldKind.YES_NO, "yes", "maybe"),
        ],
    )
    def test_takes_values_of_its_kind(
        self, cast: Cast, ilze: Customer, kind: FieldKind, good: str, bad: str
    ) -> None:
        draft = Draft(label=LABEL, kind=kind, purpose=DataPurpose.SERVICE, is_published=True)
        personal.set_field("size", draft, actor=cast.actor(cast.olga), at=MORNING)
        marta = cast.actor(cast.marta)
        with pytest.raises(Incomplete, match="value_unfitting"):
            personal.state(ilze.ref, {"size": bad}, actor=marta, at=MORNING)
        personal.state(ilze.ref, {"size": good}, actor=marta, at=MORNING)
        assert value(cast, ilze, "size").value == good
        personal.state(ilze.ref, {"size": ""}, actor=marta, at=MORNING)
        assert (value(cast, ilze, "size").value, FieldValue.objects.count()) == ("", 0)

    def test_keeps_its_kind_while_values_are_there(self, cast: Cast, ilze: Customer) -> None:
        olga = cast.actor(cast.olga)
        personal.set_field("size", SIZE, actor=olga, at=MORNING)
        personal.state(ilze.ref, {"size": "M"}, actor=cast.actor(cast.marta), at=MORNING)
        number = Draft(label=LABEL, kind=FieldKind.NUMBER)
        with pytest.raises(Conflict, match="kind_stays"):
            personal.set_field("size", number, actor=olga, at=MORNING)

    @pytest.mark.req("S-719")
    def test_forgets_what_was_kept_long_enough_and_nothing_else(
        self, cast: Cast, ilze: Customer
    ) -> None:
        for_a_year = Draft(
            label=LABEL,
            kind=FieldKind.TEXT,
            purpose=DataPurpose.SERVICE,
            basis=Basis.CONTRACT,
            keep_days=365,
            is_published=True,
        )
        personal.set_field("size", for_a_year, actor=cast.actor(cast.olga), at=MORNING)
        said = {"size": "M", "city": "Rīga"}
        personal.state(ilze.ref, said, actor=cast.actor(cast.marta), at=MORNING)
        assert [personal.forget_old_values(at=MORNING + n * DAY) for n in (365, 366)] == [0, 1]
        assert [row.key for row in FieldValue.objects.all()] == ["city"]


class TestWhoSaidIt:
    @pytest.mark.req("S-721")
    def test_is_marked_and_what_he_says_is_taken_as_given(self, cast: Cast, ilze: Customer) -> None:
        marta = cast.actor(cast.marta)
        personal.state(ilze.ref, {"city": "Rīga"}, actor=marta, at=MORNING)
        assert value(cast, ilze, "city").source is Source.STAFF
        personal.state_own(ilze.pk, {"city": "Atlantīda"}, at=MORNING + DAY)
        found = value(cast, ilze, "city")
        assert (found.value, found.source, found.at) == (
            "Atlantīda",
            Source.CUSTOMER,
            MORNING + DAY,
        )
        dossier.change(ilze.ref, dossier.Changes(name="Ilze K."), actor=marta, at=MORNING)
        dossier.wish(ilze.pk, dossier.Changes(say="Ilzīt", name="Vēlreiz"), at=MORNING)
        sources = kept.personal_for(marta, ilze.ref).sources
        assert sources == {"name": Source.STAFF, "say": Source.CUSTOMER}

    @pytest.mark.req("S-722")
    def test_is_asked_for_once_a_year_unless_he_confirmed_it(
        self, cast: Cast, ilze: Customer
    ) -> None:
        personal.state(ilze.ref, {"city": "Rīga"}, actor=cast.actor(cast.marta), at=MORNING)
        made = [rounds.make_rounds(at=MORNING + n * DAY) for n in (1, 364, 366, 367, 730, 733)]
        assert made == [0, 0, 1, 0, 0, 1]
        assert {row.kind for row in CareTask.objects.all()} == {CareKind.CONFIRM_DATA}
        personal.confirm(ilze.pk, at=MORNING + 1000 * DAY)
        assert rounds.make_rounds(at=MORNING + 1360 * DAY) == 0


@pytest.mark.req("S-720")
class TestAMinor:
    @pytest.mark.req("AS-24")
    def test_is_not_kept_without_a_legal_representative(self, cast: Cast, ilze: Customer) -> None:
        marta, born = cast.actor(cast.marta), {"birth_year": "2009", "city": "Rīga"}
        with pytest.raises(Incomplete, match="representative_needed"):
            personal.state(ilze.ref, born, actor=marta, at=MORNING)
        with pytest.raises(Incomplete, match="representative_needed"):
            personal.state_own(
                ilze.pk,
                born,
                guardian=Guardian(name="Jānis", relation=" ", contact="j@k.example"),
                at=MORNING,
            )
        assert FieldValue.objects.count() == 0
        mother = Guardian(name="Anna Kalniņa", relation="māte", contact="anna@k.example")
        personal.state(ilze.ref, born, guardian=mother, actor=marta, at=MORNING)
        found = kept.personal_for(marta, ilze.ref).representative
        assert found == kept.Spokesman(
            name="Anna Kalniņa", relation="māte", contact="anna@k.example"
        )

    def test_of_age_needs_none(self, cast: Cast, ilze: Customer) -> None:
        personal.state(ilze.ref, {"birth_year": "2008"}, actor=cast.actor(cast.marta), at=MORNING)
        assert value(cast, ilze, "birth_year").value == "2008"


@pytest.mark.django_db
class TestWords:
    @pytest.mark.req("S-728", "S-734")
    @pytest.mark.parametrize(
        ("country", "law"),
        [("RU", "№ 152-ФЗ"), ("LV", "2016/679 и латвийский"), ("DE", "2016/679")],
    )
    def test_of_a_consent_name_the_law_of_the_country(self, country: str, law: str) -> None:
        section = charter.in_force(at=MORNING).section(PersonalData)
        said = section.wording(Purpose.MARKETING, company="Лиепа", country=country, language="ru")
        assert (law in said, "Лиепа" in said) == (True, True)

    @pytest.mark.req("S-725")
    def test_ask_for_each_purpose_apart_and_not_for_letters_about_own_matters(self) -> None:
        section = charter.in_force(at=MORNING).section(PersonalData)
        asked = [one for one in Purpose if one is not Purpose.SERVICE]
        said = {section.wording(one, company="L", country="LV", language="lv") for one in asked}
        assert len(said) == len(asked)
        with pytest.raises(KeyError):
            section.wording(Purpose.SERVICE, company="L", country="LV", language="lv")


@pytest.mark.req("S-032")
def test_how_a_segment_is_served_is_the_charters_word_and_a_customers_own_goes_before(
    db: None,
) -> None:
    defaults = Customers.defaults()
    section = Customers.model_validate_json(
        json.dumps(
            defaults
            | {"segments": ["a", "b"], "dedicated_segments": ["a"], "self_service_segments": ["b"]}
        )
    )
    served = [section.relationship(one) for one in ("a", "b", "c", "")]
    assert served == ["dedicated", "self_service", "personal", "personal"]
    assert section.relationship("b", own="dedicated") == "dedicated"


@pytest.mark.req("S-026")
def test_a_level_names_the_same_entitlements_in_each_language(db: None) -> None:
    section = charter.in_force(at=MORNING).section(Vip)
    assert [len(section.gold.lines(one)) for one in ("ru", "lv", "en")] == [2, 2, 2]
    assert section.level("none") is None
