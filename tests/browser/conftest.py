"""A desk with the cast, served as a user serves it, and each of them at a browser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.browser.chats import Chat
from tests.parts.browser import Visitor
from tests.parts.server import Server
from tests.parts.shop_site import ShopSite

_CAST = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests.cast import gather
cast, keys = gather(), {}
for name in ("marta", "janis", "kira"):
    user = getattr(cast, name)
    user.language = "en"
    user.save()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    keys[name] = session.session_key
print(json.dumps(keys))
"""
_LETTER = """
from types import SimpleNamespace
from zabota.domains.channels.models import Channel
from zabota.domains.desk.models import Message
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter
from zabota.kernel import clock
mailbox = Channel.objects.get(kind="email")
cast = SimpleNamespace(mailbox=mailbox, brand=mailbox.brand, riga=mailbox.team)
now = clock.now()
envelope = letter(cast, at=now, **{what!r})
take_in([envelope], at=now)
message = Message.objects.get(envelope_id=envelope.envelope_id)
print(json.dumps([message.conversation.ref, message.external_id]))
"""


@dataclass
class Desk:
    """`enter("marta")` opens a window for her; `letter(...)` lets a customer's letter arrive."""

    server: Server
    keys: dict[str, str]
    visitors: Callable[..., Visitor]

    def enter(self, name: str, **how: object) -> Visitor:
        cookies = {"zabota_session": self.keys[name]}
        return self.visitors(name, base_url=self.server.url, cookies=cookies, **how)

    def letter(self, **what: object) -> tuple[str, str]:
        """(ref of its conversation, its Message-ID)."""
        made = self.server.python(_LETTER.replace("{what!r}", repr(what)))
        assert isinstance(made, list)
        return made[0], made[1]


@pytest.fixture
def desk(server: Server, visitors: Callable[..., Visitor]) -> Desk:
    keys = server.python(_CAST)
    assert isinstance(keys, dict)
    return Desk(server=server, keys=keys, visitors=visitors)


@pytest.fixture
def chat(desk: Desk) -> Iterator[Chat]:
    """A chat on a shop's site; the house is that of `desk`."""
    with ShopSite() as site:
        site.chat = desk.server.url
        made = Chat(desk=desk, site=site)
        made.act("open_chat", site.url)
        yield made
