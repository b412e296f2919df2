"""The tables of people, private to it: customers with their identities, and our attention."""

from zabota.domains.people.models.attention import Deputy, VipGrant
from zabota.domains.people.models.customers import (
    CompanyTerms,
    Consent,
    Customer,
    CustomerMerge,
    HumanNote,
    Identity,
    Refusal,
    RelationshipChange,
    Stage,
    Tie,
)

__all__ = [
    "CompanyTerms",
    "Consent",
    "Customer",
    "CustomerMerge",
    "Deputy",
    "HumanNote",
    "Identity",
    "Refusal",
    "RelationshipChange",
    "Stage",
    "Tie",
    "VipGrant",
]
