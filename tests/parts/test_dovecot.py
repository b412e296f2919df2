"""What a test may rely on when it talks to Dovecot."""

import imaplib
import ssl

import pytest

from tests.parts.dovecot import Dovecot

LETTER = b"From: Ilze <ilze@example.org>\r\nSubject: Kur ir pasutijums?\r\n\r\nLabdien!\r\n"


def test_a_delivered_mail_is_read_back_byte_for_byte(dovecot: Dovecot) -> None:
    mailbox = dovecot.create("shop@example.com")
    dovecot.deliver(mailbox.address, LETTER)

    with imaplib.IMAP4(mailbox.host, mailbox.port) as session:
        session.authenticate("PLAIN", lambda _: f"\0{mailbox.address}\0{mailbox.password}".encode())
        session.select("INBOX", readonly=True)
        parts = session.fetch("1", "(BODY.PEEK[])")[1]

    assert isinstance(parts[0], tuple)
    assert parts[0][1] == LETTER


def test_its_own_certificate_is_enough_to_trust_it_over_tls(dovecot: Dovecot) -> None:
    mailbox = dovecot.create("tls@example.com", password="parole-1")
    context = ssl.create_default_context(cafile=mailbox.ca_file)

    with imaplib.IMAP4_SSL("localhost", mailbox.tls_port, ssl_context=context) as session:
        assert session.login(mailbox.address, mailbox.password)[0] == "OK"


def test_a_wrong_password_and_an_expired_token_are_refused(dovecot: Dovecot) -> None:
    mailbox = dovecot.create("refused@example.com", password="parole-1")
    expired = dovecot.token(mailbox.address, seconds=-60)

    with imaplib.IMAP4(mailbox.host, mailbox.port) as session:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            session.login(mailbox.address, "parole-2")
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            session.authenticate("XOAUTH2", lambda _: _bearer(mailbox.address, expired))


def test_a_changed_password_replaces_the_old_one(dovecot: Dovecot) -> None:
    dovecot.create("changed@example.com", password="parole-1")
    mailbox = dovecot.create("changed@example.com", password="parole-2")

    with imaplib.IMAP4(mailbox.host, mailbox.port) as session:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            session.login(mailbox.address, "parole-1")
        assert session.login(mailbox.address, "parole-2")[0] == "OK"


def test_a_recreated_mailbox_has_the_same_mails_under_new_numbers(dovecot: Dovecot) -> None:
    mailbox = dovecot.create("moved@example.com")
    dovecot.deliver(mailbox.address, LETTER)
    dovecot.deliver(mailbox.address, LETTER)
    uids, validity = dovecot.uids(mailbox.address), dovecot.uidvalidity(mailbox.address)

    new_validity = dovecot.recreate(mailbox.address)

    assert new_validity > validity
    assert len(dovecot.uids(mailbox.address)) == len(uids) == 2
    assert set(dovecot.uids(mailbox.address)).isdisjoint(uids)


def test_a_killed_server_cuts_its_clients_and_comes_back_with_the_mail(
    own_dovecot: Dovecot,
) -> None:
    mailbox = own_dovecot.create("shop@example.com", password="parole-1")
    own_dovecot.deliver(mailbox.address, LETTER)

    session = imaplib.IMAP4(mailbox.host, mailbox.port)
    session.login(mailbox.address, mailbox.password)
    own_dovecot.kill()
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        session.noop()
    session.shutdown()
    own_dovecot.start()

    assert own_dovecot.uids(mailbox.address) == [1]


def _bearer(address: str, token: str) -> bytes:
    return f"user={address}\x01auth=Bearer {token}\x01\x01".encode()
