"""One look into one mailbox: what is new is stored raw, in order of UID, and the cursor follows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from zabota.domains.channels.kinds.email.imap import Fetched, Listed, Session
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.services import mailboxes, storing
from zabota.domains.channels.services.mailboxes import TooLarge
from zabota.domains.channels.services.storing import RawMail, Stored
from zabota.kernel import failpoints


def look(
    session: Session,
    *,
    channel_id: int,
    folder: str,
    connected_at: datetime,
    clock: Callable[[], datetime],
) -> Stored:
    """Store everything above the cursor. Raises Trouble; what was stored until then stays.

    Under another UIDVALIDITY the folder is read from its beginning: UIDs mean nothing any more,
    and content tells which mails are known (F27). Mail that lay there before the mailbox was
    connected is history. The cursor never passes a mail that was not kept.
    """
    folder_now = _Folder(session, channel_id, folder, connected_at, clock)
    place = mailboxes.position(channel_id=channel_id, folder=folder)
    last = place.last_uid if place.uidvalidity == session.uidvalidity else 0
    uids = session.uids_after(last)
    total = Stored()
    for portion in _portions(uids, limits().mailbox.fetch_mails):
        total += folder_now.store(session.listed(portion))
        failpoints.here("before-cursor")
        folder_now.move_cursor(portion[-1])
    if not uids:
        folder_now.move_cursor(last)
    return total


@dataclass(frozen=True)
class _Folder:
    session: Session
    channel_id: int
    folder: str
    connected_at: datetime
    clock: Callable[[], datetime]

    def store(self, listed: Sequence[Listed]) -> Stored:
        """Keep the mails, those of one time together; show those that are too large. What was kept
        before a death that came before the cursor moved is not loaded again.
        """
        kept = storing.kept_uids(
            channel_id=self.channel_id,
            folder=self.folder,
            uidvalidity=self.session.uidvalidity,
            uids=[mail.uid for mail in listed],
        )
        fitting = [mail for mail in listed if not _too_large(mail)]
        fresh = [mail for mail in fitting if mail.uid not in kept]
        total = Stored(duplicates=len(fitting) - len(fresh))
        for mails in _bearable(fresh):
            fetched = [self._raw(one) for one in self.session.fetch(mails)]
            failpoints.here("fetched")
            for old in (True, False):
                total += storing.store_raw(
                    channel_id=self.channel_id,
                    items=[one for one in fetched if (one.received_at < self.connected_at) is old],
                    at=self.clock(),
                    history=old,
                )
        for mail in listed:
            if _too_large(mail):
                self._refuse(mail)
        return total

    def _raw(self, fetched: Fetched) -> RawMail:
        now = self.clock()
        return RawMail(
            content=fetched.content,
            received_at=min(fetched.listed.received_at or now, now),
            source=f"{self.folder} {fetched.listed.uid}",
            folder=self.folder,
            uidvalidity=self.session.uidvalidity,
            uid=fetched.listed.uid,
        )

    def _refuse(self, mail: Listed) -> None:
        now = self.clock()
        refused = TooLarge(
            folder=self.folder,
            uidvalidity=self.session.uidvalidity,
            uid=mail.uid,
            size=mail.size,
            received_at=mail.received_at or now,
        )
        mailboxes.refuse(channel_id=self.channel_id, mail=refused, at=now)

    def move_cursor(self, last_uid: int) -> None:
        mailboxes.read_well(
            channel_id=self.channel_id,
            folder=self.folder,
            uidvalidity=self.session.uidvalidity,
            last_uid=last_uid,
            at=self.clock(),
        )


def _portions(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def _bearable(mails: Sequence[Listed]) -> Iterator[Sequence[Listed]]:
    """Mails that are loaded together: a few large ones, many small ones."""
    portion: list[Listed] = []
    for mail in mails:
        size = sum(one.size for one in portion)
        if portion and size + mail.size > limits().store.batch_bytes:
            yield portion
            portion = []
        portion.append(mail)
    if portion:
        yield portion


def _too_large(mail: Listed) -> bool:
    return storing.refusal(size=mail.size) == "too_large"
