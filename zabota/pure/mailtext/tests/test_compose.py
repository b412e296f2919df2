"""Our outgoing mail, read back by a parser that did not write it."""

import email
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zabota.pure.mailtext import compose, quotes

AT = datetime(2026, 5, 19, 9, 30, tzinfo=UTC)
PLAIN = compose.Outgoing(
    sender=compose.Mailbox("help@uyut.example", "Магазин «Уют»"),
    to=(compose.Mailbox("anna@baltika.example", "Анна Берзиня"),),
    subject="Ваш заказ 10452",
    text="Здравствуйте, Анна!\n\nДоставим в среду.",
    at=AT,
    message_id="<c1.m2.abcdef@uyut.example>",
    language="ru",
)
HOSTILE = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                "\r\n",
                "\n",
                "\r",
                "\u2028",
                "\u2029",
                "\x85",
                "\x0b",
                "\x00",
                "Bcc: evil@evil.example",
                "=?utf-8?q?=0D=0ABcc:_evil@evil.example?=",
                "=?utf-8?b?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?=",
                "<evil@evil.example>",
                ",",
                ";",
                '"',
                "\\",
                "(",
                "Anna",
                "Анна",
                "\r\n\r\n--===\r\n",
                "\ud800",
                " ",
            ]
        ),
        max_size=8,
    ).map("".join),
)


def read(mail: compose.Outgoing) -> EmailMessage:
    message = email.message_from_bytes(compose.build(mail), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_a_letter_has_the_headers_of_its_thread_and_two_bodies() -> None:
    message = read(
        replace(
            PLAIN,
            cc=(compose.Mailbox("petr@baltika.example"),),
            reply_to=compose.Mailbox("help+c1.abc@uyut.example", "Уют"),
            in_reply_to="<x@baltika.example>",
            references=("<first@uyut.example>", "<x@baltika.example>"),
        )
    )
    assert list(message.items()) == [
        ("From", "Магазин «Уют» <help@uyut.example>"),
        ("To", "Анна Берзиня <anna@baltika.example>"),
        ("Cc", "petr@baltika.example"),
        ("Reply-To", "Уют <help+c1.abc@uyut.example>"),
        ("Subject", "Ваш заказ 10452"),
        ("Date", "Tue, 19 May 2026 09:30:00 +0000"),
        ("Message-ID", "<c1.m2.abcdef@uyut.example>"),
        ("In-Reply-To", "<x@baltika.example>"),
        ("References", "<first@uyut.example> <x@baltika.example>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", message["Content-Type"]),
    ]
    assert message.get_content_type() == "multipart/alternative"
    assert part(message, "plain") == "Здравствуйте, Анна!\n\nДоставим в среду.\n"
    assert "<p>Здравствуйте, Анна!</p>\n<p>Доставим в среду.</p>" in part(message, "html")


def test_an_automatic_answer_says_so() -> None:
    message = read(replace(PLAIN, automatic=True))
    found = [message[name] for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence")]
    assert found == ["auto-replied", "All", "bulk"]
    assert read(PLAIN)["Auto-Submitted"] is None


def test_a_mailing_can_be_left_with_one_click() -> None:
    way = compose.Unsubscribe(url="https://uyut.example/u/abc", mailbox="leave@uyut.example")
    message = read(replace(PLAIN, unsubscribe=way))
    assert message["List-Unsubscribe"] == (
        "<https://uyut.example/u/abc>, <mailto:leave@uyut.example>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_quoted_message_and_the_signature_are_folded_by_our_own_reader() -> None:
    quotation = compose.Quotation(
        head="19.05.2026 12:30, Анна пишет:", text="Когда приедет?\n> В среду?\n<b>Жду</b>"
    )
    message = read(replace(PLAIN, signature="Ольга\nМагазин «Уют»", quotation=quotation))
    plain = part(message, "plain")
    assert plain == (
        "Здравствуйте, Анна!\n\nДоставим в среду.\n\n-- \nОльга\nМагазин «Уют»\n\n"
        "19.05.2026 12:30, Анна пишет:\n> Когда приедет?\n>> В среду?\n> <b>Жду</b>\n"
    )
    assert quotes.split(plain).own == "Здравствуйте, Анна!\n\nДоставим в среду."
    assert "&lt;b&gt;Жду&lt;/b&gt;" in part(message, "html")


def test_lists_and_links_are_seen_as_people_write_them() -> None:
    text = (
        "Есть:\n- лампа\n- стул\n\n2. первое\n3. второе\n\n- одна строка\n\n"
        "Смотрите (https://uyut.example/a?b=1&c=2), пишите на help@uyut.example."
    )
    page = part(read(replace(PLAIN, text=text)), "html")
    body = page[page.index("<body>\n") + 7 : page.index("\n</body>")]
    assert body == (
        "<p>Есть:</p>\n<ul><li>лампа</li><li>стул</li></ul>\n"
        '<ol start="2"><li>первое</li><li>второе</li></ol>\n<p>- одна строка</p>\n'
        '<p>Смотрите (<a href="https://uyut.example/a?b=1&amp;c=2">'
        "https://uyut.example/a?b=1&amp;c=2</a>), пишите на "
        '<a href="mailto:help@uyut.example">help@uyut.example</a>.</p>'
    )


@pytest.mark.threat("T08")
@pytest.mark.parametrize(
    "name",
    [
        "<a href=//evil.example>Click</a>",
        '"><script>alert(1)</script>',
        "{%customer.fullName%}&lt;",
    ],
)
def test_a_customers_name_in_a_letter_is_escaped(name: str) -> None:
    mail = replace(
        PLAIN,
        text=f"Здравствуйте, {name}!\n\n- {name}\n- {name}",
        signature=name,
        quotation=compose.Quotation(head=name, text=name),
    )
    page = part(read(mail), "html")
    assert "<script" not in page
    assert "<a " not in page
    assert part(read(mail), "plain").count(name) == 6


def test_attachments_and_pictures_come_out_as_they_went_in() -> None:
    picture = compose.Picture(
        content_id="p1@uyut.example", name="план.png", media_type="image/png", data=b"\x89PNG"
    )
    files = (
        compose.Attachment(name="../счёт\r\n.pdf", media_type="application/pdf", data=b"%PDF"),
        compose.Attachment(name="", media_type="message/rfc822\r\nX: y", data=b"From: x\r\n\r\n"),
    )
    message = read(replace(PLAIN, attachments=files, pictures=(picture,)))
    assert message.get_content_type() == "multipart/mixed"
    found = [
        (one.get_filename(), one.get_content_type(), one.get_payload(decode=True))
        for one in message.iter_attachments()
    ]
    assert found == [
        (".._счёт .pdf".strip(". "), "application/pdf", b"%PDF"),
        ("file", "application/octet-stream", b"From: x\r\n\r\n"),
    ]
    inline = [one for one in message.walk() if one["Content-ID"]]
    assert [(one["Content-ID"], one.get_payload(decode=True)) for one in inline] == [
        ("<p1@uyut.example>", b"\x89PNG")
    ]
    assert 'src="cid:p1@uyut.example"' in part(message, "html")
    assert "[план.png]" in part(message, "plain")


@pytest.mark.threat("T16")
@settings(deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_no_value_adds_a_header_a_recipient_or_a_second_mail(
    name: str, subject: str, text: str, file_name: str
) -> None:
    mail = replace(
        PLAIN,
        sender=compose.Mailbox("help@uyut.example", name),
        to=(compose.Mailbox("anna@baltika.example", name), compose.Mailbox("b@x.example", subject)),
        reply_to=compose.Mailbox("help+1@uyut.example", name),
        subject=subject,
        text=text,
        signature=name,
        quotation=compose.Quotation(head=name, text=text),
        attachments=(compose.Attachment(name=file_name, media_type=name, data=b"x"),),
    )
    raw = compose.build(mail)
    message = email.message_from_bytes(raw)
    names = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version"]
    assert sorted(message.keys()) == sorted([*names, "Content-Type"])
    addresses = [address for _name, address in getaddresses([str(message["To"])])]
    assert addresses == ["anna@baltika.example", "b@x.example"]
    decoded = [str(make_header(decode_header(str(message[one])))) for one in ("From", "Subject")]
    assert [line.splitlines() for line in decoded if len(line.splitlines()) > 1] == []
    assert [one.get_content_type() for one in message.walk()][:2] == [
        "multipart/mixed",
        "multipart/alternative",
    ]
    assert len(list(message.walk())) == 5
    assert all(len(line) <= 78 for line in raw.decode("ascii").split("\r\n"))
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=120))
def test_names_and_subjects_arrive_as_they_were_given(words: str) -> None:
    mail = replace(PLAIN, subject=words, to=(compose.Mailbox("anna@baltika.example", words),))
    message = email.message_from_bytes(compose.build(mail))
    assert str(make_header(decode_header(str(message["Subject"])))) == words


def test_a_long_thread_keeps_each_id_whole() -> None:
    ids = tuple(f"<{'x' * 80}.{number}@mail.baltika.example>" for number in range(20))
    message = email.message_from_bytes(compose.build(replace(PLAIN, references=ids)))
    assert tuple(str(message["References"]).split()) == ids


@pytest.mark.threat("T16")
@pytest.mark.parametrize(
    "addr",
    [
        "",
        "anna",
        "anna@",
        "a@b@c",
        "anna@x.example\r\nBcc: e@e.example",
        "anna@x.example, e@e.example",
        "anna@x.example>",
        "an na@x.example",
        "anna@x.example\u2028",
        "anna@x.example\x00",
        "анна@x.example",
        "=?utf-8?q?a?=@x.example",
        "anna@-x.example",
        "a" * 65 + "@x.example",
    ],
)
def test_an_address_that_is_none_is_refused(addr: str) -> None:
    for mail in (
        replace(PLAIN, to=(compose.Mailbox(addr),)),
        replace(PLAIN, reply_to=compose.Mailbox(addr)),
    ):
        with pytest.raises(compose.InvalidOutgoing):
            compose.build(mail)


def test_a_domain_in_other_letters_is_written_for_every_server() -> None:
    message = read(replace(PLAIN, to=(compose.Mailbox("anna@mājīgums.example"),)))
    assert message["To"] == "anna@xn--mjgums-3za15a.example"


@pytest.mark.threat("T16")
@pytest.mark.parametrize(
    "wrong",
    [
        {"message_id": "<a@b>\r\nBcc: e@e.example"},
        {"message_id": "a@b"},
        {"in_reply_to": "<a b@c>"},
        {"references": ("<a@b>", "<c@d>\n")},
        {"at": AT.replace(tzinfo=None)},
        {"to": ()},
        {"unsubscribe": compose.Unsubscribe(url="http://uyut.example/u")},
        {"unsubscribe": compose.Unsubscribe(url="https://uyut.example/>\r\nBcc: e@e.example")},
    ],
)
def test_what_cannot_stand_in_a_mail_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(compose.InvalidOutgoing):
        compose.build(replace(PLAIN, **wrong))  # type: ignore[arg-type]
