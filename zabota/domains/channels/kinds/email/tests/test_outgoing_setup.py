"""Connecting a mailbox that sends: what is wrong with it is said in a code, and nothing leaks."""

import pytest
from pytest_django.fixtures import Settings

from tests.cast import gather
from tests.parts import ground
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.kinds.email import setup
from zabota.domains.channels.kinds.email.config import EmailSecrets, EmailSettings, MailServer
from zabota.domains.channels.kinds.email.setup import TryResult
from zabota.domains.channels.services.channels import NotAllowed
from zabota.kernel.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "parole-1"


def attempt(
    sink: SmtpSink | None,
    *,
    host: str = "localhost",
    port: int = 0,
    security: str = "starttls",
    password: str = PASSWORD,
    trusted: bool = True,
    user: str = "olga",
) -> TryResult:
    cast = gather()
    server = MailServer.model_validate(
        {
            "host": host,
            "port": port or (sink.port if sink else 1),
            "security": security,
            "user": "anna@example.com",
        }
    )
    who: User = getattr(cast, user)
    return setup.try_outgoing(
        EmailSettings(smtp=server),
        EmailSecrets(password=password),
        address="help@liepa.example",
        actor=cast.actor(who),
        ca_file=str(sink.ca_file) if sink and trusted else None,
    )


def test_a_mailbox_that_can_send_is_found_so_and_nothing_is_sent(tls_smtp_sink: SmtpSink) -> None:
    assert attempt(tls_smtp_sink) == TryResult(ok=True)
    assert tls_smtp_sink.sent == []


def test_a_wrong_password_is_told_as_such(tls_smtp_sink: SmtpSink) -> None:
    assert attempt(tls_smtp_sink, password="parole-2").code == "login_refused"


def test_a_wrong_certificate_is_refused_before_the_password_is_shown(
    tls_smtp_sink: SmtpSink,
) -> None:
    assert attempt(tls_smtp_sink, trusted=False).code == "certificate_self_signed"
    assert tls_smtp_sink.attempts == ["EHLO"]


def test_a_port_where_nobody_listens_is_refused() -> None:
    assert attempt(None, port=ground.free_port()).code == "refused"


def test_a_host_that_does_not_exist_is_unknown() -> None:
    assert attempt(None, host="no-such-host.invalid").code == "host_unknown"


def test_a_server_that_speaks_no_tls_is_told_from_one_that_refuses(smtp_sink: SmtpSink) -> None:
    assert attempt(smtp_sink, trusted=False).code == "no_tls"


def test_a_sender_that_the_server_does_not_take_is_named(tls_smtp_sink: SmtpSink) -> None:
    tls_smtp_sink.fault("MAIL", reply="553 5.7.1 not your address: canary words")
    assert attempt(tls_smtp_sink) == TryResult(ok=False, code="sender_refused")


@pytest.mark.threat("T40")
@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "localhost"])
def test_a_host_inside_is_refused_where_the_installation_says_so(
    smtp_sink: SmtpSink, settings: Settings, host: str
) -> None:
    settings.ZABOTA_PRIVATE_MAIL_HOSTS = False
    assert attempt(smtp_sink, host=host, trusted=False).code == "host_forbidden"
    assert smtp_sink.attempts == []


@pytest.mark.threat("T40")
def test_nobody_but_the_owner_makes_us_connect_anywhere(smtp_sink: SmtpSink) -> None:
    with pytest.raises(NotAllowed):
        attempt(smtp_sink, trusted=False, user="kira")
    assert smtp_sink.attempts == []
