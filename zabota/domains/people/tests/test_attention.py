"""Who looks after a customer: whom he likes, who is his own, and what level he has."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.people.models import Customer
from zabota.domains.people.queries import attention as asked
from zabota.domains.people.services import attention, merging

TODAY = MORNING.date()
DAY = timedelta(days=1)


class TestWhoServesACustomer:
    @pytest.mark.req("S-143")
    def test_is_nobody_in_particular_until_he_says_whom_he_likes(
        self, cast: Cast, ilze: Customer
    ) -> None:
        assert asked.service_of(ilze.pk, at=MORNING) == asked.Service(
            customer_id=ilze.pk, language="lv"
        )
        attention.prefer(ilze.ref, cast.janis.pk, actor=cast.actor(cast.marta), at=MORNING)
        assert asked.service_of(ilze.pk, at=MORNING).preferred_agent_id == cast.janis.pk
        with pytest.raises(Incomplete, match="agent_unknown"):
            attention.prefer(ilze.ref, 999_999, actor=cast.actor(cast.marta), at=MORNING)

    @pytest.mark.req("S-034")
    def test_is_his_own_agent_with_deputies_by_a_leaders_word(
        self, cast: Cast, ilze: Customer
    ) -> None:
        deputies = [cast.oleg.pk, cast.janis.pk, cast.marta.pk]
        with pytest.raises(NotAllowed, match="leader_only"):
            attention.dedicate(ilze.ref, cast.marta.pk, actor=cast.actor(cast.marta), at=MORNING)
        attention.dedicate(
            ilze.ref, cast.marta.pk, deputies=deputies, actor=cast.actor(cast.kira), at=MORNING
        )
        served = asked.service_of(ilze.pk, at=MORNING)
        assert (served.dedicated_agent_id, served.deputies) == (
            cast.marta.pk,
            (cast.oleg.pk, cast.janis.pk),
        )
        assert asked.portfolios() == {cast.marta.pk: 1}
        assert [one.name for one in asked.portfolio([cast.marta.pk])] == ["Ilze Kalniņa"]

    def test_is_asked_by_any_of_his_records(self, cast: Cast, ilze: Customer) -> None:
        other = Customer.objects.create(name="Ilze K.", created_at=MORNING)
        kira = cast.actor(cast.kira)
        attention.dedicate(ilze.ref, cast.marta.pk, actor=kira, at=MORNING)
        attention.grant_vip(
            other.ref, level="gold", reason="Sen", since=TODAY, until=None, actor=kira, at=MORNING
        )
        merging.merge(other.ref, into_ref=ilze.ref, actor=kira, at=MORNING)
        served = asked.service_of(other.pk, at=MORNING)
        assert (served.customer_id, served.dedicated_agent_id, served.vip) == (
            ilze.pk,
            cast.marta.pk,
            "gold",
        )


@pytest.mark.req("S-029")
class TestAVipLevel:
    def grant(self, cast: Cast, ilze: Customer, level: str, **dates: object) -> None:
        values: dict[str, object] = {"since": TODAY, "until": None} | dates
        attention.grant_vip(
            ilze.ref,
            level=level,
            reason="Desmit gadi ar mums",
            actor=cast.actor(cast.kira),
            at=MORNING,
            **values,  # type: ignore[arg-type]  # by name
        )

    def test_holds_from_its_first_day_to_its_last(self, cast: Cast, ilze: Customer) -> None:
        self.grant(cast, ilze, "gold", since=TODAY + DAY, until=TODAY + 3 * DAY)
        held = [asked.service_of(ilze.pk, at=MORNING + n * DAY).vip for n in range(5)]
        assert held == ["", "gold", "gold", "gold", ""]

    def test_takes_the_place_of_the_one_before_and_ends(self, cast: Cast, ilze: Customer) -> None:
        self.grant(cast, ilze, "gold")
        self.grant(cast, ilze, "silver")
        assert asked.service_of(ilze.pk, at=MORNING).vip == "silver"
        attention.end_vip(ilze.ref, actor=cast.actor(cast.kira), at=MORNING)
        assert asked.service_of(ilze.pk, at=MORNING).vip == ""
        with pytest.raises(Conflict, match="already_so"):
            attention.end_vip(ilze.ref, actor=cast.actor(cast.kira), at=MORNING)

    def test_is_not_granted_by_an_agent_nor_without_a_reason(
        self, cast: Cast, ilze: Customer
    ) -> None:
        with pytest.raises(NotAllowed, match="leader_only"):
            attention.grant_vip(
                ilze.ref,
                level="gold",
                reason="Draugs",
                since=TODAY,
                until=None,
                actor=cast.actor(cast.marta),
                at=MORNING,
            )
        with pytest.raises(Incomplete, match="dates_unclear"):
            self.grant(cast, ilze, "gold", until=TODAY - DAY)
        assert asked.service_of(ilze.pk, at=MORNING).vip == ""
