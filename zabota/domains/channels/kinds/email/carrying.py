"""One carrier: a connection to one mailbox's server, and what is due for it, message by message.

It ends when there is nothing left to do. Whatever goes wrong is written down as an outcome.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from pydantic import ValidationError
from typing_extensions import override

from zabota.domains.channels.kinds.email import config, nowhere, writing
from zabota.domains.channels.kinds.email.config import EmailSettings
from zabota.domains.channels.kinds.email.imap import Access
from zabota.domains.channels.kinds.email.smtp import Session
from zabota.domains.channels.kinds.email.trouble import Trouble
from zabota.domains.channels.models import Channel
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.rules.outcomes import Outcome, Refusal
from zabota.domains.channels.services import sending
from zabota.domains.channels.services.sending import Claimed, Letter
from zabota.kernel import clock, failpoints
from zabota.kernel.secrets import seal

logger = logging.getLogger(__name__)
# Gives an access token for a mailbox that signs in with OAuth: (channel id) → token.
Tokens = Callable[[int], str]
Given = TypeVar("Given")


@dataclass(frozen=True, kw_only=True)
class Ways:
    """What carriers need beside the rows. `ca_file`: a certificate trusted beside the system's."""

    tokens: Tokens | None = None
    ca_file: str | None = None
    now: Callable[[], datetime] = clock.now


class Carrier(threading.Thread):
    """Sends for one channel until nothing is due, or until `stopping`."""

    def __init__(self, channel_id: int, ways: Ways, *, stopping: threading.Event) -> None:
        super().__init__(name=f"carrier-{channel_id}", daemon=True)
        self.channel_id = channel_id
        self.ended = False
        self._ways = ways
        self._stopping = stopping
        self._session: Session | None = None

    @override
    def run(self) -> None:
        try:
            self.work()
        except (OperationalError, InterfaceError):
            # The database is away, and nothing of ours is on its way: the post comes again.
            connections.close_all()
        except Exception as problem:  # noqa: BLE001 - its words may be a customer's
            logger.error("carrier %s died: %s", self.channel_id, type(problem).__name__)
        finally:
            self.ended = True
            connections.close_all()

    def cut(self) -> None:
        """Give up what is on its way now."""
        session = self._session
        if session is not None:
            session.cut()

    def work(self) -> int:
        """Carry what is due; returns how many messages were begun."""
        number = 0
        try:
            while not self._stopping.is_set():
                claimed = sending.claim(channel_id=self.channel_id, at=self._ways.now())
                if claimed is None:
                    break
                number += self._carry(claimed)
        finally:
            if self._session is not None:
                self._session.close()
        return number

    def _carry(self, claimed: Claimed) -> bool:
        letter = self._in_spite_of_absence(lambda: sending.begin(claimed, at=self._ways.now()))
        if letter is None:
            return False
        failpoints.here("attempt-started")
        outcome = self._attempt(claimed.channel_id, letter)
        failpoints.here("before-outcome")
        self._in_spite_of_absence(lambda: sending.conclude(claimed, outcome, at=self._ways.now()))
        said = outcome.trouble.code if outcome.trouble else "sent"
        logger.info("outbound %s: %s", claimed.envelope_id, said)
        return True

    def _in_spite_of_absence(self, work: Callable[[], Given]) -> Given:
        """Do `work`; while the database is away, again and again until our lease must have ended.

        What a server answered is not forgotten: else the message would go a second time (F06).
        """
        end = time.monotonic() + limits().send.lease_seconds
        while True:
            try:
                return work()
            except (OperationalError, InterfaceError):
                connections.close_all()
                if time.monotonic() > end or self._stopping.wait(limits().send.look_seconds):
                    raise

    def _attempt(self, channel_id: int, letter: Letter) -> Outcome:
        channel = self._in_spite_of_absence(
            lambda: Channel.objects.select_related("brand").get(pk=channel_id)
        )
        try:
            found = config.settings_of(channel)
        except ValidationError:
            return _mailbox_trouble(Trouble("settings_broken"))
        try:
            raw = self._in_spite_of_absence(lambda: writing.bytes_of(letter, channel, found))
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:  # noqa: BLE001 - one odd message must not stop the others
            detail = type(problem).__name__
            return Outcome(trouble=Refusal(code="unwritable", final=True, detail=detail))
        try:
            outcome = self._hand_over(letter, raw, channel, found)
        except Trouble as trouble:
            return _mailbox_trouble(trouble)
        return outcome

    def _hand_over(
        self, letter: Letter, raw: bytes, channel: Channel, found: EmailSettings
    ) -> Outcome:
        """Over the line that is open; over a new one when the server has closed that meanwhile."""
        kept = self._session is not None
        outcome = self._give(letter, raw, channel, found)
        lost = outcome.trouble is not None and outcome.trouble.code == "connection_lost"
        if kept and lost and not outcome.uncertain and not self._stopping.is_set():
            outcome = self._give(letter, raw, channel, found)
        return outcome

    def _give(self, letter: Letter, raw: bytes, channel: Channel, found: EmailSettings) -> Outcome:
        if found.demo:
            return nowhere.take(letter)
        session = self._line(channel, found)
        # A machine's mail has no sender on its envelope, so that nothing answers it (RFC 3834);
        # servers that refuse that get our address.
        senders = ("", channel.address) if letter.outbound.automatic else (channel.address,)
        outcome = session.send(senders=senders, recipients=letter.recipients, raw=raw)
        if not session.is_open or session.mails >= limits().send.connection_mails:
            session.close()
            self._session = None
        return outcome

    def _line(self, channel: Channel, found: EmailSettings) -> Session:
        if self._session is None:
            name = channel.address.rpartition("@")[2] or "localhost"
            self._session = Session(access_of(channel, found, self._ways), name=name)
        return self._session


def access_of(channel: Channel, found: EmailSettings, ways: Ways) -> Access:
    """How a channel's server is entered. Raises Trouble."""
    if found.smtp is None:
        raise Trouble("no_server")
    try:
        secrets = config.secrets_of(channel)
    except (seal.Unsealable, ValueError) as problem:
        raise Trouble("no_secret") from problem
    token = None
    if found.auth != "password":
        tokens = ways.tokens
        if tokens is None:
            raise Trouble("no_secret")
        token = lambda: tokens(channel.pk)  # noqa: E731 - asked when it is needed
    server = found.smtp
    if not server.user:
        server = server.model_copy(update={"user": channel.address})
    return Access(
        server=server,
        password=secrets.smtp_password or secrets.password,
        token=token,
        private_allowed=settings.ZABOTA_PRIVATE_MAIL_HOSTS,
        ca_file=ways.ca_file,
    )


def _mailbox_trouble(trouble: Trouble) -> Outcome:
    no = Refusal(code=trouble.code, final=not trouble.passing, detail=trouble.detail)
    return replace(Outcome(trouble=no), at_mailbox=True)
