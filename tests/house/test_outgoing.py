"""Nothing leaves past the gate: only carriers and the test of a connection speak SMTP (S-737)."""

import pytest

from tests.house.sources import product

SPEAKERS = {
    "zabota/domains/channels/kinds/email/carrying.py",
    "zabota/domains/channels/kinds/email/setup.py",
}
TRANSPORT = "zabota.domains.channels.kinds.email.smtp"


@pytest.mark.req("S-737")
def test_only_those_who_have_asked_the_gate_speak_to_a_mail_server() -> None:
    speakers = {
        source.name
        for source in product()
        for name in source.imports()
        if name == TRANSPORT or name.startswith(f"{TRANSPORT}.")
    }
    assert speakers == SPEAKERS


@pytest.mark.req("S-737")
def test_nobody_else_knows_a_library_that_sends_mail() -> None:
    libraries = {"smtplib", "aiosmtplib", "django.core.mail.backends.smtp"}
    users = {
        source.name
        for source in product()
        if any(
            name.partition(".")[0] in libraries or name in libraries for name in source.imports()
        )
    }
    assert users == {"zabota/domains/channels/kinds/email/smtp.py"}
