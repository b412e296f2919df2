"""The owner sees what waits, what failed and why."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, gather
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.queries import outbound as outbox
from zabota.domains.channels.queries.outbound import Outbox, Stopped, Undelivered
from zabota.domains.channels.services import outbound
from zabota.domains.channels.tests.outgoing import ILZE, IRINA, connect, letter, queue, send

pytestmark = pytest.mark.django_db


def test_the_outbox_is_counted_with_its_reasons(smtp_sink: SmtpSink) -> None:
    channel = connect(gather().mailbox, smtp_sink)
    later = MORNING + timedelta(hours=1)
    queue(letter(channel, 1, group="a"))
    queue(letter(channel, 2, group="b"))
    queue(letter(channel, 3, group="c", purpose="marketing"))
    outbound.queue_outbound(letter(channel, 4, group="d"), at=MORNING, not_before=later)
    smtp_sink.fault("RCPT", reply="550 5.1.1 nobody here")
    smtp_sink.fault("RCPT", reply="451 4.7.1 later")

    send()

    assert outbox.outbox(at=MORNING, since=MORNING - timedelta(days=1)) == Outbox(
        waiting=2,
        delayed=1,
        sending=0,
        failed=1,
        held=1,
        oldest_due=None,
        reasons={"try_later": 1, "address_unknown": 1, "no_consent": 1},
    )


def test_who_did_not_get_a_message_is_named_with_the_servers_words(smtp_sink: SmtpSink) -> None:
    channel = connect(gather().mailbox, smtp_sink)
    queue(letter(channel, to=(ILZE, IRINA)))
    smtp_sink.fault("RCPT", reply="552 5.2.2 full", recipient="irina@example.org")

    send()

    assert outbox.undelivered(key="message:1") == [
        Undelivered(address="irina@example.org", code="mailbox_full", words="552 5.2.2 full")
    ]
    assert outbox.undelivered(key="message:2") == []


def test_a_mailbox_by_which_nothing_leaves_is_named(smtp_sink: SmtpSink) -> None:
    channel = connect(gather().mailbox, smtp_sink)
    queue(letter(channel))
    smtp_sink.stop()

    send()

    assert outbox.stopped() == [
        Stopped(
            channel_id=channel.pk,
            code="refused",
            since=MORNING,
            next_try_at=MORNING + timedelta(seconds=5),
        )
    ]
    smtp_sink.start()
    send(MORNING + timedelta(seconds=5))
    assert outbox.stopped() == []
