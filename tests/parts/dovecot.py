"""Dovecot as a private IMAP server: own configuration, own folder, users made at will.

It speaks IMAP with STARTTLS on `port` and IMAP over TLS on `tls_port`; `certificate` is what a
client has to trust. Passwords and XOAUTH2 tokens are accepted. Mail is delivered by writing
into the Maildir, as a delivery agent does, so the bytes stay exactly as given.
"""

import contextlib
import grp
import imaplib
import itertools
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from typing_extensions import override

from tests.parts import ground
from tests.parts.certificates import self_signed
from tests.parts.tokens import signed_token

PROGRAM = "/usr/sbin/dovecot"
_deliveries = itertools.count(1)
_changes = itertools.count(1)


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """What a client needs to sign in to one mailbox."""

    address: str
    password: str
    host: str
    port: int
    tls_port: int
    ca_file: Path


class Dovecot(ground.Part):
    """A running Dovecot. Users are separate, so one instance serves many tests."""

    def __init__(self) -> None:
        self.folder = Path()
        self.port = 0
        self.tls_port = 0
        self._child: ground.Child | None = None

    @override
    def start(self) -> Self:
        """Start, on the ports of before when it was killed; return when it greets."""
        if not self.port:
            self._prepare()
        command = [PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")]
        self._child = ground.Child(command, log=self.folder / "dovecot.log")
        self._child.wait_ready(self._greets, what="Dovecot greeting on its port", seconds=30)
        return self

    @override
    def stop(self) -> None:
        if self._child is not None:
            self._child.terminate()
            self._child = None
        if self.port:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.port = 0

    def kill(self) -> None:
        """Cut it off with all open connections; `start()` brings it back with the same mail."""
        if self._child is not None:
            self._child.kill()
            self._child = None
        shutil.rmtree(self.folder / "run", ignore_errors=True)

    @property
    def ca_file(self) -> Path:
        """The certificate that a client trusts in order to reach `tls_port`."""
        return self.folder / "server.crt"

    @property
    def log(self) -> str:
        """All that Dovecot has written about its doings."""
        return (self.folder / "mail.log").read_text(errors="replace")

    def create(self, address: str, *, password: str = "parole-пароль-1") -> Mailbox:
        """Add a mailbox, or give an existing one a new password; return when it is accepted."""
        # A change is noticed by size and full second: the comment makes each size another.
        entry = f"{address}:{{PLAIN}}{password}\n#{'.' * next(_changes)}\n"
        (self.folder / "users" / address).write_text(entry, encoding="utf-8")
        self._make_maildir(address)
        ground.wait_until(lambda: self._accepts(address, password), what=f"sign-in of {address}")
        return Mailbox(
            address=address,
            password=password,
            host=ground.HOST,
            port=self.port,
            tls_port=self.tls_port,
            ca_file=self.ca_file,
        )

    def token(self, address: str, *, seconds: int = 3600) -> str:
        """An access token for XOAUTH2; a negative `seconds` gives an expired one."""
        key = (self.folder / "keys" / "default" / "HS256" / "default").read_text()
        return signed_token(user=address, key=key, seconds=seconds)

    def deliver(self, address: str, raw: bytes) -> None:
        """Put a mail into the inbox, byte for byte, as the last one that arrived."""
        name = f"{next(_deliveries):010d}.{os.getpid()}.zabota"
        maildir = self._maildir(address)
        written = maildir / "tmp" / name
        written.write_bytes(raw)
        self._give_to_mail_user(written)
        written.rename(maildir / "new" / name)

    def append(self, address: str, raw: bytes, *, folder: str = "INBOX") -> None:
        """Put a mail into a folder through IMAP, making the folder when it is not there."""
        with self._session(address) as session:
            session.create(folder)
            session.append(folder, "", "", raw)

    def uids(self, address: str, *, folder: str = "INBOX") -> list[int]:
        """The UIDs in a folder, in order."""
        with self._session(address) as session:
            session.select(folder, readonly=True)
            found = session.uid("search", "ALL")[1]
        return [int(number) for number in (found[0] or b"").split()]

    def uidvalidity(self, address: str, *, folder: str = "INBOX") -> int:
        """The number that tells one life of a folder from the next (RFC 3501, 2.3.1.1)."""
        with self._session(address) as session:
            answer = session.status(folder, "(UIDVALIDITY)")[1]
        line = answer[0]
        assert isinstance(line, bytes)
        return int(line.rsplit(b" ", 1)[1].strip(b")"))

    def recreate(self, address: str) -> int:
        """Give the inbox a new UIDVALIDITY and new UIDs, the mails kept; the new number.

        This is what a restore from backup or a move to another server does to a mailbox.
        """
        before = self.uidvalidity(address)
        maildir = self._maildir(address)
        kept = sorted([*(maildir / "new").iterdir(), *(maildir / "cur").iterdir()])
        mails = [(path.name.split(":")[0], path.read_bytes()) for path in kept]
        self._take_away(maildir)
        self._make_maildir(address)
        (maildir / "dovecot-uidlist").write_text(f"3 V{before + 1} N{len(mails) + 1000}\n")
        self._give_to_mail_user(maildir / "dovecot-uidlist")
        for name, raw in mails:
            (maildir / "new" / name).write_bytes(raw)
            self._give_to_mail_user(maildir / "new" / name)
        return self.uidvalidity(address)

    def _take_away(self, maildir: Path) -> None:
        """A session that is open may still write its index there: then once more."""

        def is_gone() -> bool:
            shutil.rmtree(maildir, ignore_errors=True)
            return not maildir.exists()

        ground.wait_until(is_gone, what="an empty place for the mailbox", seconds=10)

    def _accepts(self, address: str, password: str) -> bool:
        secret = f"\0{address}\0{password}".encode()
        with imaplib.IMAP4(ground.HOST, self.port, timeout=20) as session:
            try:
                session.authenticate("PLAIN", lambda _: secret)
            except imaplib.IMAP4.error:
                return False
            return True

    @contextlib.contextmanager
    def _session(self, address: str) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(ground.HOST, self.port, timeout=20) as session:
            token = f"user={address}\x01auth=Bearer {self.token(address)}\x01\x01"
            session.authenticate("XOAUTH2", lambda _: token.encode())
            yield session

    def _maildir(self, address: str) -> Path:
        return self.folder / "mail" / address / "Maildir"

    def _make_maildir(self, address: str) -> None:
        maildir = self._maildir(address)
        for part in ("tmp", "new", "cur"):
            (maildir / part).mkdir(parents=True, exist_ok=True)
            self._give_to_mail_user(maildir / part)
        self._give_to_mail_user(maildir)
        self._give_to_mail_user(maildir.parent)

    def _give_to_mail_user(self, path: Path) -> None:
        if os.geteuid() == 0:
            mail_user = pwd.getpwnam("dovecot")
            os.chown(path, mail_user.pw_uid, mail_user.pw_gid)

    def _prepare(self) -> None:
        # A short path: the sockets below it may not exceed 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.port = ground.free_port()
        self.tls_port = ground.free_port()
        self_signed(self.folder)
        (self.folder / "mail").mkdir()
        self._give_to_mail_user(self.folder / "mail")
        (self.folder / "users").mkdir()
        key = self.folder / "keys" / "default" / "HS256" / "default"
        key.parent.mkdir(parents=True)
        key.write_text("emFib3RhLXRlc3Qta2V5LW9mLXRoaXJ0eS10d28tYnl0ZXM=")
        for name in ("mail.log", "dovecot.log"):
            (self.folder / name).touch()
            (self.folder / name).chmod(0o666)
        (self.folder / "oauth2.conf").write_text(OAUTH2.format(folder=self.folder))
        (self.folder / "dovecot.conf").write_text(self._configuration())

    def _configuration(self) -> str:
        as_root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid()).pw_name
        return CONFIGURATION.format(
            folder=self.folder,
            host=ground.HOST,
            port=self.port,
            tls_port=self.tls_port,
            internal_user="dovecot" if as_root else me,
            internal_group="dovecot" if as_root else grp.getgrgid(os.getegid()).gr_name,
            login_user="dovenull" if as_root else me,
            mail_user="dovecot" if as_root else me,
        )

    def _greets(self) -> bool:
        try:
            with imaplib.IMAP4(ground.HOST, self.port, timeout=5):
                return True
        except (OSError, imaplib.IMAP4.error):
            return False


OAUTH2 = """\
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""

CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/mail.log
protocols = imap
listen = {host}
default_internal_user = {internal_user}
default_internal_group = {internal_group}
default_login_user = {login_user}
mail_location = maildir:~/Maildir
mail_uid = {mail_user}
mail_gid = {internal_group}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 200
mail_fsync = never
ssl = yes
ssl_cert = <{folder}/server.crt
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0 secs
auth_username_format = %u
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {folder}/users/%u
}}
userdb {{
  driver = static
  args = uid={mail_user} gid={internal_group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
service anvil {{
  chroot =
  # Without this, failed sign-ins slow down the later ones from the same address.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""
