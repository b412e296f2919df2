"""Whatever arrives becomes a mail or a refusal with a reason, and nothing else ever happens."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zabota.pure import mailtext
from zabota.pure.mailtext import wire
from zabota.pure.mailtext.tests import corpus

BASE = corpus.base()
LIGHT = sorted(name for name, raw in BASE.items() if 0 < len(raw) < 20_000)
REFUSED = {
    "f39-nested-101": "too_deep",
    "f39-nested-1000": "too_deep",
    "f39-nested-5000": "too_deep",
    "f39-parts-1001": "too_many_parts",
    "f39-parts-100000": "too_many_parts",
    "f40-100000-headers": "headers_too_large",
    "f40-header-of-10-mb": "headers_too_large",
    "f40-encoded-words-20000": "too_many_encoded_words",
    "f40-references-400000": "headers_too_large",
    "f44-empty": "empty",
    "f44-blank-lines": "empty",
    "f44-body-only": "not_a_mail",
    "f44-words-only": "not_a_mail",
}


def _outcome(raw: bytes) -> str:
    """The reason of a refusal, or nothing; checks that a mail can be stored and shown."""
    try:
        mail = mailtext.parse(raw)
    except mailtext.Unparsable as refused:
        return refused.reason_code
    for text in _texts(wire.to_wire(mail)):
        text.encode("utf-8")
        assert "\0" not in text
    assert len(mail.subject) <= 2_000
    assert len({one.name.casefold() for one in mail.attachments}) == len(mail.attachments)
    return ""


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


@pytest.mark.fault("F38", "F39", "F40", "F41", "F42", "F43", "F44", "F45", "F46", "F47")
@pytest.mark.threat("T43")
def test_every_odd_mail_is_read_or_refused_with_its_reason() -> None:
    assert len(BASE) >= 150
    outcomes = {name: _outcome(raw) for name, raw in BASE.items()}
    assert {name: reason for name, reason in outcomes.items() if reason} == REFUSED


def test_odd_mails_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    first = list(corpus.odd_mails(400, seed=1))
    assert first == list(corpus.odd_mails(400, seed=1))
    assert first != list(corpus.odd_mails(400, seed=2))
    assert (len(first), first[: len(BASE)]) == (400, list(BASE.values()))


def test_a_thousand_wounded_mails_are_read_or_refused() -> None:
    for raw in corpus.odd_mails(1_000, seed=7):
        _outcome(raw)


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(LIGHT),
    edits=st.lists(
        st.tuples(st.integers(0, 20_000), st.integers(0, 60), st.binary(max_size=12)), max_size=5
    ),
)
def test_no_change_of_bytes_makes_anything_but_a_mail_or_a_refusal(
    name: str, edits: list[tuple[int, int, bytes]]
) -> None:
    raw = BASE[name]
    for at, lost, new in edits:
        place = at % (len(raw) + 1)
        raw = raw[:place] + new + raw[place + lost :]
    _outcome(raw)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail_or_a_refusal(raw: bytes) -> None:
    _outcome(raw)
    _outcome(b"Subject: x\r\n" + raw)
    _outcome(b"From: " + raw)


@pytest.mark.fault("F39", "F40", "F42", "F45", "F46", "F47")
@pytest.mark.parametrize("name", sorted(BASE))
def test_a_mail_survives_the_way_to_another_process(name: str) -> None:
    try:
        mail = mailtext.parse(BASE[name])
    except mailtext.Unparsable:
        return
    sent = json.loads(json.dumps(wire.to_wire(mail)))
    assert wire.from_wire(sent) == mail


# What a person would read in each mail of broken structure; where nothing is said: `WORDS`. Text
# behind the end is none of the letter (RFC 2046, 5.1.1) where there is text before it.
WORDS = "the words of the letter"
READ = {
    "f45-part-after-end": f"{WORDS} one more",
    "f45-html-then-plain-mixed": f"one {WORDS}",
    "f45-flowed": f"{WORDS} quoted too A",
    "f45-base64-pieces": "the words of",
    "f45-printable-bad": "the words of it",
    "f45-uu": "Cat",
    "f45-uu-bad": "",
    "f45-base64-equals": "",
    "f45-part-without-blank-line": "",
    "f45-part-of-nothing": "",
    "f45-attachment-is-all": "",
}


@pytest.mark.fault("F45")
def test_of_the_words_of_broken_mails_at_least_99_in_100_are_found() -> None:
    broken = {name: raw for name, raw in BASE.items() if name.startswith("f45-")}
    assert (len(broken) >= 36, READ.keys() - broken.keys()) == (True, set())
    wanted, lost = 0, []
    for name, raw in broken.items():
        mail = mailtext.parse(raw)  # none is refused
        left = f"{mail.text} {mail.html or ''}"
        for word in READ.get(name, WORDS).split():
            wanted += 1
            before, found, after = left.partition(word)
            left = before + after
            lost += [] if found else [f"{name}: {word}"]
    assert len(lost) <= wanted / 100, lost


@pytest.mark.parametrize(
    "name", [name for name, raw in BASE.items() if b"the words of the letter" in raw]
)
def test_the_words_of_an_odd_mail_are_found(name: str) -> None:
    if name in REFUSED:
        return
    mail = mailtext.parse(BASE[name])
    assert WORDS in mail.text + (mail.html or "")


@pytest.mark.fault("F47")
@pytest.mark.parametrize("name", [name for name in BASE if name.startswith("f47-")])
def test_every_part_that_is_no_text_is_kept_as_an_attachment(name: str) -> None:
    mail = mailtext.parse(BASE[name])
    assert len(mail.attachments) == 1 or mail.text.endswith("x")
