"""Which level gives a value: the decisions, without a database."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zabota.domains.charter.enums import Level
from zabota.domains.charter.errors import (
    InvalidCharter,
    SeveralLevels,
    UnknownField,
    UnknownSection,
)
from zabota.domains.charter.rules import documents, sections
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.charter.rules.standard import Charter, Scope, of_defaults
from zabota.domains.charter.tests.samples import Answers, AnswersWithPhone


@pytest.fixture(autouse=True)
def _answers_registered() -> Iterator[None]:
    with sections.registered_only([Hours, Answers]):
        yield


def charter(**levels: Any) -> Charter:
    document = {"answers": levels}
    documents.check(document, defaults={})
    whole = documents.with_defaults(document, before={})
    return Charter(number=1, sha256="", in_force_from=None, document=whole)


def ideal(value: int) -> dict[str, Any]:
    return {"minutes": {"ideal": value}}


EVERYBODY = Scope(brand=2, channel=3, segment="vip", relationship="contract", customer=4)
LADDER = {
    "company": ideal(50),
    "brand": {"2": ideal(40), "9": ideal(1)},
    "channel": {"3": ideal(30), "9": ideal(1)},
    "segment": {"vip": ideal(20), "new": ideal(1)},
    "relationship": {"contract": ideal(10), "once": ideal(1)},
    "customer": {"4": ideal(5), "9": ideal(1)},
}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (0, (60, Level.DEFAULT, "")),
        (1, (50, Level.COMPANY, "")),
        (2, (40, Level.BRAND, "2")),
        (3, (30, Level.CHANNEL, "3")),
        (4, (20, Level.SEGMENT, "vip")),
        (5, (10, Level.RELATIONSHIP, "contract")),
        (6, (5, Level.CUSTOMER, "4")),
    ],
)
def test_the_strongest_level_that_says_something_gives_the_value(
    levels: int, expected: tuple[int, Level, str]
) -> None:
    now = charter(**dict(list(LADDER.items())[:levels]))
    assert now.section(Answers, scope=EVERYBODY).minutes.ideal == expected[0]
    why = now.why(Answers, field="minutes.ideal", scope=EVERYBODY)
    assert (why.value, why.level, why.key) == expected


def test_other_brands_and_customers_change_nothing() -> None:
    now = charter(**LADDER)
    assert now.section(Answers, scope=Scope(brand=7, customer=7)).minutes.ideal == 50
    assert now.section(Answers).minutes.ideal == 50


def test_objects_merge_and_lists_are_replaced() -> None:
    now = charter(
        company={"greeting": {"lv": "Sveiki, {customer}!"}, "days": ["friday"]},
        brand={"2": {"greeting": {"en": "Hi, {customer}!"}}},
    )
    answers = now.section(Answers, scope=Scope(brand=2))
    assert answers.days == ("friday",)
    assert answers.greeting.model_dump() == {
        "ru": "Здравствуйте, {customer}!",
        "lv": "Sveiki, {customer}!",
        "en": "Hi, {customer}!",
    }
    assert now.why(Answers, field="greeting.lv", scope=Scope(brand=2)).level is Level.COMPANY
    assert now.why(Answers, field="greeting.ru", scope=Scope(brand=2)).level is Level.DEFAULT
    assert now.why(Answers, field="minutes.limit", scope=Scope(brand=2)).level is Level.DEFAULT


def test_the_same_scope_gives_the_same_object() -> None:
    now = charter(brand={"2": ideal(40)})
    # Scopes without an override of their own share the company's section.
    assert now.section(Answers, scope=Scope(customer=1)) is now.section(Answers)
    assert now.section(Answers, scope=Scope(brand=2)) is not now.section(Answers)


def test_why_names_a_field_that_is_not_there() -> None:
    with pytest.raises(UnknownField, match=r"Section answers has no field 'minutes\.worst'\."):
        charter().why(Answers, field="minutes.worst")


def test_a_section_nobody_registered_is_unknown() -> None:
    now = charter()
    with sections.registered_only([Hours]), pytest.raises(UnknownSection, match="'answers'"):
        now.section(Answers)
    with pytest.raises(UnknownSection, match="no section 'horoscope'; it has answers, hours"):
        documents.check({"horoscope": {"company": {}}}, defaults={})


def test_two_sections_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two sections of the charter are called 'answers'"):
        sections.register([Answers, AnswersWithPhone])


def test_a_change_is_for_one_level() -> None:
    assert Scope().only_place() == (Level.COMPANY, "")
    assert Scope(brand=2).only_place() == (Level.BRAND, "2")
    with pytest.raises(SeveralLevels):
        Scope(brand=2, customer=4).only_place()


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        (
            {"company": {"minutes": {"ideal": "soon"}}},
            "Section answers, field minutes.ideal (company): Input should be a valid integer.",
        ),
        (
            {"brand": {"2": {"minutes": {"worst": 1}}}},
            "Section answers, field minutes.worst (brand 2): it is not known here.",
        ),
        (
            {"company": {"greeting": {"lv": None}}},
            "Section answers, field greeting.lv (company): it is missing.",
        ),
        (
            {"customer": {"4": {"greeting": {"lv": "Sveiks, {nickname}!"}}}},
            (
                "Section answers, field greeting (customer 4): {nickname} in the text in lv is no "
                "placeholder of it; allowed: {customer}."
            ),
        ),
        (
            {"company": ideal(121)},
            "Section answers, field minutes (company): The ideal, 121, is above the limit, 120.",
        ),
        (
            # Each alone is right; a customer of that brand would get both.
            {"brand": {"2": ideal(100)}, "customer": {"4": {"minutes": {"limit": 90}}}},
            "Section answers, field minutes (customer 4): The ideal, 100, is above the limit, 90.",
        ),
        (
            {"default": {}},
            (
                "Section answers (company): 'default' is no level; use company, brand, channel, "
                "segment, relationship, customer."
            ),
        ),
        (
            {"brand": {"Liepa": ideal(1)}},
            "Section answers (brand Liepa): 'Liepa' is no number of a brand.",
        ),
        ({"segment": {" ": ideal(1)}}, "Section answers (segment): a segment has a name."),
        ({"brand": ["2"]}, "Section answers (brand): it names nobody."),
        ({"company": 5}, "Section answers (company): it holds no values."),
    ],
)
def test_a_wrong_document_is_refused_with_section_level_and_field(
    levels: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidCharter) as caught:
        charter(**levels)
    assert str(caught.value) == sentence
    assert len(caught.value.problems) == 1


def test_every_problem_of_a_document_is_told_once() -> None:
    with pytest.raises(InvalidCharter) as caught:
        charter(
            company={"days": "monday", "phone": True},
            brand={"2": ideal(1), "3": ideal(2)},
        )
    assert sorted(problem.field for problem in caught.value.problems) == ["days", "phone"]


def test_a_new_release_changes_no_decided_standard_but_knows_its_new_fields() -> None:
    old = charter(brand={"2": ideal(40)})
    with sections.registered_only([AnswersWithPhone]):
        answers = old.section(AnswersWithPhone)
        assert (answers.phone, answers.minutes.ideal, answers.minutes.limit) == (True, 60, 120)
        assert of_defaults().section(AnswersWithPhone).minutes.ideal == 10
        again = documents.with_defaults(old.own_decisions, before=old.document)
        assert again["answers"] == old.document["answers"]


patches = st.recursive(
    st.none() | st.integers(0, 3) | st.lists(st.integers(0, 1), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from("abc"), patches, max_size=3)


@given(objects, objects)
def test_merging_is_a_merge_patch(base: dict[str, Any], patch: dict[str, Any]) -> None:
    def by_the_book(target: Any, change: Any) -> Any:
        """RFC 7396, section 2, step by step."""
        if not isinstance(change, dict):
            return change
        result = dict(target) if isinstance(target, dict) else {}
        for name, value in change.items():
            if value is None:
                result.pop(name, None)
            else:
                result[name] = by_the_book(result.get(name), value)
        return result

    before = documents.canonical({"x": base})
    assert documents.merged(base, patch) == by_the_book(base, patch)
    assert documents.canonical({"x": base}) == before
