"""A mailbox that fails is told to the owners by a letter, in their language, once a day (F29)."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast, gather
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.models import Channel, OutboundEnvelope
from zabota.domains.channels.services import mailboxes, outgoing
from zabota.domains.channels.tests.outgoing import connect, send
from zabota.kernel.jobs.testing import drain

pytestmark = [pytest.mark.django_db, pytest.mark.fault("F29")]
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return gather()


def second(cast: Cast) -> Channel:
    return Channel.objects.create(
        kind="email",
        brand=cast.brand,
        team=cast.riga,
        address="orders@liepa.example",
        created_at=MORNING,
    )


def refused(cast: Cast, *, days: int = 0, code: str = "login_refused") -> None:
    """The mailbox lets us in no more."""
    mailboxes.failed(
        channel_id=cast.mailbox.pk,
        folder="INBOX",
        code=code,
        detail="",
        passing=False,
        at=MORNING + days * DAY,
    )
    drain(MORNING + days * DAY)


def test_every_owner_reads_which_mailbox_and_where_it_says_what_to_do(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    connect(cast.mailbox, smtp_sink)
    connect(second(cast), smtp_sink)
    cast.olga.language = "lv"
    cast.olga.save()
    refused(cast)
    send()
    (letter,) = smtp_sink.sent
    assert letter.recipients == ("olga@liepa.example",)
    assert letter.message["From"] == "Liepa <orders@liepa.example>"
    assert letter.message["Subject"] == "Pastkaste help@liepa.example nedarbojas"
    body = letter.message.get_body(("plain",))
    assert body is not None
    assert "/owner/health/" in body.get_content()


def test_an_only_mailbox_whose_reading_fails_tells_it_by_its_own_sending(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    connect(cast.mailbox, smtp_sink)
    refused(cast)
    send()
    assert [one.recipients for one in smtp_sink.sent] == [("olga@liepa.example",)]


def test_it_is_told_once_a_day_however_often_it_fails_otherwise(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    connect(cast.mailbox, smtp_sink)
    for code in ("login_refused", "refused", "login_refused"):
        refused(cast, code=code)
    assert OutboundEnvelope.objects.count() == 1
    refused(cast, days=1, code="refused")
    assert OutboundEnvelope.objects.count() == 2


def test_a_mailbox_that_cannot_send_does_not_carry_its_own_complaint(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    connect(cast.mailbox, smtp_sink)
    outgoing.failed(cast.mailbox, code="auth_refused", passing=False, at=MORNING)
    drain(MORNING)
    assert OutboundEnvelope.objects.count() == 0
    connect(second(cast), smtp_sink)
    outgoing.failed(cast.mailbox, code="sender_refused", passing=False, at=MORNING)
    drain(MORNING)
    assert [row.channel.address for row in OutboundEnvelope.objects.all()] == [
        "orders@liepa.example"
    ]
