"""The mailboxes of a running server: a thread each, started and stopped as channels change.

    supervisor = mailboxes.Supervisor()
    supervisor.start()
    ...
    supervisor.stop()

A mailbox that hangs, fails or lies hinders only itself. Here the clock is read: these are ticks.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from pydantic import ValidationError
from typing_extensions import override

from zabota.domains.channels.kinds.email import config, intake
from zabota.domains.channels.kinds.email.config import EmailSettings
from zabota.domains.channels.kinds.email.imap import Access, Session
from zabota.domains.channels.kinds.email.trouble import Trouble
from zabota.domains.channels.models import Channel
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.services import mailboxes
from zabota.kernel import clock, outside
from zabota.kernel.secrets import seal

logger = logging.getLogger(__name__)
# Gives an access token for a mailbox that signs in with OAuth: (channel id) → token.
Tokens = Callable[[int], str]


@dataclass(frozen=True)
class _Set:
    """A channel as it was set when its thread began."""

    channel_id: int
    connected_at: datetime
    print: str


class Supervisor:
    """Keeps a thread for each active mailbox with an incoming server.

    `wake` is called when something was stored, so that it is read at once. `tokens` gives access
    tokens for XOAUTH2; it raises Trouble when there is none. `ca_file` names a certificate that is
    trusted beside the system's.
    """

    def __init__(
        self,
        *,
        wake: Callable[[], object] = lambda: None,
        tokens: Tokens | None = None,
        ca_file: str | None = None,
    ) -> None:
        self._wake = wake
        self._tokens = tokens
        self._ca_file = ca_file
        self._ended = threading.Event()
        self._threads: dict[_Set, _Mailbox] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch the channels; returns at once."""
        self._ended.clear()
        self._thread = threading.Thread(target=self._watch, name="mailboxes", daemon=True)
        self._thread.start()

    def stop(self, *, seconds: float = 10.0) -> None:
        """End all threads. Nothing is lost: what was not stored lies in the mailbox still."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(seconds)
        for mailbox in self._threads.values():
            mailbox.end()
        for mailbox in self._threads.values():
            mailbox.join(seconds)
        self._threads.clear()

    def reading(self) -> list[int]:
        """The channels whose mailboxes are read now."""
        return sorted(one.channel_id for one in self._threads)

    def _watch(self) -> None:
        try:
            while not self._ended.is_set():
                try:
                    self._follow()
                except (OperationalError, InterfaceError):
                    connections.close_all()
                self._ended.wait(limits().mailbox.look_seconds)
        finally:
            connections.close_all()

    def _follow(self) -> None:
        """Threads for what is set now: gone and changed ones end, new ones begin."""
        wanted = {
            _Set(row.pk, row.created_at, f"{row.address} {row.settings!r} {row.sealed}"): row
            for row in Channel.objects.filter(kind="email", is_active=True)
            if row.settings.get("imap")
        }
        for gone in [one for one in self._threads if one not in wanted]:
            self._threads.pop(gone).end()
        for one in wanted:
            if one not in self._threads:
                mailbox = _Mailbox(one, wake=self._wake, tokens=self._tokens, ca=self._ca_file)
                self._threads[one] = mailbox
                mailbox.start()


class _Mailbox(threading.Thread):
    """Reads one mailbox until it is told to end."""

    def __init__(
        self, set_as: _Set, *, wake: Callable[[], object], tokens: Tokens | None, ca: str | None
    ) -> None:
        super().__init__(name=f"mailbox-{set_as.channel_id}", daemon=True)
        self._set = set_as
        self._wake = wake
        self._tokens = tokens
        self._ca_file = ca
        self._ended = threading.Event()
        self._cut = outside.Cut()

    def end(self) -> None:
        """Be told to end, also in the middle of a server's silence."""
        self._ended.set()
        self._cut.make()

    @override
    def run(self) -> None:
        try:
            while not self._ended.is_set():
                self._ended.wait(self._turn())
        finally:
            self._cut.release()
            connections.close_all()

    def _turn(self) -> float:
        """Connect and serve until something goes wrong; returns the seconds to rest."""
        try:
            channel = Channel.objects.get(pk=self._set.channel_id)
            try:
                found = config.settings_of(channel)
            except ValidationError:
                return self._failed("INBOX", Trouble("settings_broken"))
            try:
                rest = self._resting(found)
                if rest > 0:
                    return min(rest, limits().mailbox.look_seconds)
                self._serve(found, self._access(channel, found))
                return 0
            except Trouble as trouble:
                if self._ended.is_set():
                    return 0  # the connection was cut here: no mailbox is to blame
                return self._failed(found.folder, trouble)
        except (OperationalError, InterfaceError, Channel.DoesNotExist):
            # The database is away: no mailbox is to blame, and nothing was passed by.
            connections.close_all()
            return limits().mailbox.look_seconds

    def _resting(self, found: EmailSettings) -> float:
        place = mailboxes.position(channel_id=self._set.channel_id, folder=found.folder)
        if place.next_try_at is None:
            return 0
        return (place.next_try_at - clock.now()).total_seconds()

    def _access(self, channel: Channel, found: EmailSettings) -> Access:
        assert found.imap is not None
        try:
            secrets = config.secrets_of(channel)
        except seal.Unsealable as problem:
            raise Trouble("no_secret") from problem
        token = None
        if found.auth != "password":
            tokens = self._tokens
            if tokens is None:
                raise Trouble("no_secret")
            token = lambda: tokens(channel.pk)  # noqa: E731 - asked when it is needed
        elif not secrets.password:
            raise Trouble("no_secret")
        server = found.imap
        if not server.user:
            server = server.model_copy(update={"user": channel.address})
        return Access(
            server=server,
            password=secrets.password,
            token=token,
            private_allowed=settings.ZABOTA_PRIVATE_MAIL_HOSTS,
            ca_file=self._ca_file,
            cut=self._cut,
        )

    def _serve(self, found: EmailSettings, access: Access) -> None:
        allowed = limits().mailbox
        with Session(access, folder=found.folder) as session:
            while not self._ended.is_set():
                stored = intake.look(
                    session,
                    channel_id=self._set.channel_id,
                    folder=found.folder,
                    connected_at=self._set.connected_at,
                    clock=clock.now,
                )
                if stored.stored:
                    self._wake()
                pause = allowed.idle_seconds if session.idles else allowed.poll_seconds
                session.wait(pause, self._ended.wait)

    def _failed(self, folder: str, trouble: Trouble) -> float:
        at = clock.now()
        until = mailboxes.failed(
            channel_id=self._set.channel_id,
            folder=folder,
            code=trouble.code,
            detail=trouble.detail,
            passing=trouble.passing,
            at=at,
        )
        logger.warning("mailbox %s: %s", self._set.channel_id, trouble.code)
        return (until - at).total_seconds()
