"""The tables of people, private to it."""

from zabota.domains.people.models.attention import (
    Deputy,
    VipGrant,
)
from zabota.domains.people.models.custody import (
    Erasure,
    Look,
)
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
from zabota.domains.people.models.doors import (
    AddressClaim,
    CabinetVisit,
    SignInCode,
)
from zabota.domains.people.models.personal import (
    DossierField,
    FieldValue,
    Representative,
    Statement,
)
from zabota.domains.people.models.wishes import (
    CareTask,
    Dear,
    ImportantDay,
    Interest,
    Need,
    Observation,
)

__all__ = [
    "AddressClaim",
    "CabinetVisit",
    "CareTask",
    "CompanyTerms",
    "Consent",
    "Customer",
    "CustomerMerge",
    "Dear",
    "Deputy",
    "DossierField",
    "Erasure",
    "FieldValue",
    "HumanNote",
    "Identity",
    "ImportantDay",
    "Interest",
    "Look",
    "Need",
    "Observation",
    "Refusal",
    "RelationshipChange",
    "Representative",
    "SignInCode",
    "Stage",
    "Statement",
    "Tie",
    "VipGrant",
]
