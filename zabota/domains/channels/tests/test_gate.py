"""Nothing leaves without a reason to: consent, usable addresses, and an end to automatic mail."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import MORNING, Cast, gather
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.envelopes import Party
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.channels.tests.outgoing import ILZE, IRINA, connect, letter, queue, send
from zabota.domains.people import services as people
from zabota.domains.people.enums import IdentityKind, Origin, Purpose
from zabota.domains.people.models import Customer
from zabota.domains.people.services import consents
from zabota.domains.people.services.consents import Proof
from zabota.domains.people.services.recognition import Seen
from zabota.kernel.accounts.roles import SYSTEM
from zabota.kernel.facts.models import FactRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(smtp_sink: SmtpSink) -> Cast:
    found = gather()
    connect(found.mailbox, smtp_sink)
    return found


def known(party: Party, *, verified: bool = True) -> Customer:
    found = people.recognise([Seen(shown=party.address, name=party.name)], at=MORNING)
    person = found[party.address]
    if verified:
        people.verify([person.identity_id], at=MORNING)
    return Customer.objects.get(pk=person.customer_id)


def say(customer: Customer, *, yes: bool, at: datetime) -> None:
    proof = Proof(
        wording="Piekrītu saņemt jaunumus",
        wording_version="1",
        language="lv",
        origin=Origin.IN_PERSON,
        controllers=[("SIA Liepa", "Rīga")],
    )
    act = consents.record if yes else consents.withdraw
    act(customer.ref, Purpose.MARKETING, proof, actor=SYSTEM, at=at)


def outcome(cast: Cast, number: int, at: datetime = MORNING, **what: Any) -> tuple[str, str]:
    """State and reason of a message that was queued and sent at that moment."""
    message = letter(cast.mailbox, number, group=f"conversation:{number}", **what)
    row = queue(message, at=at)
    send(at)
    row.refresh_from_db()
    return row.state, row.error


@pytest.mark.req("S-737")
def test_an_answer_needs_no_consent_and_an_offer_leaves_while_it_is_given(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    ilze = known(ILZE)
    later = MORNING + timedelta(hours=1)

    assert outcome(cast, 1) == ("sent", "")
    assert outcome(cast, 2, purpose="marketing") == ("held", "no_consent")
    say(ilze, yes=True, at=MORNING)
    assert outcome(cast, 3, purpose="marketing") == ("sent", "")
    assert outcome(cast, 4, purpose="survey") == ("held", "no_consent")
    say(ilze, yes=False, at=later)
    assert outcome(cast, 5, later, purpose="marketing") == ("held", "no_consent")
    assert len(smtp_sink.sent) == 2


@pytest.mark.req("S-731")
def test_a_no_stops_what_is_already_queued(cast: Cast, smtp_sink: SmtpSink) -> None:
    ilze = known(ILZE)
    say(ilze, yes=True, at=MORNING)
    row = queue(letter(cast.mailbox, purpose="marketing"))
    say(ilze, yes=False, at=MORNING)

    send()

    row.refresh_from_db()
    assert (row.state, row.error) == ("held", "no_consent")
    assert smtp_sink.sent == []
    assert FactRow.objects.filter(name__endswith="DeliveryFailed").count() == 1


def test_an_address_from_which_mail_came_back_is_written_to_no_more(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    known(ILZE)
    people.mark_unusable(IdentityKind.EMAIL, ILZE.address, reason="returned", at=MORNING)

    assert outcome(cast, 1) == ("held", "address_unusable")
    assert outcome(cast, 2, to=(ILZE, IRINA)) == ("sent", "")
    assert [one.recipients for one in smtp_sink.sent] == [("irina@example.org",)]
    assert OutboundEnvelope.objects.get(key="message:2").refused == {
        "ilze@example.org": ["address_unusable", ""]
    }


@pytest.mark.threat("T15")
def test_an_address_that_is_not_proved_gets_three_automatic_mails_a_day_of_neutral_words(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    attack = {"subject": "BUY at evil.example", "quote": "Mallory wrote:\n> BUY at evil.example"}
    told = [
        outcome(cast, number, MORNING + timedelta(minutes=20 * number), automatic=True, **attack)
        for number in range(1000 // 20)
    ]

    assert told[:3] == [("sent", "")] * 3
    assert set(told[3:]) == {("held", "too_many_today")}
    assert [one.message["Subject"] for one in smtp_sink.sent] == ["Par jūsu vēstuli"] * 3
    assert all(b"evil.example" not in one.raw for one in smtp_sink.sent)
    assert outcome(cast, 1001, MORNING + timedelta(hours=25), automatic=True) == ("sent", "")


@pytest.mark.threat("T15")
def test_a_victim_named_by_hundreds_of_strangers_gets_three_mails(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    for number in range(200):
        to = (Party(address="Victim@Example.org" if number % 2 else "victim@example.org"),)
        group = f"conversation:{number}"
        queue(letter(cast.mailbox, number, group=group, to=to, automatic=True))

    while send():
        pass
    send(MORNING + timedelta(hours=1))

    assert len(smtp_sink.sent) == 3


@pytest.mark.threat("T14")
def test_a_proved_address_gets_three_automatic_mails_in_ten_minutes_and_ten_a_day(
    cast: Cast,
) -> None:
    known(ILZE)
    minutes = [0, 1, 2, 3, 11, 12, 13, 22, 23, 24, 33, 34, 60]
    told = [
        outcome(cast, minute, MORNING + timedelta(minutes=minute), automatic=True)
        for minute in minutes
    ]

    sent, often, day = ("sent", ""), ("held", "too_often"), ("held", "too_many_today")
    assert told == [sent, sent, sent, often, *[sent] * 7, day, day]


@pytest.mark.threat("T14")
@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("help@liepa.example", "own_address"),
        ("help+abc@liepa.example", "own_address"),
        ("MAILER-DAEMON@example.org", "machine_address"),
        ("no-reply@example.org", "machine_address"),
    ],
)
def test_nothing_automatic_goes_to_ourselves_or_to_a_machine(
    cast: Cast, smtp_sink: SmtpSink, address: str, code: str
) -> None:
    assert outcome(cast, 1, to=(Party(address=address),), automatic=True) == ("held", code)
    assert smtp_sink.sent == []


@pytest.mark.threat("T14")
def test_automatic_mail_says_what_it_is_and_has_no_sender_to_answer(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    known(ILZE)
    assert outcome(cast, 1, automatic=True) == ("sent", "")

    (sent,) = smtp_sink.sent
    assert sent.sender == "<>"
    assert sent.message["Auto-Submitted"] == "auto-replied"
    assert sent.message["Precedence"] == "bulk"
    assert sent.message["X-Auto-Response-Suppress"] == "All"


def test_a_server_that_wants_a_sender_gets_our_address_for_automatic_mail_too(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    known(ILZE)
    smtp_sink.fault("MAIL", reply="550 5.1.7 no null sender here")

    assert outcome(cast, 1, automatic=True) == ("sent", "")
    assert smtp_sink.sent[0].sender == "help@liepa.example"


def test_a_second_try_of_an_automatic_mail_is_not_counted_again(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    smtp_sink.fault("RCPT", reply="451 4.7.1 later", times=5)
    assert outcome(cast, 1, automatic=True) == ("waiting", "try_later")
    for minutes in (1, 6, 21, 81, 141):
        send(MORNING + timedelta(minutes=minutes))

    assert OutboundEnvelope.objects.get().state == "sent"


def test_mail_to_our_own_people_goes_to_nobody_else(cast: Cast, smtp_sink: SmtpSink) -> None:
    own = Party(address="Marta@liepa.example")
    assert outcome(cast, 1, to=(own,), purpose="own", automatic=True) == ("sent", "")
    assert outcome(cast, 2, to=(ILZE,), purpose="own", automatic=True) == (
        "held",
        "not_our_person",
    )
    assert [one.recipients for one in smtp_sink.sent] == [("Marta@liepa.example",)]


def test_an_automatic_mail_that_its_mailbox_held_up_is_counted_once(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    smtp_sink.stop()
    assert outcome(cast, 1, automatic=True) == ("waiting", "refused")
    for minutes in range(1, 9):
        send(MORNING + timedelta(minutes=minutes))
    smtp_sink.start()

    send(MORNING + timedelta(minutes=20))

    assert OutboundEnvelope.objects.get().state == "sent"
