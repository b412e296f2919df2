"""Only the word of the mailbox's own server counts, and only for the domain that wrote."""

import pytest

from zabota.pure import mailtext
from zabota.pure.mailtext import authres
from zabota.pure.mailtext.tests import corpus

OURS = "mx.shop.lv"


def _verdict(*told: str, sender: str = "ilze@example.lv") -> str:
    header = "\r\nAuthentication-Results: ".join(told)
    raw = corpus.letter(From=sender, Authentication_Results=header or None)
    return authres.verdict(mailtext.parse(raw), OURS)


def test_the_topmost_header_is_read_method_by_method() -> None:
    raw = corpus.letter(
        Authentication_Results="MX.shop.lv 1; spf=pass (ip ok) smtp.mailfrom=ilze@Example.lv;\r\n"
        '\tdkim=fail reason="bad; hash" header.d=example.lv; dmarc=none header.from="example.lv"'
    )
    told = mailtext.parse(raw).authentication_results
    assert told == mailtext.AuthenticationResults(
        authserv_id="mx.shop.lv",
        results=(
            mailtext.AuthenticationResult(method="spf", result="pass", domain="example.lv"),
            mailtext.AuthenticationResult(method="dkim", result="fail", domain="example.lv"),
            mailtext.AuthenticationResult(method="dmarc", result="none", domain="example.lv"),
        ),
    )


@pytest.mark.parametrize(
    "told",
    [
        "mx.shop.lv; dmarc=pass header.from=example.lv",
        "mx.shop.lv; dkim=pass header.d=example.lv",
        "mx.shop.lv; dkim=pass header.i=@example.lv; spf=fail smtp.mailfrom=list.lv",
        "mx.shop.lv; spf=pass smtp.mailfrom=bounces@example.lv",
    ],
)
def test_our_servers_pass_for_the_senders_domain_is_a_pass(told: str) -> None:
    assert _verdict(told) == "pass"


@pytest.mark.threat("T10", "T18")
@pytest.mark.parametrize(
    "told",
    [
        "",
        "mx.evil.com; dmarc=pass header.from=example.lv",
        "mx.shop.lv.evil.com; dmarc=pass header.from=example.lv",
        "mx.shop.lv; dmarc=pass header.from=evil.com",
        "mx.shop.lv; dkim=pass header.d=evil.com",
        "mx.shop.lv; dkim=pass header.d=lv",
        "mx.shop.lv; dkim=pass header.d=mple.lv",
        "mx.shop.lv; spf=pass smtp.mailfrom=evil.com",
        "mx.shop.lv; arc=pass header.d=example.lv",
        "mx.shop.lv; none",
        "mx.shop.lv; x=y (dmarc=pass header.from=example.lv)",
        "dmarc=pass header.from=example.lv",
        'mx.shop.lv; spf=none smtp.mailfrom="a; dmarc=pass header.from=example.lv"',
        'mx.shop.lv; dmarc=pass reason=" header.from=example.lv" header.from=evil.com',
        "mx.shop.lv; spf=none (a (b) ; dmarc=pass header.from=example.lv ) x=y",
        'mx.shop.lv; spf=none smtp.helo="a; dmarc=pass header.from=example.lv',
        "mx.shop.lv; dmarc=pass smtp.mailfrom=header.from=example.lv header.from=evil.com",
        "mx.shop.lv; dmarc=passed header.from=example.lv; dkim=pass=x header.d=example.lv",
    ],
)
def test_anything_else_is_no_pass(told: str) -> None:
    assert _verdict(told) == "none"


@pytest.mark.threat("T10")
def test_a_failed_dmarc_or_spf_is_a_fail() -> None:
    assert _verdict("mx.shop.lv; dmarc=fail header.from=example.lv; spf=pass") == "fail"
    assert _verdict("mx.shop.lv; spf=fail smtp.mailfrom=example.lv") == "fail"
    assert _verdict("mx.shop.lv; dmarc=fail; dkim=pass header.d=example.lv") == "fail"


@pytest.mark.threat("T10")
def test_a_header_that_came_with_the_mail_is_never_read() -> None:
    forged = "mx.shop.lv; dmarc=pass header.from=example.lv"
    assert _verdict("mx.other.lv; dmarc=none", forged) == "none"
    assert _verdict("mx.shop.lv; dmarc=fail header.from=example.lv", forged) == "fail"


@pytest.mark.threat("T18")
def test_a_doubtful_sender_is_never_vouched_for() -> None:
    passed = "mx.shop.lv; dmarc=pass header.from=example.lv"
    assert _verdict(passed, sender="ilze@example.lv, b@evil.com") == "none"
    assert _verdict(passed, sender="ilze@example.lv\r\nFrom: b@evil.com") == "none"


def test_a_mailbox_without_a_trusted_server_believes_nobody() -> None:
    raw = corpus.letter(Authentication_Results="; dmarc=pass header.from=example.lv")
    assert authres.verdict(mailtext.parse(raw), "") == "none"
