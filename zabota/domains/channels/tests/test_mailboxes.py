"""The threads of a running server: they follow the channels, and each hinders only itself."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from tests.cast import MORNING, Cast, gather
from tests.parts.dovecot import Dovecot, Mailbox
from tests.parts.tcp_proxy import TcpProxy
from zabota.domains.channels.kinds.email import config, mailboxes
from zabota.domains.channels.kinds.email.config import EmailSecrets
from zabota.domains.channels.models import Channel, Cursor, InboundEnvelope
from zabota.domains.channels.services import mailboxes as services
from zabota.domains.channels.tests.letters import letter
from zabota.kernel.facts.models import FactRow
from zabota.kernel.health.models import Condition

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def supervise(dovecot: Dovecot) -> Iterator[Callable[[], mailboxes.Supervisor]]:
    """Start a supervisor that trusts Dovecot; stopped when the test ends."""
    started: list[mailboxes.Supervisor] = []

    def start() -> mailboxes.Supervisor:
        supervisor = mailboxes.Supervisor(ca_file=str(dovecot.ca_file))
        supervisor.start()
        started.append(supervisor)
        return supervisor

    yield start
    for supervisor in started:
        supervisor.stop()


def connect(channel: Channel, box: Mailbox, *, password: str = "", port: int = 0) -> None:
    channel.settings = {
        "imap": {"host": "127.0.0.1", "port": port or box.tls_port, "user": box.address}
    }
    channel.sealed = config.sealed(EmailSecrets(password=password or box.password))
    channel.created_at = BEFORE
    channel.save()


def second(cast: Cast) -> Channel:
    return Channel.objects.create(
        brand=cast.brand, address="shop@liepa.example", created_at=MORNING
    )


def until(holds: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait for a condition; fail when it does not come true."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        pause.wait(0.05)


def subjects() -> list[str]:
    return list(InboundEnvelope.objects.order_by("pk").values_list("subject_hint", flat=True))


@pytest.mark.req("S-075")
def test_a_mail_is_stored_within_seconds_of_its_arrival(
    dovecot: Dovecot, supervise: Callable[[], mailboxes.Supervisor]
) -> None:
    cast = gather()
    box = dovecot.create("arrival@liepa.example")
    connect(cast.mailbox, box)
    supervise()
    until(lambda: Cursor.objects.filter(checked_at__isnull=False).exists())
    dovecot.deliver(box.address, letter(1))
    until(lambda: subjects() == ["Order 1"])


@pytest.mark.fault("F29")
def test_after_a_wrong_password_is_put_right_nothing_is_skipped(
    dovecot: Dovecot, supervise: Callable[[], mailboxes.Supervisor]
) -> None:
    cast = gather()
    box = dovecot.create("wrong@liepa.example")
    connect(cast.mailbox, box, password="not this one")
    supervise()
    until(lambda: Condition.objects.filter(code="mailbox_login_refused").exists())
    dovecot.deliver(box.address, letter(1))
    assert Cursor.objects.get().failures == 1
    assert FactRow.objects.filter(name="channels.MailboxFailed").count() == 1
    connect(cast.mailbox, box)
    services.forget_troubles(channel_id=cast.mailbox.pk)
    until(lambda: subjects() == ["Order 1"])
    until(lambda: not Condition.objects.exists())


@pytest.mark.fault("F25")
def test_a_mailbox_that_hangs_delays_no_other(
    dovecot: Dovecot,
    tcp_proxy: Callable[[int], TcpProxy],
    supervise: Callable[[], mailboxes.Supervisor],
) -> None:
    cast = gather()
    hanging, healthy = dovecot.create("hangs@liepa.example"), dovecot.create("fine@liepa.example")
    proxy = tcp_proxy(hanging.tls_port)
    proxy.hang_after = 100
    connect(cast.mailbox, hanging, port=proxy.port)
    connect(second(cast), healthy)
    dovecot.deliver(healthy.address, letter(1))
    supervise()
    until(lambda: subjects() == ["Order 1"], seconds=15)


def test_a_mailbox_that_is_switched_off_is_left_within_seconds(
    dovecot: Dovecot, supervise: Callable[[], mailboxes.Supervisor]
) -> None:
    cast = gather()
    box = dovecot.create("off@liepa.example")
    connect(cast.mailbox, box)
    supervisor = supervise()
    until(lambda: Cursor.objects.filter(checked_at__isnull=False).exists())
    Channel.objects.update(is_active=False)
    until(lambda: not supervisor.reading())


def test_a_mailbox_that_hangs_does_not_hold_up_the_stop(
    dovecot: Dovecot, tcp_proxy: Callable[[int], TcpProxy]
) -> None:
    cast = gather()
    box = dovecot.create("silent@liepa.example")
    proxy = tcp_proxy(box.tls_port)
    proxy.hang_after = 100
    connect(cast.mailbox, box, port=proxy.port)
    supervisor = mailboxes.Supervisor(ca_file=str(dovecot.ca_file))
    supervisor.start()
    until(lambda: proxy.connections > 0)
    supervisor.stop()
    assert [one.name for one in threading.enumerate() if one.name.startswith("mailbox-")] == []
    assert not Cursor.objects.filter(failures__gt=0).exists()


@pytest.mark.fault("F01")
def test_a_killed_mail_server_is_found_again_and_gives_what_came_meanwhile(
    own_dovecot: Dovecot,
) -> None:
    cast = gather()
    box = own_dovecot.create("restart@liepa.example")
    connect(cast.mailbox, box)
    supervisor = mailboxes.Supervisor(ca_file=str(own_dovecot.ca_file))
    supervisor.start()
    try:
        until(lambda: Cursor.objects.filter(checked_at__isnull=False).exists())
        own_dovecot.kill()
        own_dovecot.deliver(box.address, letter(1))
        own_dovecot.start()
        until(lambda: subjects() == ["Order 1"], seconds=40)
    finally:
        supervisor.stop()
