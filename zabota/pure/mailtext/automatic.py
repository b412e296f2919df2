"""Whether a person wrote a mail, and whether an automatic answer to it may leave.

Two machines that answer each other write for ever, and an answer to a forged sender hits a
stranger (T14). So headers are believed first (RFC 3834, RFC 5230, list headers of RFC 2369 and
2919), then the sender's address, then words of the subject in three languages (`automatic.toml`).
Delivery reports proper are read with the mail's parts elsewhere; here only their look is known.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any, Final, NamedTuple

_DATA: Final[dict[str, Any]] = tomllib.loads(
    resources.files(__package__).joinpath("automatic.toml").read_text(encoding="utf-8")
)
_SUBJECT_CHARACTERS: Final[int] = _DATA["bounds"]["subject_characters"]
_TEXT_CHARACTERS: Final[int] = _DATA["bounds"]["text_characters"]


class Kind(StrEnum):
    """Who or what wrote a mail."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    VACATION = "vacation"
    BOUNCE = "bounce"
    DELAYED = "delayed"
    MAILING_LIST = "mailing_list"
    MACHINE = "machine"


class Reason(StrEnum):
    """What gave the writer away; a face finds the words."""

    NOTHING = "nothing"
    AUTO_SUBMITTED = "auto_submitted"
    RESPONDER_HEADER = "responder_header"
    DELIVERY_REPORT = "delivery_report"
    NULL_RETURN_PATH = "null_return_path"
    LIST_HEADER = "list_header"
    PRECEDENCE = "precedence"
    SENDER_ADDRESS = "sender_address"
    SUBJECT_WORDS = "subject_words"
    TEXT_WORDS = "text_words"
    SUPPRESSED = "suppressed"
    OWN_ADDRESS = "own_address"
    NO_SENDER = "no_sender"


@dataclass(frozen=True, slots=True)
class Automatic:
    """The kind of a mail and what it was known by."""

    kind: Kind
    reason: Reason


class Verdict(NamedTuple):
    """Whether an automatic answer may leave, and if not, why."""

    allowed: bool
    reason: Reason


def kind(
    mail_headers: Mapping[str, str], *, subject: str, sender_addr: str, text: str = ""
) -> Automatic:
    """Who wrote the mail.

    `mail_headers` are decoded headers under any case of their names; of a repeated one any may be
    given. The order is: delivery reports, `Auto-Submitted` and responders, lists, the sender's
    address, words. A mail with none of these signs is a person's.
    """
    headers = {name.lower(): value.strip().lower() for name, value in mail_headers.items()}
    words = _fold(subject[:_SUBJECT_CHARACTERS])
    opening = _fold(text[:_TEXT_CHARACTERS])
    checks = (
        _report(headers, words, sender_addr, opening),
        _submitted(headers, words),
        _list(headers, sender_addr),
        _machine(words, sender_addr),
        _worded(words, opening),
    )
    return next((found for found in checks if found), Automatic(Kind.HUMAN, Reason.NOTHING))


def may_answer_automatically(
    mail_headers: Mapping[str, str],
    *,
    subject: str,
    sender_addr: str,
    own_addresses: Collection[str],
    return_path: str | None = None,
    text: str = "",
) -> Verdict:
    """Whether a machine of ours may answer this mail by itself (RFC 3834, section 2).

    Never to a mail that no person wrote, to a sender who asks for none, to a null return path, to
    ourselves, or to nobody. `return_path` is the envelope's sender where it is known: "" or "<>"
    is null, None falls back to the header. How many a day is the caller's to count.
    """
    headers = {name.lower(): value.strip().lower() for name, value in mail_headers.items()}
    sender = sender_addr.strip().lower()
    if "@" not in sender:
        return Verdict(False, Reason.NO_SENDER)
    if sender in {address.strip().lower() for address in own_addresses}:
        return Verdict(False, Reason.OWN_ADDRESS)
    path = headers.get("return-path") if return_path is None else return_path.strip()
    if path is not None and path.strip("<> ") == "":
        return Verdict(False, Reason.NULL_RETURN_PATH)
    asked = headers.get("x-auto-response-suppress", "").replace(",", " ").replace(";", " ").split()
    if set(asked) & set(_DATA["headers"]["suppressing"]):
        return Verdict(False, Reason.SUPPRESSED)
    found = kind(mail_headers, subject=subject, sender_addr=sender_addr, text=text)
    if found.kind is not Kind.HUMAN:
        return Verdict(False, found.reason)
    return Verdict(True, Reason.NOTHING)


def _report(headers: Mapping[str, str], subject: str, sender: str, text: str) -> Automatic | None:
    """A bounce or a delay: a report by its type, or by who sends it with which words."""
    delayed = _holds(subject, "subjects", "delayed") or _holds(text, "texts", "delayed")
    result = Kind.DELAYED if delayed else Kind.BOUNCE
    content_type = headers.get("content-type", "")
    if content_type.startswith("multipart/report") and "delivery-status" in content_type:
        return Automatic(result, Reason.DELIVERY_REPORT)
    if "x-failed-recipients" in headers:
        return Automatic(result, Reason.DELIVERY_REPORT)
    if _mailbox(sender).startswith(tuple(_DATA["addresses"]["bounce"])):
        return Automatic(result, Reason.SENDER_ADDRESS)
    null = headers.get("return-path", "none").strip("<> ") == ""
    if null and (delayed or _holds(subject, "subjects", "bounce")):
        return Automatic(result, Reason.NULL_RETURN_PATH)
    return None


def _submitted(headers: Mapping[str, str], subject: str) -> Automatic | None:
    """What the mail says of itself; comments and parameters of the value are no matter."""
    vacation = _holds(subject, "subjects", "vacation")
    submitted = headers.get("auto-submitted", "no").split(";")[0].split("(")[0].strip()
    if submitted == "auto-replied":
        return Automatic(Kind.VACATION if vacation else Kind.AUTO_REPLY, Reason.AUTO_SUBMITTED)
    if submitted not in {"no", ""}:
        return Automatic(Kind.VACATION if vacation else Kind.MACHINE, Reason.AUTO_SUBMITTED)
    if any(headers.get(name, "no") not in {"no", "false"} for name in _DATA["headers"]["vacation"]):
        return Automatic(Kind.VACATION if vacation else Kind.AUTO_REPLY, Reason.RESPONDER_HEADER)
    if headers.get("precedence", "") in _DATA["headers"]["precedence_vacation"]:
        return Automatic(Kind.VACATION if vacation else Kind.AUTO_REPLY, Reason.PRECEDENCE)
    return None


def _list(headers: Mapping[str, str], sender: str) -> Automatic | None:
    if any(name in headers for name in _DATA["headers"]["list"]):
        return Automatic(Kind.MAILING_LIST, Reason.LIST_HEADER)
    if headers.get("precedence", "") in _DATA["headers"]["precedence_list"]:
        return Automatic(Kind.MAILING_LIST, Reason.PRECEDENCE)
    local = sender.strip().lower().partition("@")[0]
    if local.endswith(tuple(_DATA["addresses"]["list_ends"])) or (
        local.partition("-")[0] in _DATA["addresses"]["list"]
    ):
        return Automatic(Kind.MAILING_LIST, Reason.SENDER_ADDRESS)
    return None


def _machine(subject: str, sender: str) -> Automatic | None:
    mailbox = _mailbox(sender)
    if mailbox in _DATA["addresses"]["machine"] or any(
        part in mailbox for part in _DATA["addresses"]["machine_inside"]
    ):
        return Automatic(Kind.MACHINE, Reason.SENDER_ADDRESS)
    if _holds(subject, "subjects", "codes") and not _is_answer(subject):
        return Automatic(Kind.MACHINE, Reason.SUBJECT_WORDS)
    return None


def _worded(subject: str, text: str) -> Automatic | None:
    """Responders that send no header at all; the beginning of the subject is where they speak."""
    if _begins(subject, "vacation"):
        return Automatic(Kind.VACATION, Reason.SUBJECT_WORDS)
    if _begins(subject, "received"):
        return Automatic(Kind.AUTO_REPLY, Reason.SUBJECT_WORDS)
    if text.lstrip().startswith(tuple(_DATA["texts"]["vacation"])):
        return Automatic(Kind.VACATION, Reason.TEXT_WORDS)
    return None


def _begins(subject: str, group: str) -> bool:
    return subject.lstrip(' [(*"«').startswith(tuple(_DATA["subjects"][group]))


def _holds(text: str, table: str, group: str) -> bool:
    return any(words in text for words in _DATA[table][group])


def _is_answer(subject: str) -> bool:
    return subject.startswith(("re:", "re :", "отв:", "отв.:", "atb:", "fwd:", "fw:"))


def _mailbox(address: str) -> str:
    """The part before "@", without what senders vary: dots, dashes, a plus part."""
    local = address.strip().strip("<>").lower().partition("@")[0].partition("+")[0]
    return local.replace(".", "").replace("-", "").replace("_", "")


def _fold(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())
