"""A real SMTP server that keeps what it is given, and fails in the ways it is told to.

It accepts mail for anybody and records each as envelope and bytes, in order of arrival. A
`Fault` makes one command answer something else, drop the line, or take its time; faults are
used up in the order they were given.
"""

import asyncio
import base64
import ssl
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as email_policy
from pathlib import Path
from typing import Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from typing_extensions import override

from tests.parts import ground
from tests.parts.certificates import Certificate

Command = Literal["EHLO", "MAIL", "RCPT", "DATA"]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One mail that was taken in."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    user: str | None
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed by the current email policy."""
        return BytesParser(_class=EmailMessage, policy=email_policy).parsebytes(self.raw)


@dataclass(kw_only=True)
class Fault:
    """What goes wrong at a command, how often, and for which recipient (all when empty).

    `reply` is an SMTP answer such as "451 4.3.0 later". `drop` cuts the line instead of
    answering: at DATA this is after the final dot, when the mail is kept but the client cannot
    know. `seconds` delays the answer; with neither reply nor drop the command then succeeds.
    """

    command: Command
    reply: str = ""
    drop: bool = False
    seconds: float = 0
    times: int = 1
    recipient: str = ""

    def concerns(self, command: Command, recipient: str) -> bool:
        return (
            self.times > 0 and self.command == command and self.recipient in ("", recipient.lower())
        )


@dataclass(kw_only=True)
class _Handler:
    """The answers to each command, as aiosmtpd asks for them."""

    faults: list[Fault] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    attempts: list[Command] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    async def handle_EHLO(  # noqa: N802 - the name that aiosmtpd calls
        self,
        server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        reply = await self._fault("EHLO", server)
        return [reply] if reply else responses

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd calls
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if reply := await self._fault("MAIL", server):
            return reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 sender taken"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if reply := await self._fault("RCPT", server, recipient=address):
            return reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 recipient taken"

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        fault = self._next("DATA")
        if fault is None or fault.drop or not fault.reply:
            self._keep(session, envelope)
        reply = await self._play(fault, server)
        return reply or f"250 2.0.0 kept as {len(self.sent)}"

    def _keep(self, session: Session, envelope: Envelope) -> None:
        raw = envelope.content
        assert isinstance(raw, bytes)
        user = vars(session)["auth_data"]
        sent = Sent(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            raw=raw,
            user=user,
            encrypted=session.ssl is not None,
        )
        with self.changed:
            self.sent.append(sent)
            self.changed.notify_all()

    async def _fault(self, command: Command, server: SMTP, *, recipient: str = "") -> str:
        return await self._play(self._next(command, recipient=recipient), server)

    def _next(self, command: Command, *, recipient: str = "") -> Fault | None:
        with self.changed:
            self.attempts.append(command)
            self.changed.notify_all()
            for fault in self.faults:
                if fault.concerns(command, recipient):
                    fault.times -= 1
                    return fault
        return None

    async def _play(self, fault: Fault | None, server: SMTP) -> str:
        if fault is None:
            return ""
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.drop:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return fault.reply


@dataclass(kw_only=True)
class _TokenHandler(_Handler):
    """Signs in by access token, as Google's and Microsoft's servers do."""

    tokens: dict[str, str]

    async def auth_XOAUTH2(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, words: list[str]
    ) -> AuthResult:
        told = base64.b64decode(words[1]).decode().split("\x01")
        user, token = told[0].removeprefix("user="), told[1].removeprefix("auth=Bearer ")
        if self.tokens.get(user) == token:
            return AuthResult(success=True, auth_data=user)
        # The reason comes as a question; the client says an empty line and hears the verdict.
        await server.challenge_auth('{"status":"400"}')
        return AuthResult(success=False, handled=False)


class SmtpSink(ground.Part):
    """An SMTP server on `port`. `accounts` (user → password) or `tokens` (user → access token, for
    XOAUTH2 alone) make AUTH required; a certificate offers TLS.
    """

    def __init__(
        self,
        *,
        accounts: dict[str, str] | None = None,
        tokens: dict[str, str] | None = None,
        certificate: Certificate | None = None,
        implicit_tls: bool = False,
        size_limit: int = 50_000_000,
    ) -> None:
        self.port = 0
        self._accounts = accounts
        self._certificate = certificate
        self._implicit_tls = implicit_tls
        self._size_limit = size_limit
        self._handler = _Handler() if tokens is None else _TokenHandler(tokens=tokens)
        self._tokens = tokens
        self._controller: Controller | None = None

    @override
    def start(self) -> Self:
        """Listen; after `stop()` the same port is taken again, with what was kept before."""
        self.port = self.port or ground.free_port()
        context = _tls(self._certificate)
        self._controller = Controller(
            self._handler,
            hostname=ground.HOST,
            port=self.port,
            ssl_context=context if self._implicit_tls else None,
            tls_context=None if self._implicit_tls else context,
            data_size_limit=self._size_limit,
            enable_SMTPUTF8=True,
            authenticator=self._authenticate if self._accounts is not None else None,
            auth_required=self._accounts is not None or self._tokens is not None,
            auth_exclude_mechanism=["PLAIN", "LOGIN"] if self._tokens is not None else None,
            auth_require_tls=context is not None and not self._implicit_tls,
        )
        self._controller.start()
        return self

    @override
    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    @property
    def ca_file(self) -> Path:
        """What a client trusts in order to use TLS here."""
        assert self._certificate is not None
        return self._certificate.cert_file

    @property
    def sent(self) -> list[Sent]:
        """All mail taken in so far, oldest first."""
        with self._handler.changed:
            return list(self._handler.sent)

    @property
    def attempts(self) -> list[Command]:
        """Each command that clients gave, refused ones included."""
        with self._handler.changed:
            return list(self._handler.attempts)

    def fault(
        self,
        command: Command,
        *,
        reply: str = "",
        drop: bool = False,
        seconds: float = 0,
        times: int = 1,
        recipient: str = "",
    ) -> None:
        """Let the next `times` uses of a command go wrong; see Fault."""
        planned = Fault(
            command=command,
            reply=reply,
            drop=drop,
            seconds=seconds,
            times=times,
            recipient=recipient.lower(),
        )
        with self._handler.changed:
            self._handler.faults.append(planned)

    def wait_for(self, count: int = 1, *, seconds: float = 20) -> list[Sent]:
        """All mail, as soon as there are at least `count`; else PartNotReadyError."""
        with self._handler.changed:
            here = self._handler.changed.wait_for(
                lambda: len(self._handler.sent) >= count, timeout=seconds
            )
            kept = list(self._handler.sent)
        if not here:
            raise ground.PartNotReadyError(f"{len(kept)} of {count} mails came in {seconds:g} s")
        return kept

    def clear(self) -> None:
        """Forget mails, attempts and faults not used."""
        with self._handler.changed:
            self._handler.sent.clear()
            self._handler.attempts.clear()
            self._handler.faults.clear()

    def _authenticate(
        self,
        _server: SMTP,
        _session: Session,
        _envelope: Envelope,
        _mechanism: str,
        auth_data: object,
    ) -> AuthResult:
        assert self._accounts is not None
        if not isinstance(auth_data, LoginPassword):
            return AuthResult(success=False, handled=False)
        user, password = auth_data.login.decode(), auth_data.password.decode()
        if self._accounts.get(user) != password:
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True, auth_data=user)


def _tls(certificate: Certificate | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.cert_file, certificate.key_file)
    return context
