"""Mail as a machine sends it, read into data that a person's page can use. See README.md."""

from zabota.pure.mailtext.fingerprint import content_hash
from zabota.pure.mailtext.mail import (
    Action,
    Address,
    Attachment,
    AuthenticationResult,
    AuthenticationResults,
    DeliveryReport,
    Limits,
    Mail,
    RecipientReport,
    SenderTrust,
    Unparsable,
)
from zabota.pure.mailtext.parse import parse

__all__ = [
    "Action",
    "Address",
    "Attachment",
    "AuthenticationResult",
    "AuthenticationResults",
    "DeliveryReport",
    "Limits",
    "Mail",
    "RecipientReport",
    "SenderTrust",
    "Unparsable",
    "content_hash",
    "parse",
]
