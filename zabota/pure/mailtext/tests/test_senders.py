"""Who wrote is exact only when every parser would say the same (threat T18)."""

import email
import email.policy
import email.utils

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zabota.pure import mailtext
from zabota.pure.mailtext import addresses
from zabota.pure.mailtext.tests import corpus, shapes

LIMITS = mailtext.Limits()


def _read(value: str) -> list[mailtext.Address]:
    return addresses.read(value.encode(), limits=LIMITS, most=100)[0]


@pytest.mark.parametrize(
    "value",
    [
        "ilze@example.lv",
        "<ilze@example.lv>",
        "Ilze Kalnina <ilze@example.lv>",
        '"Kalnina, Ilze" <Ilze.K+shop@Example.LV>',
        "=?utf-8?B?0JjQu9C30LU=?= <ilze@example.lv>",
        "Илзе Калниня <ilze@example.lv>",
        "I. Kalnina <ilze@mail.example.co.uk>",
    ],
)
def test_one_plain_sender_is_exact(value: str) -> None:
    assert mailtext.parse(corpus.letter(From=value)).sender_trust == mailtext.SenderTrust(
        exact=True
    )


@pytest.mark.threat("T18")
@pytest.mark.fault("F44")
@pytest.mark.parametrize("name", sorted(shapes.ODD_SENDERS))
def test_an_odd_sender_is_never_exact_unless_all_parsers_agree(name: str) -> None:
    raw = corpus.letter(From=shapes.ODD_SENDERS[name])
    mail = mailtext.parse(raw)
    if not mail.sender_trust.exact:
        assert mail.sender_trust.reason
        return
    assert mail.sender is not None
    compat = email.message_from_bytes(raw)["From"]
    assert [addr for _name, addr in email.utils.getaddresses([compat])] == [mail.sender.addr]
    modern = email.message_from_bytes(raw, policy=email.policy.default)["From"]
    assert [address.addr_spec for address in modern.addresses] == [mail.sender.addr]


@pytest.mark.threat("T18")
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("a@x.lv, b@x.lv", "several_addresses"),
        ("a@x.lv\r\nFrom: b@x.lv", "several_from_headers"),
        ("<a@x.lv> <b@evil.com>", "not_strict"),
        ('"a@victim.lv, b" <c@evil.com> x', "not_strict"),
        ("=?utf-8?q?a=40victim.com?=@evil.com", "not_strict"),
        ("a@victim.com(.evil.com)", "not_strict"),
        ("a(@evil.com)@victim.com", "not_strict"),
        ("<a@victim.com>, <>", "not_strict"),
        ("a@victim.com\x00@evil.com", "non_ascii_address"),
        ("<@evil.com:a@victim.com>", "not_strict"),
        ("<аnna@example.lv>", "non_ascii_address"),
        ("", "no_from"),
        ("x" * 1_100 + " <a@x.lv>", "too_long"),
    ],
)
def test_a_sender_that_could_be_read_in_two_ways_is_doubtful(value: str, reason: str) -> None:
    trust = mailtext.parse(corpus.letter(From=value)).sender_trust
    assert trust == mailtext.SenderTrust(exact=False, reason=reason)


def test_a_mail_without_from_has_no_sender() -> None:
    mail = mailtext.parse(corpus.letter(From=None))
    assert (mail.sender, mail.sender_trust.reason) == (None, "no_from")


@pytest.mark.threat("T18")
@settings(max_examples=400, deadline=None)
@given(
    name=st.from_regex(
        r'\A(?:[A-Za-z0-9 ]{0,12}|"[A-Za-z0-9 ]{0,9}" ?|=\?utf-8\?[BQ]\?[\w+/=]{1,9}\?= )\Z'
    ),
    addr=st.from_regex(r"\A[a-z0-9]+([._+-][a-z0-9]+)*@[a-z0-9]+([.-][a-z0-9]+)*\.[a-z]+\Z"),
)
def test_where_the_libraries_are_not_asked_they_would_have_agreed(name: str, addr: str) -> None:
    value = f"{name}<{addr}>".encode()
    strict = addresses.strictly(value)
    if addresses._OBVIOUS.fullmatch(value) and strict:
        assert strict == addr
        assert addresses.libraries_agree(value, strict)


@pytest.mark.threat("T07")
@pytest.mark.parametrize(
    ("value", "misleads"),
    [
        ("=?utf-8?q?admin=40victim.com?= <a@evil.com>", True),
        ('"admin@victim.com via us" <a@evil.com>', True),
        ('"a@evil.com" <a@evil.com>', False),
        ("Ilze <ilze@example.lv>", False),
    ],
)
def test_a_name_that_shows_another_address_is_told(value: str, misleads: bool) -> None:
    mail = mailtext.parse(corpus.letter(From=value))
    assert ("sender_name_is_another_address" in mail.defects) is misleads


@pytest.mark.threat("T07", "T16")
def test_names_and_subjects_hold_nothing_that_hides_turns_or_breaks_a_line() -> None:
    hostile = "=?utf-8?q?a=0D=0ABcc:_b=E2=80=AE=E2=80=8Bc=00=E2=80=A8d?="
    mail = mailtext.parse(corpus.letter(Subject=hostile, From=f"{hostile} <a@x.lv>"))
    assert mail.subject == "a Bcc: bc\ufffd d"
    assert mail.sender is not None
    assert mail.sender.name == mail.subject


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("team: a@x.lv, B <b@x.lv>; c@x.lv", ["a@x.lv", "b@x.lv", "c@x.lv"]),
        ('"Bond, James" <j@x.lv>; M <m@x.lv>', ["j@x.lv", "m@x.lv"]),
        ("undisclosed-recipients:;", []),
        ("a@x.lv (home), b@x.lv", ["a@x.lv", "b@x.lv"]),
        ("Ilze <a@x.lv, b@x.lv", ["a@x.lv", "b@x.lv"]),
        ("Ilze ilze@x.lv", ["ilze@x.lv"]),
        ('"a b"@x.lv', ['"a b"@x.lv']),
        ('"open a@x.lv', ["a@x.lv"]),
        ("=?utf-8?Q?Bond,_James:_007?= <j@x.lv>, m@x.lv", ["j@x.lv", "m@x.lv"]),
        ("A@X.LV,, ,b@x.lv.", ["A@x.lv", "b@x.lv"]),
    ],
)
def test_lists_are_read_as_mailers_write_them(value: str, wanted: list[str]) -> None:
    assert [address.addr for address in _read(value)] == wanted


@pytest.mark.fault("F38")
def test_of_ten_thousand_recipients_a_thousand_are_read_and_the_rest_is_counted() -> None:
    people = ", ".join(f"u{n}@x.lv" for n in range(6_000))
    mail = mailtext.parse(corpus.letter(To=people, Cc=people.replace("u", "v")))
    assert (len(mail.to), len(mail.cc), mail.recipients_left_out) == (1_000, 0, 11_000)
