"""Where a relationship stands, and that it does not end lightly."""

from datetime import date

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.people import queries
from zabota.domains.people.enums import EndReason, RelationshipState
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.people.models import Customer, RelationshipChange
from zabota.domains.people.queries import ties
from zabota.domains.people.services import relationship
from zabota.kernel.accounts.models import User

REVIEW = date(2027, 5, 20)


def change(cast: Cast, ilze: Customer, user: User, state: RelationshipState, **what: str) -> None:
    relationship.change(
        ilze.ref,
        state=state,
        reason=what.get("reason", EndReason.FRAUD),
        evidence=what.get("evidence", "Viltots čeks, 12. maijs"),
        actor=cast.actor(user),
        at=MORNING,
    )


@pytest.mark.req("S-043")
class TestARelationship:
    def test_moves_by_an_agents_hand_with_a_reason(self, cast: Cast, ilze: Customer) -> None:
        change(cast, ilze, cast.marta, RelationshipState.AT_RISK, reason="divas sūdzības")
        seen = queries.dossier_for(cast.actor(cast.janis), ilze.ref)
        assert seen.state == RelationshipState.AT_RISK
        assert [(one.reason, one.actor_name) for one in seen.changes] == [
            ("divas sūdzības", "Marta Ozola")
        ]
        with pytest.raises(Incomplete, match="reason_needed"):
            change(cast, ilze, cast.marta, RelationshipState.PAUSED, reason=" ")
        with pytest.raises(Conflict, match="already_so"):
            change(cast, ilze, cast.marta, RelationshipState.AT_RISK, reason="vēl")

    def test_ends_by_a_leader_with_evidence(self, cast: Cast, ilze: Customer) -> None:
        for user in (cast.marta, cast.kolja):
            with pytest.raises(NotAllowed):
                change(cast, ilze, user, RelationshipState.ENDED)
        with pytest.raises(Incomplete, match="evidence_needed"):
            change(cast, ilze, cast.kira, RelationshipState.ENDED, evidence="")
        change(cast, ilze, cast.kira, RelationshipState.ENDED)
        row = RelationshipChange.objects.get()
        assert (row.reason, row.evidence, row.approver_id) == (
            "fraud",
            "Viltots čeks, 12. maijs",
            cast.kira.pk,
        )

    @pytest.mark.parametrize("reason", ["late once", "single_slip", "rude", "Fraud"])
    def test_does_not_end_for_a_single_slip(self, cast: Cast, ilze: Customer, reason: str) -> None:
        with pytest.raises(Incomplete, match="reason_not_allowed"):
            change(cast, ilze, cast.kira, RelationshipState.ENDED, reason=reason)
        ilze.refresh_from_db()
        assert ilze.state == RelationshipState.ACTIVE


@pytest.mark.req("S-044")
class TestTheRegister:
    def test_remembers_until_a_leader_lifts_it(self, cast: Cast, ilze: Customer) -> None:
        kira = cast.actor(cast.kira)
        relationship.end_service(
            ilze.pk,
            reason=EndReason.FRAUD,
            evidence="Viltots čeks",
            review_on=REVIEW,
            actor=kira,
            at=MORNING,
        )
        refused = queries.dossier_for(kira, ilze.ref).refused
        assert refused is not None
        assert (refused.evidence, refused.approver_name, refused.review_on) == (
            "Viltots čeks",
            "Kira Zimina",
            REVIEW,
        )
        assert ties.refused_to_review(by=REVIEW) == [(ilze.ref, "Ilze Kalniņa")]
        assert ties.refused_to_review(by=date(2027, 5, 19)) == []
        with pytest.raises(NotAllowed, match="leader_only"):
            relationship.lift(ilze.ref, reason="x", actor=cast.actor(cast.marta), at=MORNING)
        relationship.lift(ilze.ref, reason="Samaksāja visu", actor=kira, at=MORNING)
        seen = queries.dossier_for(kira, ilze.ref)
        assert (seen.refused, seen.state) == (None, RelationshipState.AT_RISK)
        with pytest.raises(Conflict, match="already_so"):
            relationship.lift(ilze.ref, reason="x", actor=kira, at=MORNING)
