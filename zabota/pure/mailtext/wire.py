"""A `Mail` as plain values for JSON and back, so that parsing can happen in another process.

The content of attachments is base64 in the values, or goes where the caller keeps it: then the
values hold only the caller's reference.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from zabota.pure.mailtext.mail import (
    Action,
    Address,
    Attachment,
    AuthenticationResult,
    AuthenticationResults,
    DeliveryReport,
    Mail,
    RecipientReport,
    SenderTrust,
    Unparsable,
)

Values = dict[str, Any]  # what `json` takes and gives; each field is checked by its builder
_VERSION = 1
_AS_IS = (
    *("message_id", "subject", "recipients_left_out", "media_type", "text", "text_is_whole"),
    *("html", "charset"),
)
_LISTS = ("in_reply_to", "references", "delivered_to", "defects")
_PEOPLE = ("reply_to", "to", "cc")
_MOMENTS = ("date", "received")
_DESCRIBED = (
    *("name", "original_name", "media_type", "content_id", "inline", "size", "sha256", "part"),
)


class WireError(ValueError):
    """The values are not those of a mail, or of another version of this package."""


def to_wire(mail: Mail, *, keep: Callable[[Attachment], str] | None = None) -> Values:
    """Plain values of `mail`. `keep` takes each attachment's content and returns a reference;
    without it the content is in the values."""
    values: Values = {"version": _VERSION}
    values.update((name, getattr(mail, name)) for name in _AS_IS)
    values.update((name, list(getattr(mail, name))) for name in _LISTS)
    for name in _PEOPLE:
        values[name] = [_address(address) for address in getattr(mail, name)]
    for name in _MOMENTS:
        moment: datetime | None = getattr(mail, name)
        values[name] = moment.isoformat() if moment else None
    values["sender"] = _address(mail.sender) if mail.sender else None
    values["sender_trust"] = [mail.sender_trust.exact, mail.sender_trust.reason]
    values["headers"] = dict(mail.headers)
    values["attachments"] = [_attachment(attachment, keep) for attachment in mail.attachments]
    values["authentication_results"] = _authentication(mail.authentication_results)
    values["delivery_report"] = _report(mail.delivery_report)
    return values


def _address(address: Address) -> list[str]:
    return [address.name, address.addr]


def _attachment(attachment: Attachment, keep: Callable[[Attachment], str] | None) -> Values:
    values: Values = {name: getattr(attachment, name) for name in _DESCRIBED}
    if keep is None:
        values["content"] = base64.b64encode(attachment.content).decode("ascii")
    else:
        values["kept"] = keep(attachment)
    return values


def _authentication(told: AuthenticationResults | None) -> Values | None:
    if told is None:
        return None
    results = [[result.method, result.result, result.domain] for result in told.results]
    return {"authserv_id": told.authserv_id, "results": results}


def _report(report: DeliveryReport | None) -> Values | None:
    if report is None:
        return None
    return {
        "recipients": [
            [one.addr, one.action.value, one.status, one.diagnostic, one.remote_mta]
            for one in report.recipients
        ],
        "original_message_id": report.original_message_id,
        "standard": report.standard,
    }


def from_wire(values: Mapping[str, Any], *, fetch: Callable[[str], bytes] | None = None) -> Mail:
    """The mail that `to_wire` made the values of, equal to it. `fetch` gives the content for a
    reference of `keep`; without it such content is empty. Raises `WireError`."""
    if values.get("version") != _VERSION:
        raise WireError(f"version {values.get('version')!r}, expected {_VERSION}")
    try:
        fields: Values = {name: values[name] for name in _AS_IS}
        fields.update((name, tuple(values[name])) for name in _LISTS)
        for name in _PEOPLE:
            fields[name] = tuple(Address(*address) for address in values[name])
        for name in _MOMENTS:
            fields[name] = datetime.fromisoformat(values[name]) if values[name] else None
        fields["sender"] = Address(*values["sender"]) if values["sender"] else None
        fields["sender_trust"] = SenderTrust(*values["sender_trust"])
        fields["headers"] = dict(values["headers"])
        fields["attachments"] = tuple(_attached(one, fetch) for one in values["attachments"])
        fields["authentication_results"] = _authenticated(values["authentication_results"])
        fields["delivery_report"] = _reported(values["delivery_report"])
        return Mail(**fields)
    except (KeyError, TypeError, ValueError) as wrong:
        raise WireError(f"not the values of a mail: {wrong!r}") from wrong


def _attached(values: Values, fetch: Callable[[str], bytes] | None) -> Attachment:
    if "content" in values:
        content = base64.b64decode(values["content"])
    else:
        content = fetch(values["kept"]) if fetch else b""
    return Attachment(**{name: values[name] for name in _DESCRIBED}, content=content)


def _authenticated(values: Values | None) -> AuthenticationResults | None:
    if values is None:
        return None
    results = (
        AuthenticationResult(method=method, result=result, domain=domain)
        for method, result, domain in values["results"]
    )
    return AuthenticationResults(authserv_id=values["authserv_id"], results=tuple(results))


def _reported(values: Values | None) -> DeliveryReport | None:
    if values is None:
        return None
    recipients = (
        RecipientReport(
            addr=addr, action=Action(action), status=status, diagnostic=diagnostic, remote_mta=mta
        )
        for addr, action, status, diagnostic, mta in values["recipients"]
    )
    return DeliveryReport(
        recipients=tuple(recipients),
        original_message_id=values["original_message_id"],
        standard=values["standard"],
    )


def refusal_to_wire(refused: Unparsable) -> Values:
    """Plain values of a refusal, to be told apart from a mail by their key `unparsable`."""
    return {"version": _VERSION, "unparsable": [refused.reason_code, refused.detail]}


def refusal_from_wire(values: Mapping[str, Any]) -> Unparsable | None:
    """The refusal in the values; None when they are those of a mail."""
    told = values.get("unparsable")
    return Unparsable(*told) if told else None
