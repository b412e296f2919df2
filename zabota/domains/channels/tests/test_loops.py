"""Machines that answer machines: whatever the other side does, ours falls silent (T14, F35)."""

import email
import email.policy
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from tests.cast import MORNING, Cast, gather
from tests.parts.smtp_sink import Sent, SmtpSink
from zabota.domains.channels.envelopes import Inbound, Party, TakenIn
from zabota.domains.channels.models import Channel, InboundEnvelope, OutboundEnvelope
from zabota.domains.channels.services import inbound, outbound, storing
from zabota.domains.channels.services.storing import RawMail
from zabota.domains.channels.tests.outgoing import connect, letter, send

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(180)]
HOURS = 6


class EagerDesk:
    """Answers each mail of a person by itself, at once: the worst that a rule could do."""

    def take_in(self, envelopes: Sequence[Inbound], *, at: datetime) -> TakenIn:
        for one in envelopes:
            if one.automatic or one.sender is None:
                continue
            answer = letter(
                Channel.objects.get(pk=one.channel_id),
                one.envelope_id or 0,
                group=f"conversation:{one.envelope_id}",
                to=(Party(address=one.sender.address),),
                automatic=True,
            )
            outbound.queue_outbound(answer, at=at, not_before=at)
        return TakenIn(messages=len(envelopes), conversations=len(envelopes))


def arrive(channel: Channel, raw: bytes, *, at: datetime) -> None:
    storing.store_raw(channel_id=channel.pk, items=[RawMail(content=raw, received_at=at)], at=at)
    inbound.process_new(at=at, receive=EagerDesk().take_in)


@pytest.fixture
def cast() -> Cast:
    return gather()


def stripped(sent: Sent, number: int) -> bytes:
    """The answer of a machine that knows no manners: nothing in it says that it is one."""
    to = sent.message["From"].addresses[0].addr_spec
    lines = [
        "From: office@example.org",
        f"To: {to}",
        f"Subject: Ticket {number}",
        f"Message-ID: <{number}@example.org>",
        "",
        f"Dear customer {number}, we have your letter.",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.threat("T14")
@pytest.mark.fault("F35")
def test_a_robot_that_strips_all_headers_gets_three_answers_a_day(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    channel = connect(cast.mailbox, smtp_sink)
    arrive(channel, stripped_first(), at=MORNING)
    answered = 0
    for minute in range(HOURS * 60 // 10):
        at = MORNING + timedelta(minutes=10 * minute)
        send(at)
        for sent in smtp_sink.sent[answered:]:
            answered += 1
            for again in range(3):  # it answers each of ours three times
                arrive(channel, stripped(sent, 100 * answered + again), at=at)

    assert len(smtp_sink.sent) == 3
    held = OutboundEnvelope.objects.filter(state="held")
    assert set(held.values_list("error", flat=True)) <= {"too_often", "too_many_today"}
    assert held.count() == InboundEnvelope.objects.count() - 3


def stripped_first() -> bytes:
    lines = ["From: office@example.org", "To: help@liepa.example", "Subject: Hello", "", "Hi!", ""]
    return "\r\n".join(lines).encode()


@pytest.mark.threat("T14")
@pytest.mark.fault("F35")
def test_two_desks_that_answer_by_themselves_end_after_one_answer(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    """Ours says that it is a machine, and knows a machine when it hears one."""
    here = connect(cast.mailbox, smtp_sink)
    first = stripped_first().replace(b"office@example.org", b"desk@other.example")
    arrive(here, first, at=MORNING)
    send(MORNING)
    assert len(smtp_sink.sent) == 1

    # The other desk is one of ours in another house: it gets the very bytes that we sent, ...
    there = Channel.objects.create(
        kind="email", brand=cast.brand, address="desk@other.example", created_at=MORNING
    )
    connect(there, smtp_sink)
    arrive(there, smtp_sink.sent[0].raw, at=MORNING)
    send(MORNING)

    # ... sees that a machine wrote them, and does not answer.
    assert len(smtp_sink.sent) == 1
    kept = email.message_from_bytes(smtp_sink.sent[0].raw, policy=email.policy.default)
    assert kept["Auto-Submitted"] == "auto-replied"


@pytest.mark.threat("T14")
def test_two_mailboxes_of_one_house_never_answer_each_other(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    here = connect(cast.mailbox, smtp_sink)
    there = Channel.objects.create(
        kind="email", brand=cast.brand, address="sale@liepa.example", created_at=MORNING
    )
    connect(there, smtp_sink)
    raw = stripped_first().replace(b"office@example.org", b"sale@liepa.example")

    arrive(here, raw, at=MORNING)
    send(MORNING)

    assert smtp_sink.sent == []
