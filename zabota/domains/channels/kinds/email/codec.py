"""Raw mail to a reading, pure: what `pure.mailtext` finds, in the words of channels.

Runs in a parser child: no Django, no I/O, no settings.
"""

from collections.abc import Mapping
from datetime import datetime

from zabota.domains.channels.envelopes import Bounce, Party
from zabota.domains.channels.kinds.email import language
from zabota.domains.channels.rules.readings import Read, ReadFile, Reading, Vouching
from zabota.pure.mailtext import automatic, gist, html, quotes
from zabota.pure.mailtext.mail import Action, Address, Attachment, Mail, Unparsable
from zabota.pure.mailtext.parse import parse

__all__ = ["Unparsable", "read"]
PREVIEW_CHARS = 160  # one line of a list, and the column it is kept in


def read(raw: bytes, *, at: datetime) -> Read:
    """The mail as a reading, with the bytes of its attachments. Raises Unparsable."""
    mail = parse(raw, at=at)
    text = _text(mail)
    split = quotes.split(text, forwarded=quotes.is_forward(mail.subject))
    own = split.own
    trust = mail.authentication_results
    reading = Reading(
        external_id=mail.message_id,
        references=mail.references,
        in_reply_to=mail.in_reply_to,
        sender=_party(mail.sender) if mail.sender else None,
        sender_exact=mail.sender_trust.exact,
        reply_to=_parties(mail.reply_to),
        to=_parties(mail.to),
        cc=_parties(mail.cc),
        more_recipients=mail.recipients_left_out,
        delivered_to=mail.delivered_to,
        sent_at=mail.date,
        received_at=mail.received,
        authserv_id=trust.authserv_id if trust else "",
        vouchings=tuple(
            Vouching(method=one.method, result=one.result, domain=one.domain)
            for one in (trust.results if trust else ())
        ),
        subject=mail.subject,
        text=text,
        folds=_folds(split),
        preview=gist.preview(own or split.shown or text, PREVIEW_CHARS),
        language=language.guess(own or text),
        automatic=_automatic(mail, own),
        thanks_only=gist.thanks_only(own),
        has_original=mail.html is not None,
        bounced=_bounced(mail),
        files=tuple(_file(attachment) for attachment in mail.attachments),
    )
    return Read(
        reading=reading, contents=tuple(attachment.content for attachment in mail.attachments)
    )


def _text(mail: Mail) -> str:
    """The plain body; the HTML one as text where the plain one is missing or only a part."""
    if mail.html is not None and not (mail.text_is_whole and mail.text.strip()):
        return html.to_text(mail.html) or mail.text
    return mail.text


def _automatic(mail: Mail, own: str) -> str:
    """The kind of an automatic mail, "" for a person's."""
    if mail.delivery_report is not None:
        delayed = mail.delivery_report.action is Action.DELAYED
        return str(automatic.Kind.DELAYED if delayed else automatic.Kind.BOUNCE)
    sender = mail.sender.addr if mail.sender else ""
    found = automatic.kind(mail.headers, subject=mail.subject, sender_addr=sender, text=own)
    return "" if found.kind is automatic.Kind.HUMAN else str(found.kind)


def _folds(split: quotes.Split) -> tuple[tuple[int, int, str], ...]:
    folds: list[tuple[int, int, str]] = []
    start = 0
    for piece in split.pieces:
        end = start + len(piece.text)
        if piece.folded:
            kind = "quote" if piece.kind is quotes.Kind.QUOTED else "signature"
            folds.append((start, end, kind))
        start = end
    return tuple(folds)


def _bounced(mail: Mail) -> tuple[Bounce, ...]:
    report = mail.delivery_report
    if report is None:
        return ()
    return tuple(
        Bounce(
            external_id=report.original_message_id,
            address=recipient.addr,
            permanent=recipient.action is Action.FAILED,
            status=recipient.status,
            diagnostic=recipient.diagnostic[:500],
        )
        for recipient in report.recipients
        if recipient.action in {Action.FAILED, Action.DELAYED}
    )


def _file(attachment: Attachment) -> ReadFile:
    return ReadFile(
        name=attachment.name,
        media_type=attachment.media_type,
        size=len(attachment.content),
        content_id=attachment.content_id,
        inline=attachment.inline,
    )


def _parties(addresses: tuple[Address, ...]) -> tuple[Party, ...]:
    return tuple(_party(address) for address in addresses)


def _party(address: Address) -> Party:
    return Party(address=address.addr, name=address.name)


def original(raw: bytes, *, shown_at: Mapping[str, str]) -> html.Document:
    """The mail's HTML body as it may be shown; `shown_at` is the address of each inline picture by
    its Content-ID. A mail without HTML gives an empty document.
    """
    return html.clean_document(parse(raw).html or "", cid_urls=shown_at)
