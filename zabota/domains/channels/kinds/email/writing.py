"""An outgoing envelope as the bytes that leave: ours are the name, the ids, the way back.

Some servers (Amazon SES, Microsoft 365) put another Message-ID in place of ours, and do not say
which. An answer then names an id that we never saw; it still finds its conversation, because the
signed id also leads the References, which those servers leave alone, and stands behind the plus of
Reply-To where the mailbox has such addresses.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from zabota.domains.channels.envelopes import Outbound, Party
from zabota.domains.channels.kinds.email.config import EmailSettings
from zabota.domains.channels.models import Channel
from zabota.domains.channels.rules.sections import Mail
from zabota.domains.channels.services import optout
from zabota.domains.channels.services.sending import Letter
from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.kernel import clock
from zabota.kernel.files import store
from zabota.kernel.files.models import StoredFile
from zabota.pure.mailtext import compose, thread_id
from zabota.pure.mailtext.compose import (
    Attachment,
    Mailbox,
    Outgoing,
    Picture,
    Quotation,
    Unsubscribe,
)


def bytes_of(letter: Letter, channel: Channel, found: EmailSettings) -> bytes:
    """The mail as it goes over the wire, with the same ids and words at each try.

    Raises compose.InvalidOutgoing when it cannot be written truly, FileNotFoundError when a file
    of it was taken away.
    """
    message = letter.outbound
    way_out = optout.way_out(message)
    domain = channel.address.rpartition("@")[2]
    return compose.build(
        Outgoing(
            sender=Mailbox(channel.address, message.from_name or channel.name),
            to=tuple(_mailbox(party) for party in message.to),
            cc=tuple(_mailbox(party) for party in message.cc),
            reply_to=_way_back(letter, channel, found),
            subject=message.subject,
            text=_text(message, channel, way_out),
            at=_local(letter.written_at, channel),
            message_id=letter.external_id,
            in_reply_to=message.in_reply_to,
            references=_references(letter, domain),
            signature=message.signature,
            quotation=_quotation(message.quote),
            language=message.language,
            attachments=tuple(_attachments(message.file_ids)),
            pictures=tuple(_pictures(message.inline_file_ids)),
            automatic=message.automatic,
            unsubscribe=_unsubscribe(way_out),
        )
    )


def _mailbox(party: Party) -> Mailbox:
    return Mailbox(party.address, party.name)


def _way_back(letter: Letter, channel: Channel, found: EmailSettings) -> Mailbox | None:
    """Where answers go: our address with the signed id, where such addresses arrive."""
    if not (found.plus_addressing and letter.token):
        return None
    local, _, domain = channel.address.rpartition("@")
    plus = f"{local}+{letter.token}"
    if len(plus) > thread_id.LONGEST_LOCAL_PART:
        return None
    return Mailbox(f"{plus}@{domain}", letter.outbound.from_name or channel.name)


def _text(message: Outbound, channel: Channel, way_out: str) -> str:
    """The words, the links as lines of their own, and beneath a mailing the way out (S-729)."""
    blocks = [message.text, *(f"{label}\n{address}" for label, address in message.links)]
    if way_out:
        scope = Scope(brand=channel.brand_id, channel=channel.pk)
        words = charter.in_force(at=clock.now()).section(Mail, scope=scope).unsubscribe
        blocks.append(f"{words.in_language(message.language)}\n{way_out}")
    return "\n\n".join(blocks)


def _unsubscribe(way_out: str) -> Unsubscribe | None:
    """One click counts only over https (RFC 8058); else the link in the text has to do."""
    return Unsubscribe(url=way_out) if way_out.startswith("https://") else None


def _local(moment: datetime, channel: Channel) -> datetime:
    """The date as the sender's clock shows it."""
    return moment.astimezone(ZoneInfo(channel.brand.time_zone))


def _references(letter: Letter, domain: str) -> tuple[str, ...]:
    """The thread, led by our signed id: programs that shorten the list keep its first entry.

    It stands there under a name of its own, so that no mail refers to itself.
    """
    told = tuple(one for one in letter.outbound.references if one != letter.external_id)
    return (f"<{letter.token}@thread.{domain}>", *told) if letter.token else told


def _quotation(quote: str) -> Quotation | None:
    """The quoted message came as a line that says whose it is, and lines with ">"."""
    if not quote.strip():
        return None
    head, _, rest = quote.partition("\n")
    lines = [line.removeprefix(">").removeprefix(" ") for line in rest.split("\n")]
    return Quotation(head=head, text="\n".join(lines))


def _attachments(ids: tuple[int, ...]) -> list[Attachment]:
    return [
        Attachment(name=file.name, media_type=file.media_type, data=store.read(file))
        for file in _files(ids)
    ]


def _pictures(ids: tuple[int, ...]) -> list[Picture]:
    return [
        Picture(
            content_id=f"picture-{file.pk}",
            name=file.name,
            media_type=file.media_type,
            data=store.read(file),
        )
        for file in _files(ids)
    ]


def _files(ids: tuple[int, ...]) -> list[StoredFile]:
    rows = StoredFile.objects.in_bulk(ids)
    if missing := [pk for pk in ids if pk not in rows]:
        raise FileNotFoundError(f"stored files {missing}")
    return [rows[pk] for pk in ids]
