"""A mail becomes data: its words, its people, its parts."""

from datetime import UTC, datetime

import pytest

from zabota.pure import mailtext

LETTER = (
    "From: =?utf-8?B?0JjQu9C30LUg0JrQsNC70L3QuNC90Y8=?= <ilze@Example.LV>\r\n"
    'To: help@shop.lv, "Bond, James" <james@shop.lv>\r\n'
    "Subject: =?utf-8?B?0JPQtNC1INC80L7QuSDQt9Cw0LrQsNC3?=\r\n =?utf-8?Q?_=E2=84=96_7=3F?=\r\n"
    "Message-ID: <one@example.lv>\r\n"
    "Date: Tue, 3 Nov 2026 10:20:30 +0200\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "\r\n"
    "Здравствуйте!\r\nЗаказ не пришёл.\r\n"
).encode()


def test_a_letter_in_russian_is_read_word_by_word() -> None:
    mail = mailtext.parse(LETTER)

    assert mail.sender == mailtext.Address("Илзе Калниня", "ilze@example.lv")
    assert mail.sender_trust == mailtext.SenderTrust(exact=True)
    assert [address.addr for address in mail.to] == ["help@shop.lv", "james@shop.lv"]
    assert mail.to[1].name == "Bond, James"
    assert mail.subject == "Где мой заказ № 7?"
    assert mail.message_id == "<one@example.lv>"
    assert mail.date == datetime(2026, 11, 3, 8, 20, 30, tzinfo=UTC)
    assert mail.text == "Здравствуйте!\nЗаказ не пришёл.\n"
    assert mail.text_is_whole
    assert mail.html is None
    assert mail.attachments == ()
    assert mail.defects == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"no header here, just words\r\n", "not_a_mail"),
        (b"Subject: x\r\n\r\n" + b"x" * (25 * 1024 * 1024), "too_large"),
    ],
)
def test_what_is_no_mail_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(mailtext.Unparsable) as refused:
        mailtext.parse(raw)
    assert refused.value.reason_code == reason
