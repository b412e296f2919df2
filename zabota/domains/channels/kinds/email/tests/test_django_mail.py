"""Mail to our own people leaves like all mail, and a page never learns how it went."""

import pytest
from django.core.mail import send_mail
from django.test import override_settings

from tests.cast import MORNING, Cast, gather
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.kinds.email import posting
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.channels.tests.outgoing import connect
from zabota.kernel.health import conditions

pytestmark = pytest.mark.django_db
BACKEND = "zabota.domains.channels.kinds.email.django_mail.Backend"


@pytest.fixture
def cast() -> Cast:
    return gather()


def forgotten(address: str) -> int:
    with override_settings(EMAIL_BACKEND=BACKEND):
        return send_mail("New password", "https://desk/secret-link", None, [address])


def test_a_link_for_a_forgotten_password_leaves_by_the_first_mailbox(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    connect(cast.mailbox, smtp_sink)
    conditions.tell("own-mail", code="no_mailbox", at=MORNING)

    assert forgotten("marta@liepa.example") == 1
    assert smtp_sink.sent == []
    posting.send_due()

    (sent,) = smtp_sink.sent
    assert sent.recipients == ("marta@liepa.example",)
    assert sent.message["From"] == "Liepa <help@liepa.example>"
    assert sent.message["Subject"] == "New password"
    assert sent.message["Reply-To"] is None
    assert not conditions.standing().filter(key="own-mail").exists()


def test_a_stranger_gets_nothing_and_the_page_hears_the_same(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    connect(cast.mailbox, smtp_sink)

    assert forgotten("mallory@evil.example") == forgotten("marta@liepa.example") == 1
    posting.send_due()

    assert [one.recipients for one in smtp_sink.sent] == [("marta@liepa.example",)]


def test_a_server_that_is_away_changes_nothing_for_the_page(
    cast: Cast, smtp_sink: SmtpSink
) -> None:
    connect(cast.mailbox, smtp_sink)
    smtp_sink.stop()

    assert forgotten("marta@liepa.example") == 1
    posting.send_due()
    assert OutboundEnvelope.objects.get().state == "waiting"


def test_without_a_mailbox_the_owner_is_told_and_nobody_else(cast: Cast) -> None:
    assert cast.mailbox.settings == {}
    assert forgotten("marta@liepa.example") == 0

    assert list(conditions.standing().values_list("key", "code")) == [("own-mail", "no_mailbox")]
    assert not OutboundEnvelope.objects.exists()
