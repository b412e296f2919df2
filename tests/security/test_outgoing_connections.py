"""Nobody makes our server fetch from the network it stands in: every fetcher of the house, before
every way of writing an address that is not to be reached (T40, F50).

A canary listens on this machine and must not be touched; the names of the tests are answered by a
resolver of their own, all else stays real.
"""

import dataclasses
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.cast import MORNING, Cast, gather
from tests.parts import ground
from tests.parts.oauth_server import OAuthServer
from zabota.domains.channels.kinds.email import config, mailboxes, oauth, setup
from zabota.domains.channels.kinds.email.config import EmailSecrets, EmailSettings
from zabota.domains.channels.kinds.email.trouble import Trouble
from zabota.domains.channels.models import Channel
from zabota.domains.channels.queries import mailboxes as boxes
from zabota.domains.channels.tests.outgoing import letter, queue, send
from zabota.kernel import outside
from zabota.kernel.accounts.roles import SYSTEM

pytestmark = [pytest.mark.threat("T40"), pytest.mark.fault("F50")]

# This machine, in every notation that some part of a stack understands.
THIS_MACHINE = [
    *("127.0.0.1", "127.1", "127.0.1", "127.8.8.8", "0177.0.0.1", "0x7f000001", "0x7f.1"),
    *("2130706433", "017700000001", "localhost", "LocalHost", "localhost.", "127.0.0.1.nip"),
    *("::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "inside.example"),
    *("mixed-inside.example", "six-inside.example"),
]
# Letters of other alphabets that a resolver folds into digits and names.
FOLDED = ["①②⑦.⓪.⓪.①", "１２７.0.0.1", "127。0。0。1", "ⓛocalhost", "ｌｏｃａｌｈｏｓｔ"]
INSIDE = ["10.1.2.3", "172.16.0.1", "192.168.0.5", "100.64.1.1", "fd00::1", "fec0::1", "0xc0a80005"]
# Refused even where private networks are open: the machine's own link, its cloud's secrets, nobody.
NEVER = [
    *("169.254.169.254", "0xa9fea9fe", "2852039166", "::ffff:169.254.169.254", "fe80::1"),
    *("64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "fd00:ec2::254", "100.100.100.200", "192.0.0.192"),
    *("0.0.0.0", "0", "::", "224.0.0.1", "ff02::1", "240.0.0.1", "255.255.255.255"),
    *("metadata.example",),
]
SHOP = {"client_id": "shop", "client_secret": "shop-secret", "refresh_token": "r"}
PUBLIC, HERE = "8.8.8.8", "127.0.0.1"


class Canary:
    """Listens on this machine, for both families; whoever connects is counted."""

    def __init__(self) -> None:
        self._four = socket.create_server((HERE, 0))
        self.port: int = self._four.getsockname()[1]
        self._six = socket.create_server(("::1", self.port), family=socket.AF_INET6)

    def hits(self) -> int:
        """How many came. A connection stands before `connect` returns, so none is missed."""
        found = 0
        for place in (self._four, self._six):
            place.setblocking(False)
            while True:
                try:
                    place.accept()[0].close()
                except BlockingIOError:
                    break
                found += 1
        return found

    def close(self) -> None:
        self._four.close()
        self._six.close()


class Resolver:
    """Answers the names of the tests, each time the next answer of its list, then the last."""

    def __init__(self, names: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._names = {name: list(answers) for name, answers in names.items()}
        self._real = socket.getaddrinfo
        self.asked: list[str] = []

    def __call__(self, host: Any, port: Any, *rest: Any, **more: Any) -> list[Any]:
        answers = self._names.get(str(host))
        if answers is None:
            return list(self._real(host, port, *rest, **more))
        self.asked.append(str(host))
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [line for one in addresses for line in self._real(one, port, *rest, **more)]


@pytest.fixture
def canary() -> Iterator[Canary]:
    found = Canary()
    yield found
    found.close()


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    found = Resolver(
        {
            "inside.example": [[HERE]],
            "six-inside.example": [["::1"]],
            "mixed-inside.example": [["10.0.0.1", HERE]],
            "metadata.example": [["169.254.169.254"]],
            "flips.example": [[PUBLIC], [HERE]],
        }
    )
    monkeypatch.setattr(socket, "getaddrinfo", found)
    return found


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


Fetch = Callable[[Cast, str, int, pytest.MonkeyPatch], str]


def _server(host: str, port: int) -> dict[str, Any]:
    return {"host": host, "port": port, "security": "tls", "user": "help"}


def try_reading(_cast: Cast, host: str, port: int, _patch: pytest.MonkeyPatch) -> str:
    aimed = EmailSettings.model_validate({"imap": _server(host, port)})
    return setup.try_incoming(aimed, EmailSecrets(password="x"), actor=SYSTEM).code


def try_sending(_cast: Cast, host: str, port: int, _patch: pytest.MonkeyPatch) -> str:
    aimed = EmailSettings.model_validate({"smtp": _server(host, port)})
    secrets = EmailSecrets(password="x")
    return setup.try_outgoing(aimed, secrets, address="help@liepa.example", actor=SYSTEM).code


def send_mail(cast: Cast, host: str, port: int, _patch: pytest.MonkeyPatch) -> str:
    # A mailbox of its own each time: one that fails rests for a while.
    number = Channel.objects.count()
    row = Channel.objects.create(
        kind="email",
        brand=cast.brand,
        address=f"box{number}@liepa.example",
        settings={"smtp": _server(host, port)},
        created_at=MORNING,
    )
    queue(letter(row, number, group=f"conversation:{number}"))
    send()
    box = boxes.box(row.ref)
    assert box is not None
    return box.sending_error


def renew_token(cast: Cast, host: str, port: int, patch: pytest.MonkeyPatch) -> str:
    named = f"[{host}]" if ":" in host else host
    here = dataclasses.replace(oauth.providers()["google"], token=f"http://{named}:{port}/token")
    with patch.context() as only_now:
        only_now.setattr(oauth, "providers", lambda: {"google": here})
        kept = EmailSecrets(oauth=SHOP)
        cast.mailbox.settings, cast.mailbox.sealed = {"auth": "google"}, config.sealed(kept)
        cast.mailbox.save()
        try:
            oauth.token_for(cast.mailbox.pk, at=MORNING)
        except Trouble as trouble:
            return trouble.code
    return ""


FETCHERS: Mapping[str, Fetch] = {
    "the test of an incoming server": try_reading,
    "the test of an outgoing server": try_sending,
    "a carrier of mail": send_mail,
    "the provider of tokens": renew_token,
}
each_fetcher = pytest.mark.parametrize("fetch", FETCHERS.values(), ids=FETCHERS.keys())


@each_fetcher
@pytest.mark.usefixtures("resolver")
def test_no_fetcher_reaches_inside_however_the_address_is_written(
    fetch: Fetch, cast: Cast, canary: Canary, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ZABOTA_PRIVATE_MAIL_HOSTS = False
    closed = ground.free_port()
    hosts = [*THIS_MACHINE, *INSIDE, *NEVER, *FOLDED]

    said = {host: fetch(cast, host, canary.port, monkeypatch) for host in hosts}

    assert canary.hits() == 0
    # Some notations are no host at all to this machine's resolver: then nothing was reached either.
    unknown = {"provider_away" if fetch is renew_token else "host_unknown"}
    assert set(said.values()) <= {"host_forbidden", *unknown}
    assert said[HERE] == said["inside.example"] == said["::1"] == "host_forbidden"
    # An open port and a closed one look the same.
    assert {host: fetch(cast, host, closed, monkeypatch) for host in hosts} == said


@each_fetcher
@pytest.mark.usefixtures("resolver")
def test_the_machines_own_link_stays_closed_where_private_networks_are_open(
    fetch: Fetch, cast: Cast, canary: Canary, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ZABOTA_PRIVATE_MAIL_HOSTS = True

    said = {host: fetch(cast, host, canary.port, monkeypatch) for host in NEVER}

    assert said == dict.fromkeys(NEVER, "host_forbidden")
    assert canary.hits() == 0


@each_fetcher
def test_a_name_that_points_elsewhere_a_moment_later_is_asked_once_and_what_was_judged_is_used(
    fetch: Fetch, cast: Cast, canary: Canary, resolver: Resolver, settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings.ZABOTA_PRIVATE_MAIL_HOSTS = False
    reached: list[str] = []

    def refuse(address: tuple[str, int], *_more: object, **_named: object) -> None:
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)

    fetch(cast, "flips.example", canary.port, monkeypatch)

    assert (reached, resolver.asked, canary.hits()) == ([PUBLIC], ["flips.example"], 0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_provider_that_leads_on_is_not_followed(
    status: int, cast: Cast, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OAuthServer() as provider:
        provider.lead_to(f"http://{HERE}:{canary.port}/inside", status=status)

        said = renew_token(cast, HERE, provider.port, monkeypatch)

    assert (said, canary.hits()) == ("provider_away", 0)


def test_the_proxy_of_an_environment_is_not_asked(
    cast: Cast, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://{HERE}:{canary.port}")

    assert renew_token(cast, HERE, ground.free_port(), monkeypatch) == "provider_away"
    assert canary.hits() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("resolver")
def test_the_readers_of_a_running_house_reach_inside_by_no_notation(
    canary: Canary, settings: Settings
) -> None:
    settings.ZABOTA_PRIVATE_MAIL_HOSTS = False
    cast = gather()
    hosts = [HERE, "0x7f000001", "::1", "inside.example", "169.254.169.254", "①②⑦.⓪.⓪.①"]
    rows = Channel.objects.bulk_create(
        Channel(
            kind="email",
            brand=cast.brand,
            address=f"box{number}@liepa.example",
            settings={"imap": _server(host, canary.port)},
            sealed=config.sealed(EmailSecrets(password="x")),
            created_at=MORNING,
        )
        for number, host in enumerate(hosts)
    )
    reading = mailboxes.Supervisor()
    reading.start()
    try:
        ground.wait_until(
            lambda: all(_reading_error(row) for row in rows), what="each mailbox", seconds=20
        )
    finally:
        reading.stop()

    assert {_reading_error(row) for row in rows} == {"host_forbidden"}
    assert canary.hits() == 0


def _reading_error(row: Channel) -> str:
    return next(box.error for box in boxes.boxes() if box.channel_id == row.pk)


def test_what_may_be_reached_is_reached(
    cast: Cast, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard is no wall: where private networks are open, a server on this machine answers."""
    with OAuthServer() as provider:
        provider.book.refresh_tokens.add("r")
        assert renew_token(cast, HERE, provider.port, monkeypatch) == ""
    outside.connect(HERE, canary.port, timeout=5, private_allowed=True).close()

    assert (len(provider.book.access_tokens), canary.hits()) == (1, 1)
