"""Files of replies that were not sent: they come back with the words, and are not kept for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.charter import queries as charter
from zabota.domains.desk.enums import Delivery, Direction
from zabota.domains.desk.models import Attachment, Draft, Message
from zabota.domains.desk.queries import access
from zabota.domains.desk.rules.sections import Replies
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.files import store


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that can go with a reply."""

    id: int
    name: str
    size: int


def most_bytes(*, at: datetime) -> int:
    """What all files of one reply weigh at most, by the charter."""
    return charter.in_force(at=at).section(Replies).files_megabytes * 1_000_000


def of_message(ref: str, actor: Actor) -> Sequence[Upload]:
    """The files of one of our letters, to be sent once more. Raises NotFound."""
    message = access.message_for(actor, ref)
    return of(message) if message.direction == Direction.OUT else ()


def of(message: Message | None) -> Sequence[Upload]:
    """The same, of a message in hand."""
    if message is None:
        return ()
    rows = message.attachments.filter(inline=False).select_related("file").order_by("pk")
    return [Upload(id=row.file.pk, name=row.name, size=row.file.size) for row in rows]


def forget(*, at: datetime) -> int:
    """Remove files that were kept for a reply long enough (charter, `files_kept_hours`).

    Those of a letter that was taken back stay while somebody's draft brings them. Returns how many.
    """
    kept = charter.in_force(at=at).section(Replies).files_kept_hours
    before = at - timedelta(hours=kept)
    with tx.write():
        brought = Draft.objects.filter(brings__isnull=False).values("brings_id")
        taken_back = Message.objects.filter(delivery=Delivery.UNDONE, at__lt=before)
        Attachment.objects.filter(message__in=taken_back.exclude(pk__in=brought)).delete()
        return store.forget_unused(before=before)
