"""What a bounce or a notice of delay says of the mail it belongs to.

RFC 3464 first: its parts are exact. For servers that write prose, flufl.bounce recognises the
wording; it gets a shallow copy of limited size, never the mail itself.
"""

import email.message
import re

import flufl.bounce

from zabota.pure.mailtext import addresses, characters, headers
from zabota.pure.mailtext.mail import (
    Action,
    Attachment,
    DeliveryReport,
    Limits,
    RecipientReport,
)

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(rb"(?im)^[> \t]{0,4}message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,500}>)")
_ROBOTS = ("mailer-daemon", "postmaster", "mail-daemon", "mdaemon", "mailerdaemon")
_ACTIONS = {"error": Action.FAILED, "fail": Action.FAILED, "expired": Action.FAILED}
_MOST_STATUS_BYTES = 65_536
_MOST_BLOCKS = 200
_MOST_PROSE = 16_384
_MOST_PROSE_LINE = 500
_MOST_DIAGNOSTIC = 1_000


def read(
    root: headers.Headers, text: str, attachments: list[Attachment], *, limits: Limits
) -> DeliveryReport | None:
    """The report of a mail with these top headers, body and attachments; None when it is none."""
    statuses = [
        part
        for part in attachments
        if part.media_type in {"message/delivery-status", "message/global-delivery-status"}
    ]
    recipients = [
        recipient
        for part in statuses
        for recipient in _told(part.content[:_MOST_STATUS_BYTES], limits=limits)
    ]
    if not recipients and not _looks_bounced(root, bool(statuses)):
        return None
    original = _original_message_id(text, attachments)
    if recipients:
        return DeliveryReport(
            recipients=tuple(recipients), original_message_id=original, standard=True
        )
    guessed = _by_wording(root, text, limits=limits)
    if not guessed and not statuses:
        return None
    return DeliveryReport(recipients=guessed, original_message_id=original, standard=False)


def _told(content: bytes, *, limits: Limits) -> list[RecipientReport]:
    """The blocks of a delivery-status part that name a recipient and an action."""
    found: list[RecipientReport] = []
    blocks = re.split(rb"\r?\n(?:[ \t]*\r?\n)+", content.strip())[:_MOST_BLOCKS]
    for block in blocks:
        fields = headers.read(block, 0, budget=limits.header_bytes).headers
        action = _action(headers.text(fields.first("action")))
        told = fields.first("original-recipient") or fields.first("final-recipient")
        addr = _typed(told, limits=limits).strip("<> ")
        if action is None or not addr:
            continue
        status = _STATUS.search(headers.text(fields.first("status")))
        diagnostic = _typed(fields.first("diagnostic-code"), limits=limits)
        found.append(
            RecipientReport(
                addr=addr,
                action=action,
                status=status.group(1) if status else "",
                diagnostic=diagnostic[:_MOST_DIAGNOSTIC],
                remote_mta=_typed(fields.first("remote-mta"), limits=limits)[:_MOST_DIAGNOSTIC],
            )
        )
    return found


def _action(written: str) -> Action | None:
    words = re.findall(r"[a-z]+", written[:100].lower())
    if not words:
        return None
    return next((action for action in Action if action == words[0]), _ACTIONS.get(words[0]))


def _typed(value: bytes, *, limits: Limits) -> str:
    """The second half of a field such as `rfc822; anna@example.lv`."""
    kind, semicolon, rest = headers.words(value, limits=limits).partition(";")
    return rest.strip() if semicolon else kind.strip()


def _looks_bounced(root: headers.Headers, has_status: bool) -> bool:
    if has_status or root.first("x-failed-recipients"):
        return True
    sender = headers.text(root.first("from")).lower()
    if any(robot in sender for robot in _ROBOTS):
        return True
    return root.first("return-path").strip() == b"<>" and not root.first(
        "auto-submitted"
    ).lower().startswith(b"auto-replied")


def _original_message_id(text: str, attachments: list[Attachment]) -> str:
    """The id of the mail that bounced: from its returned copy or headers, else from the prose."""
    returned = [
        part.content[:_MOST_STATUS_BYTES]
        for part in attachments
        if part.media_type in {"message/rfc822", "text/rfc822-headers", "message/global-headers"}
    ]
    for content in [*returned, text[:_MOST_STATUS_BYTES].encode("utf-8", "replace")]:
        if found := _MESSAGE_ID.search(content):
            return characters.line(headers.text(found.group(1)), limit=_MOST_DIAGNOSTIC)
    return ""


def _by_wording(root: headers.Headers, text: str, *, limits: Limits) -> tuple[RecipientReport, ...]:
    """What flufl.bounce finds in the first stretch of prose, without long lines: its patterns
    were not made against hostile text."""
    lines = [line[:_MOST_PROSE_LINE] for line in text[:_MOST_PROSE].split("\n")]
    copy = email.message.Message()
    found, _more = addresses.read(root.first("from"), limits=limits, most=1)
    copy["from"] = found[0].addr if found else "unknown@invalid"
    for name in ("subject", "x-failed-recipients", "x-mailer"):
        if value := root.first(name):
            copy[name] = characters.line(headers.text(value), limit=_MOST_DIAGNOSTIC)
    copy["Content-Type"] = "text/plain; charset=utf-8"
    copy.set_payload("\n".join(lines))
    try:
        delayed, failed = flufl.bounce.all_failures(copy)
    except Exception:  # noqa: BLE001 - foreign patterns on hostile prose; no opinion is an answer
        return ()
    status = _STATUS.search("\n".join(lines))
    return tuple(
        RecipientReport(
            addr=characters.line(addr.decode("ascii", "replace"), limit=320),
            action=action,
            status=status.group(1) if status else "",
        )
        for action, addresses in ((Action.FAILED, failed), (Action.DELAYED, delayed - failed))
        for addr in sorted(addresses)
        if addr
    )
