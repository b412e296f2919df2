"""Who wrote a mail, and whether a machine of ours may answer it."""

import pytest

from zabota.pure.mailtext import automatic
from zabota.pure.mailtext.automatic import Kind, Reason

CUSTOMER = "anna@baltika.example"
OURS = "help@uyut.example"

MAILS = [
    ({}, "Где мой заказ?", CUSTOMER, Kind.HUMAN, Reason.NOTHING),
    ({"Auto-Submitted": "no"}, "Где мой заказ?", CUSTOMER, Kind.HUMAN, Reason.NOTHING),
    ({"X-Autoreply": "no"}, "Где мой заказ?", CUSTOMER, Kind.HUMAN, Reason.NOTHING),
    ({}, "Re: Код подтверждения не приходит", CUSTOMER, Kind.HUMAN, Reason.NOTHING),
    ({}, "Не приходит автоответ", CUSTOMER, Kind.HUMAN, Reason.NOTHING),
    ({}, "Посылка не доставлена", CUSTOMER, Kind.HUMAN, Reason.NOTHING),
    ({}, "Delivery of my lamp is delayed", CUSTOMER, Kind.HUMAN, Reason.NOTHING),
    ({}, "Undeliverable parcel", CUSTOMER, Kind.HUMAN, Reason.NOTHING),
    (
        {"Auto-Submitted": "auto-replied"},
        "Re: Заказ",
        CUSTOMER,
        Kind.AUTO_REPLY,
        Reason.AUTO_SUBMITTED,
    ),
    (
        {"auto-submitted": "Auto-Replied (vacation); x=1"},
        "Автоответ: Заказ",
        CUSTOMER,
        Kind.VACATION,
        Reason.AUTO_SUBMITTED,
    ),
    ({"Auto-Submitted": "auto-generated"}, "Отчёт", CUSTOMER, Kind.MACHINE, Reason.AUTO_SUBMITTED),
    ({"Auto-Submitted": "auto-notified"}, "Notice", CUSTOMER, Kind.MACHINE, Reason.AUTO_SUBMITTED),
    ({"X-Autoreply": "yes"}, "Re: Order", CUSTOMER, Kind.AUTO_REPLY, Reason.RESPONDER_HEADER),
    (
        {"X-MS-Exchange-Inbox-Rules-Loop": CUSTOMER},
        "Automatic reply: Order",
        CUSTOMER,
        Kind.VACATION,
        Reason.RESPONDER_HEADER,
    ),
    ({"Precedence": "auto_reply"}, "Re: Order", CUSTOMER, Kind.AUTO_REPLY, Reason.PRECEDENCE),
    ({}, "Автоответ: Re: Заказ", CUSTOMER, Kind.VACATION, Reason.SUBJECT_WORDS),
    ({}, "Automātiskā atbilde: Pasūtījums", CUSTOMER, Kind.VACATION, Reason.SUBJECT_WORDS),
    ({}, "Out of Office: Order", CUSTOMER, Kind.VACATION, Reason.SUBJECT_WORDS),
    ({}, "Ваше обращение принято", CUSTOMER, Kind.AUTO_REPLY, Reason.SUBJECT_WORDS),
    ({}, "Jūsu pieprasījums saņemts #12", CUSTOMER, Kind.AUTO_REPLY, Reason.SUBJECT_WORDS),
    ({}, "[Ticket received] Lamp", CUSTOMER, Kind.AUTO_REPLY, Reason.SUBJECT_WORDS),
    (
        {"Content-Type": 'multipart/report; report-type=delivery-status; boundary="b"'},
        "Undelivered Mail Returned to Sender",
        "MAILER-DAEMON@mx.example",
        Kind.BOUNCE,
        Reason.DELIVERY_REPORT,
    ),
    (
        {"Content-Type": "multipart/report; report-type=delivery-status"},
        "Delivery Status Notification (Delay)",
        "postmaster@mx.example",
        Kind.DELAYED,
        Reason.DELIVERY_REPORT,
    ),
    (
        {"X-Failed-Recipients": OURS},
        "Mail delivery failed: returning message to sender",
        "Mailer-Daemon@mx.example",
        Kind.BOUNCE,
        Reason.DELIVERY_REPORT,
    ),
    ({}, "failure notice", "mailer-daemon@mx.example", Kind.BOUNCE, Reason.SENDER_ADDRESS),
    ({}, "Задержка доставки", "postmaster@mx.example", Kind.DELAYED, Reason.SENDER_ADDRESS),
    ({"Return-Path": "<>"}, "Не доставлено: Заказ", CUSTOMER, Kind.BOUNCE, Reason.NULL_RETURN_PATH),
    ({"List-Id": "<news.x.example>"}, "Новости", CUSTOMER, Kind.MAILING_LIST, Reason.LIST_HEADER),
    (
        {"List-Unsubscribe": "<https://x.example/u>"},
        "Скидки!",
        CUSTOMER,
        Kind.MAILING_LIST,
        Reason.LIST_HEADER,
    ),
    ({"Precedence": "bulk"}, "News", CUSTOMER, Kind.MAILING_LIST, Reason.PRECEDENCE),
    ({}, "News", "news-bounces@x.example", Kind.MAILING_LIST, Reason.SENDER_ADDRESS),
    ({}, "News", "owner-news@x.example", Kind.MAILING_LIST, Reason.SENDER_ADDRESS),
    ({}, "Чек", "no-reply@x.example", Kind.MACHINE, Reason.SENDER_ADDRESS),
    ({}, "Чек", "No.Reply+12@x.example", Kind.MACHINE, Reason.SENDER_ADDRESS),
    ({}, "Чек", "shop-noreply-lv@x.example", Kind.MACHINE, Reason.SENDER_ADDRESS),
    ({}, "Ваш код подтверждения: 1234", "id@x.example", Kind.MACHINE, Reason.SUBJECT_WORDS),
    ({}, "Verifikācijas kods 1234", "id@x.example", Kind.MACHINE, Reason.SUBJECT_WORDS),
    ({}, "Your verification code is 1234", "id@x.example", Kind.MACHINE, Reason.SUBJECT_WORDS),
]


@pytest.mark.threat("T14")
@pytest.mark.parametrize(("headers", "subject", "sender", "kind", "reason"), MAILS)
def test_each_writer_is_known_by_the_first_sign(
    headers: dict[str, str], subject: str, sender: str, kind: Kind, reason: Reason
) -> None:
    found = automatic.kind(headers, subject=subject, sender_addr=sender, text="Добрый день")
    assert found == automatic.Automatic(kind, reason)


@pytest.mark.threat("T14")
@pytest.mark.parametrize(("headers", "subject", "sender", "kind", "reason"), MAILS)
def test_only_a_person_gets_an_automatic_answer(
    headers: dict[str, str], subject: str, sender: str, kind: Kind, reason: Reason
) -> None:
    verdict = automatic.may_answer_automatically(
        headers, subject=subject, sender_addr=sender, own_addresses={OURS}
    )
    assert verdict.allowed is (kind is Kind.HUMAN)


@pytest.mark.threat("T14")
@pytest.mark.parametrize(
    "text",
    [
        "Это автоматический ответ. Вернусь в понедельник.",
        "Šī ir automātiska atbilde.",
        "I am out of the office until Monday.",
    ],
)
def test_a_responder_that_strips_all_headers_and_changes_the_subject_is_known_by_its_text(
    text: str,
) -> None:
    found = automatic.kind({}, subject="Re: Заказ", sender_addr=CUSTOMER, text=text)
    assert found == automatic.Automatic(Kind.VACATION, Reason.TEXT_WORDS)


@pytest.mark.threat("T14")
@pytest.mark.parametrize(
    ("headers", "sender", "return_path", "reason"),
    [
        ({}, "Help@Uyut.Example", None, Reason.OWN_ADDRESS),
        ({}, "", None, Reason.NO_SENDER),
        ({}, "anna", None, Reason.NO_SENDER),
        ({"Return-Path": "<>"}, CUSTOMER, None, Reason.NULL_RETURN_PATH),
        ({}, CUSTOMER, "", Reason.NULL_RETURN_PATH),
        ({}, CUSTOMER, "<>", Reason.NULL_RETURN_PATH),
        ({"X-Auto-Response-Suppress": "OOF, AutoReply"}, CUSTOMER, None, Reason.SUPPRESSED),
        ({"x-auto-response-suppress": "All"}, CUSTOMER, CUSTOMER, Reason.SUPPRESSED),
        ({"X-Auto-Response-Suppress": "DR, RN"}, CUSTOMER, CUSTOMER, Reason.NOTHING),
        ({"Return-Path": f"<{CUSTOMER}>"}, CUSTOMER, None, Reason.NOTHING),
    ],
)
def test_a_person_is_not_answered_where_an_answer_could_loop_or_is_not_wanted(
    headers: dict[str, str], sender: str, return_path: str | None, reason: Reason
) -> None:
    verdict = automatic.may_answer_automatically(
        headers,
        subject="Где мой заказ?",
        sender_addr=sender,
        return_path=return_path,
        own_addresses={OURS},
    )
    assert verdict == automatic.Verdict(reason is Reason.NOTHING, reason)
