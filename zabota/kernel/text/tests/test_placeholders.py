"""A text is filled, never executed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from zabota.kernel.text import placeholders
from zabota.kernel.text.texts import Text

INJECTIONS = [
    "{{7*7}}",
    "{{ customer }}",
    "{{customer}}",
    "{{customer.password}}",
    "{customer.password}",
    "{customer.__class__.__mro__}",
    "{customer!r}",
    "{customer:>20}",
    "{customer[0]}",
    "{0}",
    "{}",
    "{% if customer %}yes{% endif %}",
    "{# customer #}",
    "${customer}",
    "$customer",
    "%(customer)s",
    "<%= customer %>",
    "{'a'.__class__}",
    "#{7*7}",
]


def test_a_placeholder_gets_its_value() -> None:
    assert (
        placeholders.fill(
            "Здравствуйте, {customer}! Номер {number}.", values={"customer": "Ilze", "number": "7"}
        )
        == "Здравствуйте, Ilze! Номер 7."
    )


@pytest.mark.threat("T41")
@pytest.mark.parametrize("text", INJECTIONS)
def test_what_looks_like_a_template_is_printed_as_it_stands(text: str) -> None:
    assert placeholders.fill(text, values={"customer": "Ilze", "password": "secret"}) == text


@pytest.mark.threat("T41")
@pytest.mark.parametrize("value", [*INJECTIONS, "{password}"])
def test_a_value_from_a_customer_is_never_read_as_a_text(value: str) -> None:
    values = {"customer": value, "password": "secret"}
    assert placeholders.fill("Dear {customer}!", values=values) == f"Dear {value}!"


@pytest.mark.threat("T41")
@given(st.text("{}ab_.$%\\ 1"), st.text("{}ab_.$%\\ 1"))
def test_filling_changes_nothing_but_the_placeholders(text: str, value: str) -> None:
    filled = placeholders.fill(text, values={"a": value})
    if "a" not in placeholders.names(text):
        assert filled == text
    assert placeholders.fill(text, values={}) == text


class Greeting(Text):
    placeholders = frozenset({"customer"})


GREETING = Greeting(
    ru="Здравствуйте, {customer}!", lv="Labdien, {customer}!", en="Hello, {customer}!"
)


def test_a_text_is_said_in_its_language_and_in_english_where_there_is_none() -> None:
    assert [GREETING.say(language, customer="Ilze") for language in ("ru", "lv", "en", "et")] == [
        "Здравствуйте, Ilze!",
        "Labdien, Ilze!",
        "Hello, Ilze!",
        "Hello, Ilze!",
    ]


def test_a_text_takes_exactly_the_values_it_declares() -> None:
    with pytest.raises(TypeError, match="takes"):
        GREETING.say("en")
    with pytest.raises(TypeError, match="takes"):
        GREETING.say("en", customer="Ilze", password="secret")


@pytest.mark.threat("T41")
def test_a_placeholder_outside_the_closed_list_is_refused_when_the_text_is_read() -> None:
    with pytest.raises(
        ValidationError,
        match=r"\{password\} in the text in lv is no placeholder of it; allowed: \{customer\}\.",
    ):
        Greeting(ru="Здравствуйте!", lv="Labdien, {password}!", en="Hello!")
    with pytest.raises(ValidationError, match="allowed: none"):
        Text(ru="Здравствуйте, {customer}!", lv="Labdien!", en="Hello!")


@pytest.mark.parametrize("missing", ["ru", "lv", "en"])
@pytest.mark.parametrize("empty", [None, "", "  \n"])
def test_a_text_missing_in_one_language_is_refused(missing: str, empty: str | None) -> None:
    words: dict[str, str] = {"ru": "Да", "lv": "Jā", "en": "Yes"}
    del words[missing]
    if empty is not None:
        words[missing] = empty
    with pytest.raises(ValidationError) as caught:
        Text.model_validate(words)
    assert [case["loc"] for case in caught.value.errors()] == [(missing,)]
