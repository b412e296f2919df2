"""The tables of people, private to it: customers with their identities, how they prove
them, and our attention."""

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
from zabota.domains.people.models.doors import AddressClaim, CabinetVisit, SignInCode

__all__ = [
    "AddressClaim",
    "CabinetVisit",
    "CompanyTerms",
    "Consent",
    "Customer",
    "CustomerMerge",
    "Deputy",
    "HumanNote",
    "Identity",
    "Refusal",
    "RelationshipChange",
    "SignInCode",
    "Stage",
    "Tie",
    "VipGrant",
]
