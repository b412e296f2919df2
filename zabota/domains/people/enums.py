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


class RelationshipType(StrEnum):
    """How a customer is served; it decides channels, routing and rhythm (S-032)."""

    PERSONAL = "personal"  # a person helps, whoever is free (S-033)
    DEDICATED = "dedicated"  # his own agent, with deputies (S-034)
    SELF_SERVICE = "self_service"  # by himself, with a way to a person in sight (S-035)


class IdentityKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    CHAT = "chat"  # a browser that wrote to us: a random name


class Purpose(StrEnum):
    """What a message to a customer is for.

    Service answers a matter; the rest needs consent (S-737).
    """

    SERVICE = "service"
    SURVEY = "survey"
    MARKETING = "marketing"
    GREETING = "greeting"  # on a birthday or another day that matters to him (S-002)
    CARE = "care"  # knowing of the people he cares for (S-045)


class NoteKind(StrEnum):
    """Human context (S-011)."""

    WORRY = "worry"
    TASK = "task"
    QUIRK = "quirk"
    EXPECTATION = "expectation"
    ATTITUDE = "attitude"


class EndReason(StrEnum):
    """The only reasons for which a relationship may end; a single slip is none (S-043)."""

    ABUSE = "abuse"
    THREATS = "threats"
    FRAUD = "fraud"
    DEBTS = "debts"
    CUSTOMERS_WISH = "customers_wish"
    UNLAWFUL = "unlawful"


class Origin(StrEnum):
    """Where a consent was given (S-066)."""

    CAPTURE_FORM = "capture_form"
    INVITATION = "invitation"
    CHECKOUT = "checkout"
    IN_PERSON = "in_person"
    UNSUBSCRIBE_LINK = "unsubscribe_link"
    MATTER_LINK = "matter_link"
    CABINET = "cabinet"
    LETTER = "letter"


# Why nobody writes to an address: whoever reads its mail said that it is not the customer's.
NOT_THEIRS = "not_theirs"


class TieKind(StrEnum):
    RELATIVE = "relative"
    SECRETARY = "secretary"
    EMPLOYEE = "employee"


class NewsTo(StrEnum):
    """Who hears how an order goes (S-052)."""

    ORDERER = "orderer"
    BENEFICIARY = "beneficiary"
    BOTH = "both"


class NeedState(StrEnum):
    """What became of a need (S-008)."""

    OPEN = "open"
    MET = "met"
    EXCEEDED = "exceeded"
    DECLINED = "declined"


class DayKind(StrEnum):
    """A day that matters to a customer; each comes again every year (S-002)."""

    BIRTHDAY = "birthday"
    HOLIDAY = "holiday"


class CareKind(StrEnum):
    """What one of us is to do for a customer by himself, nobody having asked."""

    GREETING = "greeting"  # S-003
    ASK_AGAIN = "ask_again"  # is it still wanted? S-007
    CONFIRM_DATA = "confirm_data"  # are they still so? S-722


class Source(StrEnum):
    """Who said so (S-721)."""

    CUSTOMER = "customer"  # taken as given
    STAFF = "staff"


class FieldKind(StrEnum):
    """Kinds of fields of a dossier (S-004)."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


class DataPurpose(StrEnum):
    """What personal data are kept for, and what a message is about (S-724)."""

    CONTRACT = "contract"
    SERVICE = "service"
    NOTICES = "notices"
    PROMOTIONS = "promotions"
    IDENTIFICATION = "identification"
    REQUESTS = "requests"


class Basis(StrEnum):
    """On what ground personal data are kept (S-728)."""

    CONTRACT = "contract"
    CONSENT = "consent"
    LAW = "law"
    INTEREST = "interest"


class ProposalState(StrEnum):
    """What became of a proposal of one of us (S-139)."""

    NEW = "new"
    TAKEN = "taken"
    DECLINED = "declined"


class LookedAt(StrEnum):
    """How one of us saw a customer's data (S-732)."""

    PAGE = "page"  # his own page
    MATTER = "matter"  # a conversation with him
    FILE = "file"  # all that is kept of him, taken out as a file
    FACTS = "facts"  # the figures of all, taken out as a file
