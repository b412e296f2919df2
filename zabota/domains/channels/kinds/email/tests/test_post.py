"""The outbox of a running server: many mailboxes side by side, and a clean end."""

import dataclasses
import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from tests.cast import MORNING, Cast, gather
from tests.parts import ground
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.kinds.email.carrying import Ways
from zabota.domains.channels.kinds.email.posting import Post
from zabota.domains.channels.kinds.email.tests.slow_server import SlowServer
from zabota.domains.channels.models import Channel, OutboundEnvelope, Outgoing
from zabota.domains.channels.rules import limits as limits_module
from zabota.domains.channels.services import sending
from zabota.domains.channels.tests.outgoing import connect, letter, queue
from zabota.kernel import clock, tx

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return gather()


@pytest.fixture
def post() -> Iterator[Post]:
    running = Post(Ways())
    running.start()
    yield running
    running.stop(seconds=5)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message may take one second."""
    usual = limits_module.limits()
    send = dataclasses.replace(usual.send, message_seconds=1.0)
    changed = dataclasses.replace(usual, send=send)
    for module in ("smtp", "posting", "carrying"):
        monkeypatch.setattr(f"zabota.domains.channels.kinds.email.{module}.limits", lambda: changed)


@pytest.fixture
def slow_server() -> Iterator[SlowServer]:
    with SlowServer() as running:
        yield running


def second_mailbox(cast: Cast, port: int) -> Channel:
    return Channel.objects.create(
        kind="email",
        brand=cast.brand,
        address="slow@liepa.example",
        settings={"smtp": {"host": "127.0.0.1", "port": port, "security": "plain"}},
        created_at=MORNING,
    )


def test_a_queued_message_leaves_as_soon_as_its_transaction_has_committed(
    cast: Cast, smtp_sink: SmtpSink, post: Post
) -> None:
    connect(cast.mailbox, smtp_sink)
    with tx.write():
        queue(letter(cast.mailbox), at=clock.now())
        assert smtp_sink.sent == []

    assert len(smtp_sink.wait_for(1)) == 1
    ground.wait_until(lambda: OutboundEnvelope.objects.get().state == "sent", what="the end")
    assert post is not None


@pytest.mark.fault("F30")
def test_a_server_that_says_a_byte_at_a_time_delays_nobody_and_is_given_up(
    cast: Cast, smtp_sink: SmtpSink, slow_server: SlowServer, impatient: None, post: Post
) -> None:
    connect(cast.mailbox, smtp_sink)
    slow = second_mailbox(cast, slow_server.port)
    for number in range(8):
        queue(letter(slow, number, group=f"slow:{number}"), at=clock.now())
    assert slow_server.met.wait(20)

    for number in range(100, 120):
        queue(letter(cast.mailbox, number, group=f"conversation:{number}"), at=clock.now())

    assert len(smtp_sink.wait_for(20)) == 20
    ground.wait_until(
        lambda: Outgoing.objects.filter(channel=slow, error="timeout").exists(), what="giving up"
    )
    waiting = OutboundEnvelope.objects.filter(channel=slow)
    ground.wait_until(lambda: not waiting.filter(state="sending").exists(), what="giving up")
    assert set(waiting.values_list("state", flat=True)) == {"waiting"}
    assert post is not None
    assert impatient is None


@pytest.mark.fault("F05")
def test_a_stopped_post_lets_end_what_is_on_its_way_and_begins_nothing_new(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    connect(cast.mailbox, smtp_sink)
    smtp_sink.fault("DATA", seconds=0.5)
    queue(letter(cast.mailbox, 1), at=clock.now())
    queue(letter(cast.mailbox, 2), at=clock.now())
    post = Post()
    post.start()
    ground.wait_until(lambda: "DATA" in smtp_sink.attempts, what="the command")

    post.stop(seconds=10)

    states = dict(OutboundEnvelope.objects.values_list("key", "state"))
    assert states == {"message:1": "sent", "message:2": "waiting"}


@pytest.mark.fault("F05")
def test_what_takes_too_long_at_the_end_is_cut_and_goes_again_with_the_next_start(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    connect(cast.mailbox, smtp_sink)
    smtp_sink.fault("MAIL", seconds=600)
    row = queue(letter(cast.mailbox, 1), at=clock.now())
    post = Post()
    post.start()
    ground.wait_until(lambda: "MAIL" in smtp_sink.attempts, what="the command")

    post.stop(seconds=0)

    row.refresh_from_db()
    assert (row.state, row.perhaps_twice) == ("waiting", False)
    OutboundEnvelope.objects.update(not_before=MORNING)
    again = Post()
    again.start()
    assert len(smtp_sink.wait_for(1)) == 1
    again.stop(seconds=10)


def test_many_senders_at_once_send_each_message_once(cast: Cast, smtp_sink: SmtpSink) -> None:
    connect(cast.mailbox, smtp_sink)
    for number in range(40):
        queue(letter(cast.mailbox, number, group=f"conversation:{number % 10}"), at=MORNING)
    posts = [Post(), Post()]
    starters = [threading.Thread(target=post.start) for post in posts]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()

    smtp_sink.wait_for(40, seconds=60)
    for post in posts:
        post.stop(seconds=10)

    ids = [one.message["Message-ID"] for one in smtp_sink.sent]
    by_group: dict[str, list[int]] = {}
    rows = {row.external_id: row for row in OutboundEnvelope.objects.all()}
    for external_id in ids:
        row = rows[external_id]
        by_group.setdefault(row.group, []).append(row.pk)
    assert sorted(ids) == sorted(rows)
    assert all(numbers == sorted(numbers) for numbers in by_group.values())
    assert sending.channels_due(at=clock.now()) == []


@pytest.mark.only_on("postgres")
@pytest.mark.fault("F06")
def test_what_a_server_answered_is_not_forgotten_while_the_database_is_away(
    cast: Cast, smtp_sink: SmtpSink, post: Post
) -> None:
    connect(cast.mailbox, smtp_sink)
    smtp_sink.fault("DATA", seconds=0.5)
    row = queue(letter(cast.mailbox, 1), at=clock.now())
    ground.wait_until(lambda: "DATA" in smtp_sink.attempts, what="the command")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    ground.wait_until(
        lambda: OutboundEnvelope.objects.get(pk=row.pk).state == "sent", what="the end"
    )
    row.refresh_from_db()
    assert (len(smtp_sink.sent), row.attempts, row.perhaps_twice) == (1, 1, False)
    assert post is not None
