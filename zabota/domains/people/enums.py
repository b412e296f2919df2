"""Vocabulary of people."""

from enum import StrEnum


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"


class ContactKind(StrEnum):
    """Whom we serve besides buyers: all may open a matter with the same promises (S-019)."""

    BUYER = "buyer"
    PARTNER = "partner"
    SUPPLIER = "supplier"
    COLLEAGUE = "colleague"
    CANDIDATE = "candidate"


class Formality(StrEnum):
    FORMAL = "formal"
    INFORMAL = "informal"


class RelationshipState(StrEnum):
    ACTIVE = "active"
    AT_RISK = "at_risk"
    PAUSED = "paused"
    ENDED = "ended"


class IdentityKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


class Purpose(StrEnum):
    """What a message to a customer is for.

    Service answers a matter; the rest needs consent (S-737).
    """

    SERVICE = "service"
    SURVEY = "survey"
    MARKETING = "marketing"


class NoteKind(StrEnum):
    """Human context (S-011)."""

    WORRY = "worry"
    TASK = "task"
    QUIRK = "quirk"
    EXPECTATION = "expectation"
    ATTITUDE = "attitude"
