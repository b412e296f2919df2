"""Reading a mailbox over IMAP: connect safely, list by UID, fetch without a trace, wait for news.

The server may be broken or hostile: every wait has an end, every answer a size, and what it says
is never repeated to anybody. Flags are never set and nothing is deleted: the folder is opened for
reading only, and bodies are peeked at.
"""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import imap_tools
from typing_extensions import override

from zabota.domains.channels.kinds.email import config
from zabota.domains.channels.kinds.email.config import MailServer
from zabota.domains.channels.kinds.email.trouble import Trouble, translated
from zabota.domains.channels.rules.limits import limits
from zabota.kernel import outside

_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,19})\b")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_AUTHSERV = re.compile(
    rb"Authentication-Results:(?:[ \t]|\r?\n[ \t])*([A-Za-z0-9._-]{1,255})[ \t]*[0-9]*[ \t]*;",
    re.IGNORECASE,
)
_LITERAL_SPARE = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Access:
    """How to get in. `token` gives an access token for XOAUTH2; without it `password` is used.

    `ca_file` names a certificate that is trusted beside the system's. `cut` ends the connection
    from another thread.
    """

    server: MailServer
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = None
    private_allowed: bool = False
    ca_file: str | None = None
    cut: outside.Cut | None = None


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A mail as the server lists it, before it is loaded."""

    uid: int
    size: int
    received_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A mail with all its bytes."""

    listed: Listed
    content: bytes = field(repr=False)


class Session:
    """One connection to one folder. A context manager; every method raises Trouble only."""

    def __init__(self, access: Access, *, folder: str) -> None:
        with translated():
            self._box = _Box(access)
        try:
            with translated():
                _sign_in(self._box, access)
            self.uidvalidity = self._open(folder)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection, without waiting for a farewell."""
        _shut(self._box.client)

    @property
    def idles(self) -> bool:
        """Whether the server tells of news by itself (RFC 2177)."""
        return "IDLE" in self._box.client.capabilities

    def _open(self, folder: str) -> int:
        try:
            with translated():
                self._box.folder.set(folder, readonly=True)
        except imap_tools.MailboxFolderSelectError as problem:
            raise Trouble("folder_missing") from problem
        _typ, told = self._box.client.response("UIDVALIDITY")
        if not told or told[0] is None or not bytes(told[0]).isdigit():
            raise Trouble("protocol", "no UIDVALIDITY")
        return int(told[0])

    def uids_after(self, last: int) -> list[int]:
        """The UIDs above `last`, lowest first."""
        with translated():
            found = self._box.uids(f"UID {last + 1}:*", charset=None)
            # "5:*" names the last mail even where its UID is below 5 (RFC 3501, 6.4.8).
            return sorted({int(uid) for uid in found if int(uid) > last})

    def listed(self, uids: Sequence[int]) -> list[Listed]:
        """Sizes and times of mails; those that are gone are left out."""
        found = []
        for line in self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)"):
            uid, size = _UID.search(line), _SIZE.search(line)
            if uid and size:
                moment = _moment(line)
                found.append(Listed(uid=int(uid[1]), size=int(size[1]), received_at=moment))
        return sorted(found, key=lambda one: one.uid)

    def fetch(self, mails: Sequence[Listed]) -> Iterator[Fetched]:
        """The mails, whole. One that another program deleted meanwhile is left out.

        A body that is cut never comes: the connection is then lost (F24). Raises Trouble as well
        when the server keeps a mail back that it still has.
        """
        by_uid = {mail.uid: mail for mail in mails}
        got: set[int] = set()
        for uid, content in self._bodies(list(by_uid)):
            if uid in by_uid and uid not in got:
                got.add(uid)
                yield Fetched(listed=by_uid[uid], content=content)
        missing = sorted(set(by_uid) - got)
        if missing and self.listed(missing):
            raise Trouble("protocol", "a mail is listed and not given")

    def _bodies(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        told = self._command(uids, "(UID BODY.PEEK[])")
        for place, item in enumerate(told):
            if not isinstance(item, tuple):
                continue
            after = told[place + 1] if place + 1 < len(told) else b""
            uid = _UID.search(item[0]) or (_UID.search(after) if isinstance(after, bytes) else None)
            if uid:
                yield int(uid[1]), item[1]

    def _fetch(self, uids: Sequence[int], what: str) -> Iterator[bytes]:
        for item in self._command(uids, what):
            if isinstance(item, bytes):
                yield item
            elif isinstance(item, tuple):
                yield item[0]

    def _command(self, uids: Sequence[int], what: str) -> list[Any]:
        if not uids:
            return []
        with translated():
            status, told = self._box.client.uid("FETCH", ",".join(map(str, uids)), what)
            if status != "OK":
                raise Trouble("protocol", "FETCH was refused")
            return [item for item in told if item is not None]

    def authserv_ids(self, newest: int) -> list[str]:
        """Under which names the newest mails' topmost Authentication-Results were written."""
        what = "(UID BODY.PEEK[HEADER.FIELDS (AUTHENTICATION-RESULTS)])"
        told = self._command(self.uids_after(0)[-newest:], what)
        heads = [item[1] for item in told if isinstance(item, tuple)]
        return [found[1].decode("ascii") for head in heads if (found := _AUTHSERV.match(head))]

    def wait(self, seconds: float, stopped: Callable[[float], bool]) -> None:
        """Until the server tells of news, `seconds` have passed, or `stopped(pause)` is true."""
        if not self.idles:
            stopped(seconds)
            with translated():
                self._box.client.noop()
            return
        with translated():
            self._box.idle.start()  # type: ignore[no-untyped-call]
            rest = seconds
            while rest > 0 and not stopped(0):
                if self._box.idle.poll(timeout=min(1.0, rest)):
                    break
                rest -= 1.0
            # Whether the connection lives shows here: a poll at its end is silent.
            self._box.idle.stop()  # type: ignore[no-untyped-call]


def _moment(line: bytes) -> datetime | None:
    found = _DATE.search(line)
    if not found:
        return None
    try:
        return datetime.strptime(found[1].decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None


class _Box(imap_tools.BaseMailBox):
    """imap-tools over a client of ours."""

    def __init__(self, access: Access) -> None:
        self._access = access
        super().__init__()

    @override
    def _get_mailbox_client(self) -> imaplib.IMAP4:
        server = self._access.server
        context = _context(self._access.ca_file)
        if server.security == "tls":
            return _TlsClient(self._access, context)
        client = _Client(self._access)
        if server.security == "starttls":
            try:
                # No fall back: without TLS nothing is said, least of all the password (T19).
                client.starttls(context)
            except imaplib.IMAP4.error as problem:
                _shut(client)
                raise Trouble("no_tls") from problem
            except BaseException:
                _shut(client)
                raise
        return client


def _shut(client: imaplib.IMAP4) -> None:
    with contextlib.suppress(OSError):
        client.shutdown()


def _context(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


class _Bounded(imaplib.IMAP4):
    """The client of the standard library with an end to every answer and every wait."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._told = 0
        super().__init__(
            access.server.host, access.server.port, timeout=limits().mailbox.timeout_seconds
        )

    def _create_socket(self, timeout: float | None) -> socket.socket:
        server = self._access.server
        return outside.connect(
            server.host,
            server.port,
            timeout=timeout or limits().mailbox.timeout_seconds,
            private_allowed=self._access.private_allowed,
            cut=self._access.cut,
        )

    @override
    def read(self, size: int) -> bytes:
        # A literal is loaded whole by the library, whatever length the server announces (F26).
        if size > limits().store.mail_bytes + _LITERAL_SPARE:
            raise self.abort("too long a literal")
        self._count(size)
        content = super().read(size)
        if len(content) != size:
            raise self.abort("socket error: EOF")
        return content

    @override
    def readline(self) -> bytes:
        line = super().readline()
        self._count(len(line))
        return line

    def _count(self, size: int) -> None:
        self._told += size
        if self._told > limits().mailbox.flood_bytes:
            raise self.abort("too long an answer")

    def _new_tag(self) -> bytes:
        self._told = 0
        tag: bytes = super()._new_tag()  # type: ignore[misc]
        return tag


class _Client(_Bounded):
    """In the open, until STARTTLS."""


class _TlsClient(_Bounded):
    """TLS from the first byte."""

    def __init__(self, access: Access, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(access)

    @override
    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = super()._create_socket(timeout)
        try:
            return self._context.wrap_socket(plain, server_hostname=self._access.server.host)
        except BaseException:
            plain.close()
            raise


def _sign_in(box: _Box, access: Access) -> None:
    user = access.server.user
    try:
        # The library quotes quotes only; a line end in a password would begin a command (T16).
        config.without_controls(user + access.password)
    except ValueError as problem:
        raise Trouble("login_refused", "control characters") from problem
    try:
        if access.token is not None:
            box.xoauth2(user, access.token(), initial_folder=None)
        elif "AUTH=PLAIN" in box.client.capabilities:
            box.login_utf8(user, access.password, initial_folder=None)
        else:
            box.login(user, access.password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, imap_tools.MailboxLoginError) as problem:
        raise Trouble("login_refused") from problem
    # What a server can do may differ before and after signing in.
    box.client._get_capabilities()
