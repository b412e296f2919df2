"""What happens with people. Ids and codes only: names stay in the tables."""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from zabota.domains.people.enums import CareKind, NeedState, Purpose, RelationshipState
from zabota.kernel.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class PeopleFact(Fact):
    customer_id: int

    @override
    def about(self) -> tuple[str, int] | None:
        return ("customer", self.customer_id)


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(PeopleFact):
    """How he is called, spoken to or reached."""


@dataclass(frozen=True, kw_only=True)
class StageEntered(PeopleFact):
    stage_id: int


@dataclass(frozen=True, kw_only=True)
class HumanNoteWritten(PeopleFact):
    note_id: int


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(PeopleFact):
    consent_id: int
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(PeopleFact):
    """Whatever is planned for this purpose ends at once (S-731)."""

    consent_id: int
    purpose: Purpose


@dataclass(frozen=True, kw_only=True)
class AddressDisowned(PeopleFact):
    """Whoever reads that address said that it is not this customer's (S-717)."""

    identity_id: int


@dataclass(frozen=True, kw_only=True)
class RelationshipChanged(PeopleFact):
    state: RelationshipState


@dataclass(frozen=True, kw_only=True)
class TieChanged(PeopleFact):
    """Who may order for whom; `customer_id` is for whom."""

    tie_id: int


@dataclass(frozen=True, kw_only=True)
class TermsChanged(PeopleFact):
    pass


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(PeopleFact):
    """Two records are one customer: `customer_id` is the one who stays (S-046)."""

    merged_id: int


@dataclass(frozen=True, kw_only=True)
class CustomersParted(PeopleFact):
    """They were two after all."""

    merged_id: int
    merged_at: datetime


@dataclass(frozen=True, kw_only=True)
class VipGranted(PeopleFact):
    """He is entitled to more (S-029)."""

    grant_id: int


@dataclass(frozen=True, kw_only=True)
class VipEnded(PeopleFact):
    pass


@dataclass(frozen=True, kw_only=True)
class NeedRaised(PeopleFact):
    """He needs something (S-008)."""

    need_id: int


@dataclass(frozen=True, kw_only=True)
class NeedSettled(PeopleFact):
    need_id: int
    state: NeedState


@dataclass(frozen=True, kw_only=True)
class CareTaskMade(PeopleFact):
    """One of us is to do something for him by himself."""

    task_id: int
    kind: CareKind


@dataclass(frozen=True, kw_only=True)
class CareTaskDone(PeopleFact):
    task_id: int
    kind: CareKind


@dataclass(frozen=True, kw_only=True)
class ObservationMade(PeopleFact):
    """One of us saw something, and perhaps proposes what to improve (S-139)."""

    observation_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalAnswered(PeopleFact):
    observation_id: int
    taken: bool


@dataclass(frozen=True, kw_only=True)
class DataConfirmed(PeopleFact):
    """The customer says that his data are as they stand (S-722)."""


@dataclass(frozen=True, kw_only=True)
class DataGivenOut(PeopleFact):
    """All that is kept of him was given out as a file."""


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(PeopleFact):
    """One of us asks that all that is kept of him be erased (S-732)."""


@dataclass(frozen=True, kw_only=True)
class ErasureDeclined(PeopleFact):
    """It is not to be; `asked_by_id` had asked."""

    asked_by_id: int


@dataclass(frozen=True, kw_only=True)
class CustomerErased(PeopleFact):
    """All that was kept of him is gone; this remains. `asked_by_id` asked, the actor agreed."""

    asked_by_id: int | None = None
