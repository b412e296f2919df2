"""A whole house: a mailbox in Dovecot, an SMTP server, `zabota run`, and people at browsers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.browser.conftest import _CAST, chat, desk
from tests.parts.browser import Visitor
from tests.parts.dovecot import Dovecot, Mailbox
from tests.parts.server import Server
from tests.parts.smtp_sink import SmtpSink

__all__ = ["chat", "desk", "shop"]

ADDRESS = "help@liepa.example"
SERVER = "mx.liepa.example"
_MAILBOX = """
from zabota.domains.channels.kinds.email import config
from zabota.domains.channels.models import Channel
settings = config.EmailSettings(
    imap=config.MailServer(host={host!r}, port={imap}, security="plain", user={user!r}),
    smtp=config.MailServer(host={host!r}, port={smtp}, security="plain", user={user!r}),
    authserv_id={server!r},
)
Channel.objects.update(
    settings=settings.model_dump(mode="json"),
    sealed=config.sealed(config.EmailSecrets(password={password!r})),
)
print("null")
"""


@dataclass
class Shop:
    """`enter("marta")` opens a window for one of us, `open(url)` one for a customer."""

    server: Server
    dovecot: Dovecot
    sink: SmtpSink
    mailbox: Mailbox
    keys: dict[str, str]
    visitors: Callable[..., Visitor]

    def enter(self, name: str, **how: object) -> Visitor:
        cookies = {"zabota_session": self.keys[name]}
        return self.visitors(name, base_url=self.server.url, cookies=cookies, **how)

    def customer(self, name: str, **how: object) -> Visitor:
        return self.visitors(name, base_url=self.server.url, **how)

    def deliver(self, raw: str, charset: str = "utf-8") -> None:
        """A letter arrives in the mailbox, vouched for by its server."""
        head = f"Authentication-Results: {SERVER}; dmarc=pass header.from=kalnina.example\n"
        content = (head + raw).replace("\n", "\r\n").encode(charset, "replace")
        self.dovecot.append(self.mailbox.address, content)


@pytest.fixture
def shop(
    serve: Callable[..., Server],
    own_dovecot: Dovecot,
    visitors: Callable[..., Visitor],
) -> Iterator[Shop]:
    mailbox = own_dovecot.create(ADDRESS)
    smtp_sink = SmtpSink(accounts={mailbox.address: mailbox.password}).start()
    server = serve()
    keys = server.python(_CAST)
    assert isinstance(keys, dict)
    server.python(
        _MAILBOX.format(
            host=mailbox.host,
            imap=mailbox.port,
            smtp=smtp_sink.port,
            user=mailbox.address,
            password=mailbox.password,
            server=SERVER,
        )
    )
    yield Shop(server, own_dovecot, smtp_sink, mailbox, keys, visitors)
    smtp_sink.stop()
