"""Nothing leaves past the gates: only carriers and the test of a connection speak SMTP (S-737), and
one module alone opens connections to where somebody says (T40).
"""

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


DIALLERS = {
    *("httpx", "httpcore", "requests", "urllib3", "aiohttp", "http.client", "urllib.request"),
    *("ftplib", "poplib", "nntplib", "xmlrpc.client", "websockets", "paramiko"),
}
DIALS = {
    *("socket.create_connection", "socket.getaddrinfo", "socket.gethostbyname"),
    *("asyncio.open_connection", "loop.create_connection", "sock.connect"),
}


@pytest.mark.threat("T40")
@pytest.mark.fault("F50")
def test_one_module_alone_opens_connections_to_where_somebody_says() -> None:
    users = {
        source.name
        for source in product()
        if source.imports() & DIALLERS or {name for _line, name in source.calls()} & DIALS
    }
    assert users == {"zabota/kernel/outside.py"}


@pytest.mark.threat("T40")
@pytest.mark.fault("F50")
def test_the_clients_of_mail_servers_dial_by_that_module() -> None:
    clients = {source.name for source in product() if source.imports() & {"imaplib", "smtplib"}} - {
        "zabota/domains/channels/kinds/email/trouble.py"
    }
    guarded = {
        source.name
        for source in product()
        if "outside.connect" in {name for _line, name in source.calls()}
    }
    assert clients == guarded
