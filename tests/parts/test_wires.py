"""What a test may rely on when it puts a bad wire or a mad server before a client."""

import imaplib
import socket
from collections.abc import Callable

import pytest

from tests.parts import ground
from tests.parts.dovecot import Dovecot
from tests.parts.scripted_imap import DROP, HANG, Answer, ScriptedImap, Step
from tests.parts.tcp_proxy import TcpProxy

Proxy = Callable[[int], TcpProxy]
Play = Callable[[dict[str, Answer]], ScriptedImap]


def test_a_healthy_wire_passes_everything(dovecot: Dovecot, tcp_proxy: Proxy) -> None:
    mailbox = dovecot.create("wire@example.com", password="parole-1")
    proxy = tcp_proxy(dovecot.port)

    with imaplib.IMAP4("127.0.0.1", proxy.port) as session:
        assert session.login(mailbox.address, mailbox.password)[0] == "OK"


def test_a_wire_is_cut_after_so_many_bytes_until_it_is_healed(
    dovecot: Dovecot, tcp_proxy: Proxy
) -> None:
    proxy = tcp_proxy(dovecot.port)
    proxy.cut_after = 11

    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
        assert _everything(client) == b"* OK [CAPAB"
    assert proxy.cuts == 1

    proxy.heal()
    with imaplib.IMAP4("127.0.0.1", proxy.port) as session:
        assert session.noop()[0] == "OK"


def test_a_hanging_wire_stays_open_and_says_nothing(dovecot: Dovecot, tcp_proxy: Proxy) -> None:
    proxy = tcp_proxy(dovecot.port)
    proxy.hang_after = 0

    with socket.create_connection(("127.0.0.1", proxy.port), timeout=0.3) as client:
        with pytest.raises(TimeoutError):
            client.recv(1)
        ground.wait_until(lambda: proxy.connections == 1, what="the connection")


def test_a_script_holds_only_what_is_odd(scripted_imap: Play) -> None:
    server = scripted_imap({"SELECT": [b"* OK [UIDVALIDITY 7]", b"{tag} BAD not today"]})

    with imaplib.IMAP4("127.0.0.1", server.port) as session:
        session.login("anna", "parole")
        with pytest.raises(imaplib.IMAP4.error, match="not today"):
            session.select()

    assert server.commands == ["CAPABILITY", 'LOGIN anna "parole"', "SELECT INBOX", "LOGOUT"]


def test_a_script_can_promise_a_huge_literal_and_hang(scripted_imap: Play) -> None:
    promised = Step(raw=b"* 1 FETCH (BODY[] {4294967295}\r\n")
    server = scripted_imap({"FETCH": [promised, Step(raw=b"x" * 1000, repeat=3), HANG]})

    with socket.create_connection(("127.0.0.1", server.port), timeout=0.3) as client:
        client.sendall(b"a FETCH 1 BODY[]\r\n")
        assert b"{4294967295}\r\n" + b"x" * 3000 in _everything(client)


def test_a_script_can_drop_the_line_at_once(scripted_imap: Play) -> None:
    server = scripted_imap({"GREETING": [DROP]})

    with pytest.raises((imaplib.IMAP4.abort, ConnectionResetError)):
        imaplib.IMAP4("127.0.0.1", server.port)


def _everything(client: socket.socket) -> bytes:
    """All that arrives until the line ends or falls silent."""
    received = b""
    try:
        while data := client.recv(65536):
            received += data
    except TimeoutError:
        pass
    return received
