"""Writes about people, one module a noun. Recognising who wrote is used most and stands here."""

from zabota.domains.people.services.recognition import (
    Known,
    Seen,
    mark_unusable,
    mark_usable,
    recognise,
    verify,
)

__all__ = ["Known", "Seen", "mark_unusable", "mark_usable", "recognise", "verify"]
