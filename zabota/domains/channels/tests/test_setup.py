"""Connecting a mailbox: only the owner, only mail servers, and words for what is wrong."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from tests.cast import MORNING, gather
from tests.parts.dovecot import Dovecot, Mailbox
from tests.parts.scripted_imap import ScriptedImap
from zabota.domains.channels.kinds.email import config, setup
from zabota.domains.channels.kinds.email.config import EmailSecrets, EmailSettings
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import channels
from zabota.domains.channels.tests.letters import letter
from zabota.kernel import outside
from zabota.kernel.accounts.roles import SYSTEM, Actor, Role

AGENT = Actor(id=7, role=Role.AGENT)


def settings(box: Mailbox, **changes: object) -> EmailSettings:
    imap = {"host": "127.0.0.1", "port": box.tls_port, "user": box.address, **changes}
    return EmailSettings.model_validate({"imap": imap})


def test_a_good_mailbox_passes_and_its_own_servers_name_is_proposed(dovecot: Dovecot) -> None:
    box = dovecot.create("proposal@liepa.example")
    for number in (1, 2, 3):
        vouched = f"Authentication-Results: mx.liepa.example;\r\n dkim=pass header.d=x{number}.lv"
        forged = "Authentication-Results: forged.example; dkim=pass header.d=bank.example"
        raw = letter(number, extra=forged)
        dovecot.deliver(box.address, vouched.encode() + b"\r\n" + raw)
    dovecot.deliver(box.address, letter(4, extra="Authentication-Results: odd.example; spf=pass"))
    found = setup.try_incoming(
        settings(box), EmailSecrets(password=box.password), actor=SYSTEM, ca_file=str(box.ca_file)
    )
    assert found == setup.TryResult(ok=True, authserv_id="mx.liepa.example")


def test_what_is_wrong_has_a_code(dovecot: Dovecot) -> None:
    box = dovecot.create("codes@liepa.example")
    right, wrong = EmailSecrets(password=box.password), EmailSecrets(password="wrong")

    def code(found: EmailSettings, secrets: EmailSecrets, ca_file: str | None) -> str:
        return setup.try_incoming(found, secrets, actor=SYSTEM, ca_file=ca_file).code

    trusted = str(box.ca_file)
    assert code(settings(box), right, None) == "certificate_self_signed"
    assert code(settings(box), wrong, trusted) == "login_refused"
    assert code(settings(box, port=1), right, trusted) == "refused"
    assert code(settings(box, port=box.port), right, trusted) == "tls_failed"
    assert code(settings(box, host="no-such-host.invalid"), right, trusted) == "host_unknown"
    assert code(settings(box, host="169.254.169.254"), right, trusted) == "host_forbidden"


@pytest.mark.threat("T40")
def test_nobody_but_the_owner_makes_the_server_connect_anywhere(
    scripted_imap: Callable[..., ScriptedImap],
) -> None:
    canary = scripted_imap({})
    aimed = EmailSettings.model_validate(
        {"imap": {"host": "127.0.0.1", "port": canary.port, "security": "plain", "user": "x"}}
    )
    with pytest.raises(channels.NotAllowed):
        setup.try_incoming(aimed, EmailSecrets(password="x"), actor=AGENT)
    assert canary.commands == []


@pytest.mark.threat("T40")
def test_what_a_server_says_is_never_passed_on(scripted_imap: Callable[..., ScriptedImap]) -> None:
    server = scripted_imap({"GREETING": [b"* BYE secret-banner 1.2.3"]})
    aimed = EmailSettings.model_validate(
        {"imap": {"host": "127.0.0.1", "port": server.port, "security": "plain", "user": "x"}}
    )
    found = setup.try_incoming(aimed, EmailSecrets(password="x"), actor=SYSTEM)
    assert not found.ok
    assert "secret-banner" not in repr(found)


@pytest.mark.threat("T40")
@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "::ffff:169.254.169.254", "fe80::1%eth0", "64:ff9b::a9fe:a9fe"),
        *("0.0.0.0", "::", "224.0.0.1", "ff02::1", "2002:a9fe:a9fe::1", "240.0.0.1"),
    ],
)
def test_addresses_of_this_link_and_of_nobody_are_never_reached(address: str) -> None:
    assert not outside.reachable(address, private=True)


@pytest.mark.threat("T40")
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "::1", "::ffff:127.0.0.1", "localhost"],
)
def test_this_machine_in_any_notation_is_refused_where_private_hosts_are_not_allowed(
    host: str, scripted_imap: Callable[..., ScriptedImap]
) -> None:
    canary = scripted_imap({})
    with pytest.raises(outside.Forbidden):
        outside.connect(host, canary.port, timeout=2)
    assert canary.commands == []


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.5", "172.16.0.1", "fd00::1"])
def test_private_networks_are_reached_only_where_that_is_allowed(address: str) -> None:
    assert outside.reachable(address, private=True)
    assert not outside.reachable(address, private=False)


@pytest.mark.threat("T16")
@pytest.mark.parametrize("odd", ["a\r\nA1 DELETE INBOX", "a\nb", "a\rb", "a\u2028b", "a\0b"])
@pytest.mark.parametrize("place", ["user", "host", "folder", "authserv_id"])
def test_no_control_character_comes_near_a_command(odd: str, place: str) -> None:
    imap = {"host": "mail.liepa.example", "port": 993, "user": "help"}
    found: dict[str, object] = {"imap": imap}
    (imap if place in imap else found)[place] = odd
    with pytest.raises(ValidationError):
        EmailSettings.model_validate(found)


@pytest.mark.threat("T16")
@pytest.mark.parametrize("odd", ['pa"ss', "pa\\ss", "pa\r\nA1 DELETE INBOX", "парoле", ""])
def test_a_password_is_one_argument_whatever_is_in_it(
    odd: str, scripted_imap: Callable[..., ScriptedImap]
) -> None:
    server = scripted_imap({})
    aimed = EmailSettings.model_validate(
        {"imap": {"host": "127.0.0.1", "port": server.port, "security": "plain", "user": "x"}}
    )
    setup.try_incoming(aimed, EmailSecrets.model_construct(password=odd), actor=SYSTEM)
    assert not any(command.startswith("DELETE") for command in server.commands)


@pytest.mark.threat("T19")
def test_plain_connections_need_this_machine_or_the_owners_word() -> None:
    plain = {"host": "mail.liepa.example", "port": 143, "security": "plain", "user": "help"}
    with pytest.raises(ValidationError):
        EmailSettings.model_validate({"imap": plain})
    EmailSettings.model_validate({"imap": plain, "allow_plain": True})
    EmailSettings.model_validate({"imap": {**plain, "host": "127.0.0.1"}})


@pytest.mark.req("S-732")
@pytest.mark.django_db
def test_a_password_is_sealed_and_stays_when_only_settings_change() -> None:
    cast = gather()
    olga = cast.actor(cast.olga)
    wanted = EmailSettings.model_validate({"imap": {"host": "mail.liepa.example", "port": 993}})
    new = setup.mailbox(
        wanted,
        EmailSecrets(password="parole-1"),
        address="shop@liepa.example",
        brand_id=cast.brand.pk,
    )
    number = channels.create_mailbox(mailbox=new, actor=olga, at=MORNING)
    row = Channel.objects.get(pk=number)
    assert "parole-1" not in row.sealed
    assert "parole-1" not in str(row.settings)
    changed = setup.mailbox(wanted, None, address="shop@liepa.example", brand_id=cast.brand.pk)
    channels.update_mailbox(channel_id=number, mailbox=changed, actor=olga, at=MORNING)
    row.refresh_from_db()
    assert config.secrets_of(row).password == "parole-1"
    with pytest.raises(channels.AddressTaken):
        channels.create_mailbox(mailbox=new, actor=olga, at=MORNING)
    with pytest.raises(channels.NotAllowed):
        channels.create_mailbox(mailbox=new, actor=cast.actor(cast.kira), at=MORNING)
