"""One look into one mailbox: what is new is stored raw, in order of UID, and the cursor follows."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from zabota.domains.channels.kinds.email.imap import Listed, Session
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
    place = mailboxes.position(channel_id=channel_id, folder=folder)
    known = place.uidvalidity == session.uidvalidity
    last = place.last_uid if known else 0
    total = Stored()
    uids = session.uids_after(last)
    for portion in _portions(uids, limits().mailbox.fetch_mails):
        listed = session.listed(portion)
        small = [mail for mail in listed if not _too_large(mail)]
        for mails in _bearable(small):
            history: list[RawMail] = []
            fresh: list[RawMail] = []
            for fetched in session.fetch(mails):
                received = min(fetched.listed.received_at or clock(), clock())
                raw = RawMail(
                    content=fetched.content,
                    received_at=received,
                    source=f"{folder} {fetched.listed.uid}",
                    folder=folder,
                    uidvalidity=session.uidvalidity,
                    uid=fetched.listed.uid,
                )
                (history if received < connected_at else fresh).append(raw)
            failpoints.here("fetched")
            for items, old in ((history, True), (fresh, False)):
                total += storing.store_raw(
                    channel_id=channel_id, items=items, at=clock(), history=old
                )
        for mail in listed:
            if _too_large(mail):
                _refuse(channel_id, folder, session.uidvalidity, mail, clock())
        last = portion[-1]
        failpoints.here("before-cursor")
        mailboxes.read_well(
            channel_id=channel_id,
            folder=folder,
            uidvalidity=session.uidvalidity,
            last_uid=last,
            at=clock(),
        )
    if not uids:
        mailboxes.read_well(
            channel_id=channel_id,
            folder=folder,
            uidvalidity=session.uidvalidity,
            last_uid=last,
            at=clock(),
        )
    return total


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


def _refuse(channel_id: int, folder: str, uidvalidity: int, mail: Listed, at: datetime) -> None:
    refused = TooLarge(
        folder=folder,
        uidvalidity=uidvalidity,
        uid=mail.uid,
        size=mail.size,
        received_at=mail.received_at or at,
    )
    mailboxes.refuse(channel_id=channel_id, mail=refused, at=at)
