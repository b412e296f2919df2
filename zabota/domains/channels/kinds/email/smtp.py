"""Handing mail to a mailbox's server over SMTP: safely, with an end to every wait.

The commands are given one by one, and not by `smtplib.sendmail`, because each answer matters: who
was refused, and whether the line broke before or after the last dot. Nothing but `posting` imports
this module: what leaves has passed the gate.
"""

import base64
import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from zabota.domains.channels.kinds.email.imap import Access
from zabota.domains.channels.kinds.email.trouble import Trouble, translated
from zabota.domains.channels.rules import outcomes
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.rules.outcomes import Outcome, Refusal
from zabota.kernel import outside

GREETING, OK, READY, CONTINUE, SIGNED_IN, CLOSING = 220, 250, 354, 334, 235, 421
TAKEN = frozenset({250, 251})


class Session:
    """One connection, signed in. `name` is what we call ourselves. Raises Trouble."""

    def __init__(self, access: Access, *, name: str = "localhost") -> None:
        self._line: socket.socket | None = None
        self._client = smtplib.SMTP(local_hostname=_ascii(name), timeout=limits().send.wait_seconds)
        self.mails = 0
        try:
            with self.within(limits().send.message_seconds), _answers():
                self._connect(access)
                _sign_in(self._client, access)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the connection, politely when the server listens."""
        with contextlib.suppress(OSError, smtplib.SMTPException, ValueError):
            if self._client.sock is not None:
                self._client.sock.settimeout(1)
                self._client.docmd("QUIT")
        self.abort()

    def abort(self) -> None:
        """End the connection without a word. For the thread that uses it; others `cut` it."""
        self.cut()
        if self._line is not None:
            self._line.close()
            self._line = None
        with contextlib.suppress(OSError):
            self._client.close()

    def cut(self) -> None:
        """Let whoever waits on the line hear its end, from any thread; nothing of it is closed."""
        line = self._line
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """A hard end: a server that says a byte a second passes each single wait (F30)."""
        late = threading.Event()

        def end() -> None:
            late.set()
            self.cut()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Trouble as trouble:
            if late.is_set():
                raise Trouble("timeout") from trouble
            raise
        finally:
            timer.cancel()

    def _connect(self, access: Access) -> None:
        server = access.server
        line = outside.connect(
            server.host,
            server.port,
            timeout=limits().send.wait_seconds,
            private_allowed=access.private_allowed,
        )
        self._line = line.dup()
        context = _trust(access)
        client = self._client
        client.sock = line
        if server.security == "tls":
            client.sock = context.wrap_socket(line, server_hostname=server.host)
        client._host = server.host  # type: ignore[attr-defined] # whose certificate is expected
        _expect(client.getreply()[0], GREETING)
        _hello(client)
        if server.security == "starttls":
            if not client.has_extn("starttls"):
                # Somebody on the way may have taken the offer out (T19).
                raise Trouble("no_tls")
            client.starttls(context=context)
            _hello(client)

    def send(self, *, senders: Sequence[str], recipients: Sequence[str], raw: bytes) -> Outcome:
        """One mail to these recipients; `senders` are tried in turn for the envelope.

        Never raises: what happened is the outcome.
        """
        self.mails += 1
        dotted = threading.Event()
        try:
            with self.within(limits().send.message_seconds), _answers():
                return self._send(senders, recipients, raw, dotted)
        except Trouble as trouble:
            self.abort()
            no = Refusal(code=trouble.code, final=False, detail=trouble.detail)
            return Outcome(trouble=no, uncertain=dotted.is_set())

    def _send(
        self, senders: Sequence[str], recipients: Sequence[str], raw: bytes, dotted: threading.Event
    ) -> Outcome:
        if self._too_large(len(raw)):
            return Outcome(trouble=Refusal(code="too_large", final=True))
        no = self._sender(senders, len(raw))
        if no is not None:
            return self._over(Outcome(trouble=no))
        refused = self._recipients(recipients)
        accepted = tuple(one for one in recipients if one not in refused)
        if not accepted:
            return self._over(Outcome(refused=refused))
        code, words = self._client.docmd("DATA")
        if code != READY:
            return self._over(Outcome(trouble=_refusal(code, words)))
        self._client.send(_dotted(raw))
        dotted.set()
        code, words = self._client.getreply()
        dotted.clear()
        if not 200 <= code < 300:
            return self._over(Outcome(trouble=_refusal(code, words)))
        return Outcome(accepted=accepted, refused=refused)

    def _too_large(self, size: int) -> bool:
        most = self._client.esmtp_features.get("size", "")
        return most.isdigit() and 0 < int(most) < size

    def _sender(self, senders: Sequence[str], size: int) -> Refusal | None:
        options = [f"size={size}"] if self._client.has_extn("size") else []
        no = None
        for sender in senders:
            code, words = self._client.mail(wire_address(sender), options)
            if code == OK:
                return None
            no = _refusal(code, words, at_sender=True)
            if not no.final:
                break
        return no

    def _recipients(self, recipients: Sequence[str]) -> dict[str, Refusal]:
        refused: dict[str, Refusal] = {}
        for address in recipients:
            wire = wire_address(address)
            if not wire:
                refused[address] = Refusal(code="address_invalid", final=True)
                continue
            code, words = self._client.rcpt(wire)
            if code not in TAKEN:
                refused[address] = _refusal(code, words)
        return refused

    def _over(self, outcome: Outcome) -> Outcome:
        """Ready for the next mail on this line, or without a line."""
        try:
            self._client.rset()
        except (OSError, smtplib.SMTPException):
            self.abort()
        return outcome

    def try_sender(self, sender: str) -> str:
        """Whether mail from this address would be taken: "" or a code. Nothing is sent."""
        with self.within(limits().send.wait_seconds), _answers():
            no = self._sender((sender,), 0)
            self._over(Outcome())
        return no.code if no else ""

    @property
    def is_open(self) -> bool:
        return self._line is not None


def wire_address(address: str) -> str:
    """The address as it is given to a server: its domain in ASCII; "" when it can't be."""
    local, at, domain = address.rpartition("@")
    if not address:
        return ""
    if not at or not local.isascii() or any(sign in address for sign in "\r\n\0 <>"):
        return ""
    return f"{local}@{_ascii(domain)}"


def _ascii(domain: str) -> str:
    try:
        return domain.encode("ascii" if domain.isascii() else "idna").decode("ascii")
    except UnicodeError:
        return "localhost"


def _dotted(raw: bytes) -> bytes:
    """The mail as DATA takes it, and the last dot (RFC 5321, 4.5.2). Lines end in CRLF already."""
    body = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    body = body.replace(b"\r\n.", b"\r\n..")
    return (b"." + body if body.startswith(b".") else body) + b".\r\n"


def _trust(access: Access) -> ssl.SSLContext:
    """Certificates and names are checked, always."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if access.ca_file:
        context.load_verify_locations(access.ca_file)
    return context


def _hello(client: smtplib.SMTP) -> None:
    code = client.ehlo()[0]
    if code >= 500:
        code = client.helo()[0]
    _expect(code, OK)


def _expect(code: int, wanted: int) -> None:
    if code == wanted:
        return
    if code < 0:
        raise Trouble("not_a_mail_server")
    raise Trouble("service_refused" if code >= 500 else "try_later")


def _sign_in(client: smtplib.SMTP, access: Access) -> None:
    """Password or XOAUTH2. Without a password there is no sign-in: some relays want none."""
    if access.token is not None:
        _insist(_xoauth2(client, access))
    elif access.password:
        _insist(_password(client, access))


def _insist(code: int) -> None:
    if code != SIGNED_IN:
        raise Trouble("login_refused" if code >= 500 else "try_later")


def _xoauth2(client: smtplib.SMTP, access: Access) -> int:
    assert access.token is not None
    told = f"user={access.server.user}\x01auth=Bearer {access.token()}\x01\x01"
    code = client.docmd("AUTH", f"XOAUTH2 {_base64(told)}")[0]
    # CONTINUE brings the reason, in base64; an empty line asks for the verdict.
    return client.docmd("")[0] if code == CONTINUE else code


def _password(client: smtplib.SMTP, access: Access) -> int:
    """PLAIN or LOGIN, in UTF-8 (RFC 4616): smtplib itself knows ASCII passwords only."""
    offered = client.esmtp_features.get("auth", "").upper().split()
    user, password = access.server.user, access.password
    if "PLAIN" in offered:
        told = "\0".join(("", user, password))
        return client.docmd("AUTH", f"PLAIN {_base64(told)}")[0]
    if "LOGIN" not in offered:
        raise Trouble("login_unsupported")
    code = client.docmd("AUTH", f"LOGIN {_base64(user)}")[0]
    return client.docmd(_base64(password))[0] if code == CONTINUE else code


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _refusal(code: int, words: bytes, *, at_sender: bool = False) -> Refusal:
    if code == CLOSING or code < 200:
        raise Trouble("connection_lost")
    return outcomes.refusal(code, words.decode("utf-8", "replace"), at_sender=at_sender)


@contextmanager
def _answers() -> Iterator[None]:
    """Whatever the library says becomes a Trouble; what the server said is not repeated."""
    with translated():
        try:
            yield
        except smtplib.SMTPServerDisconnected as problem:
            raise Trouble("connection_lost") from problem
        except smtplib.SMTPResponseException as problem:
            code = problem.smtp_code
            raise Trouble("service_refused" if code >= 500 else "try_later") from problem
        except smtplib.SMTPException as problem:
            raise Trouble("protocol") from problem
