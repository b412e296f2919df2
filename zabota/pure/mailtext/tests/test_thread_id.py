"""A reply finds its conversation by an id that only we could have made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zabota.pure import mailtext
from zabota.pure.mailtext import thread_id
from zabota.pure.mailtext.tests import corpus

KEYS = {"a": b"the first key of this shop", "b": b"the second key of this shop"}
ILZE = ["ilze@example.lv"]


def _made(conversation: int = 7, message: int = 31, *, key_id: str = "a") -> str:
    return thread_id.make(
        conversation=conversation,
        message=message,
        recipients_digest=thread_id.recipients_digest(ILZE),
        key=KEYS[key_id],
        key_id=key_id,
    )


@given(st.integers(0, 2**40 - 1), st.integers(0, 2**40 - 1), st.sampled_from("ab"))
def test_what_was_made_is_read_back(conversation: int, message: int, key_id: str) -> None:
    read = thread_id.read(_made(conversation, message, key_id=key_id), KEYS)
    assert read is not None
    assert (read.conversation, read.message) == (conversation, message)


def test_an_id_is_read_wherever_it_stands_and_in_capitals() -> None:
    token = _made()
    wanted = thread_id.read(token, KEYS)
    assert wanted is not None
    for value in (f"<{token}@shop.lv>", f"help+{token}@shop.lv", token.upper(), f"<{token}>"):
        assert thread_id.read(value, KEYS) == wanted


@pytest.mark.threat("T11", "T12")
def test_no_changed_character_leaves_an_id_valid() -> None:
    token = _made()
    for place in range(len(token)):
        for char in "a7qz":
            changed = token[:place] + char + token[place + 1 :]
            if changed != token:
                assert thread_id.read(changed, KEYS) is None


@pytest.mark.threat("T11")
@pytest.mark.parametrize(
    "value",
    ["", "<7.31@shop.lv>", "za" + "a" * 47, "za" + "a" * 46, "z" * 2_000, "+z@", "zé" + "a" * 47],
)
def test_what_we_did_not_make_is_nothing(value: str) -> None:
    assert thread_id.read(value, KEYS) is None


@pytest.mark.threat("T11")
def test_an_id_of_another_key_is_nothing_also_under_our_key_id() -> None:
    other = thread_id.make(
        conversation=7,
        message=31,
        recipients_digest=b"",
        key=b"the key of another shop",
        key_id="a",
    )
    assert thread_id.read(other, KEYS) is None
    assert thread_id.read(_made(key_id="b"), {"a": KEYS["b"]}) is None


@pytest.mark.threat("T10")
def test_an_id_knows_to_whom_it_went() -> None:
    read = thread_id.read(_made(), KEYS)
    assert read is not None
    assert read.went_to([" Ilze@Example.lv"])
    assert not read.went_to(["ilze@example.lv", "stranger@evil.com"])
    assert not read.went_to(["stranger@evil.com"])


def test_an_id_shows_none_of_its_numbers() -> None:
    first, second = _made(7, 31), _made(7, 32)
    assert sum(one == other for one, other in zip(first[2:], second[2:], strict=True)) < 15


@pytest.mark.parametrize(
    ("key_id", "key", "conversation"),
    [
        ("A", b"k" * 32, 1),
        ("ab", b"k" * 32, 1),
        ("a", b"short", 1),
        ("a", b"k" * 32, 2**40),
        ("a", b"k" * 32, -1),
    ],
)
def test_a_weak_key_or_a_number_out_of_range_is_refused(
    key_id: str, key: bytes, conversation: int
) -> None:
    with pytest.raises(ValueError):
        thread_id.make(
            conversation=conversation, message=1, recipients_digest=b"", key=key, key_id=key_id
        )


def test_a_plus_address_is_given_only_where_it_fits() -> None:
    token = _made()
    assert thread_id.plus_address("help@shop.lv", token) == f"help+{token}@shop.lv"
    assert thread_id.plus_address("klientu-apkalposana@shop.lv", token) is None


def test_the_address_written_to_tells_more_than_the_references() -> None:
    address, reply, first, later = (_made(number) for number in (1, 2, 3, 4))
    mail = mailtext.parse(
        corpus.letter(
            To=f"Shop <help+{address}@shop.lv>",
            In_Reply_To=f"<{reply}@shop.lv>",
            References=f"<{first}@shop.lv> <x@y.lv> <{later}@shop.lv> <{reply}@shop.lv>",
        )
    )
    assert [one.conversation for one in thread_id.signed(mail, KEYS)] == [1, 2, 3, 4]
    assert thread_id.referenced(mail) == (
        f"<{reply}@shop.lv>", f"<{first}@shop.lv>", f"<{later}@shop.lv>", "<x@y.lv>",
    )  # fmt: skip


@pytest.mark.threat("T12")
@given(
    subject=st.sampled_from(["Re: [#7] order", "Re: 7", f"Re: {_made()}", f"<{_made()}@shop.lv>"]),
    reference=st.sampled_from(["<7.31@shop.lv>", "<7@shop.lv>", f"<{_made()[:-1]}@shop.lv>", ""]),
)
def test_a_subject_or_a_guessed_reference_never_joins(subject: str, reference: str) -> None:
    mail = mailtext.parse(corpus.letter(Subject=subject, References=reference))
    assert thread_id.signed(mail, KEYS) == ()
