"""Two records of one person become one, and part again (S-046)."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.people import queries
from zabota.domains.people import services as people
from zabota.domains.people.enums import CustomerKind, EndReason, NoteKind, Origin, Purpose
from zabota.domains.people.errors import Conflict, Incomplete, NotAllowed
from zabota.domains.people.models import Customer, CustomerMerge
from zabota.domains.people.queries import permissions
from zabota.domains.people.services import consents, merging, notes, relationship

LATER = MORNING + timedelta(hours=1)
WORK = "i.kalnina@darbs.example"


@pytest.fixture
def at_work(cast: Cast, ilze: Customer) -> Customer:
    """Ilze once more, by the address of her office."""
    people.recognise([people.Seen(shown=WORK, name="Ilze Kalniņa")], at=MORNING)
    return Customer.objects.get(identities__value=WORK)


def unite(cast: Cast, merged: Customer, stays: Customer) -> CustomerMerge:
    return merging.merge(merged.ref, into_ref=stays.ref, actor=cast.actor(cast.marta), at=MORNING)


@pytest.mark.req("S-046")
class TestTwoRecordsOfOnePerson:
    def test_become_one_page_with_both_addresses_and_notes(
        self, cast: Cast, ilze: Customer, at_work: Customer
    ) -> None:
        marta = cast.actor(cast.marta)
        notes.add(at_work.ref, kind=NoteKind.WORRY, text="Steidzas", actor=marta, at=MORNING)
        unite(cast, at_work, ilze)
        for ref in (ilze.ref, at_work.ref):
            seen = queries.dossier_for(marta, ref)
            assert (seen.ref, [one.shown for one in seen.addresses]) == (
                ilze.ref,
                ["Ilze@Kalnina.example", WORK],
            )
            assert [one.text for one in seen.notes] == ["Steidzas"]
        known = people.recognise([people.Seen(shown=WORK)], at=LATER)
        assert known[WORK].customer_id == ilze.pk

    def test_part_again_as_they_were(self, cast: Cast, ilze: Customer, at_work: Customer) -> None:
        marta = cast.actor(cast.marta)
        notes.add(at_work.ref, kind=NoteKind.WORRY, text="Steidzas", actor=marta, at=MORNING)
        row = unite(cast, at_work, ilze)
        for _twice in range(2):
            merging.part(row.pk, actor=marta, at=LATER)
        assert queries.dossier_for(marta, ilze.ref).notes == []
        seen = queries.dossier_for(marta, at_work.ref)
        assert ([one.shown for one in seen.addresses], len(seen.notes)) == ([WORK], 1)
        assert people.recognise([people.Seen(shown=WORK)], at=LATER)[WORK].customer_id == at_work.pk

    def test_bring_along_whom_they_were_merged_with_and_take_them_back(
        self, cast: Cast, ilze: Customer, at_work: Customer
    ) -> None:
        third = Customer.objects.create(name="Ilze K.", created_at=MORNING)
        first = unite(cast, third, at_work)
        second = unite(cast, at_work, ilze)
        third.refresh_from_db()
        assert third.merged_into == ilze
        merging.part(second.pk, actor=cast.actor(cast.marta), at=LATER)
        third.refresh_from_db()
        assert third.merged_into == at_work
        merging.part(first.pk, actor=cast.actor(cast.marta), at=LATER)
        third.refresh_from_db()
        assert third.merged_into is None

    def test_one_parted_meanwhile_is_not_taken_back(
        self, cast: Cast, ilze: Customer, at_work: Customer
    ) -> None:
        third = Customer.objects.create(name="Ilze K.", created_at=MORNING)
        first = unite(cast, third, at_work)
        second = unite(cast, at_work, ilze)
        for row in (first, second):
            merging.part(row.pk, actor=cast.actor(cast.marta), at=LATER)
        assert Customer.objects.filter(merged_into__isnull=False).count() == 0

    def test_are_not_united_by_mistake(self, cast: Cast, ilze: Customer, at_work: Customer) -> None:
        with pytest.raises(Conflict, match="same_customer"):
            unite(cast, ilze, ilze)
        firm = Customer.objects.create(name="Osta", kind=CustomerKind.COMPANY, created_at=MORNING)
        with pytest.raises(Incomplete, match="kinds_differ"):
            unite(cast, ilze, firm)
        with pytest.raises(NotAllowed, match="may_not_answer"):
            merging.merge(ilze.ref, into_ref=at_work.ref, actor=cast.actor(cast.kolja), at=MORNING)
        unite(cast, at_work, ilze)
        with pytest.raises(Conflict, match="same_customer"):
            unite(cast, ilze, at_work)
        assert CustomerMerge.objects.count() == 1


@pytest.mark.req("S-731")
def test_a_no_said_while_united_holds_for_its_address_after_parting(
    cast: Cast, ilze: Customer, at_work: Customer
) -> None:
    marta = cast.actor(cast.marta)
    where = at_work.identities.get()

    def proof(origin: Origin) -> consents.Proof:
        return consents.Proof(
            wording="Jaunumi",
            wording_version="1",
            language="lv",
            origin=origin,
            identity_id=where.pk,
            controllers=[("Liepa", "Rīga")],
        )

    consents.record(
        at_work.ref, Purpose.MARKETING, proof(Origin.IN_PERSON), actor=marta, at=MORNING
    )
    assert permissions.of_addresses([WORK])[WORK].given == {"marketing"}
    row = unite(cast, at_work, ilze)
    consents.withdraw(
        ilze.ref, Purpose.MARKETING, proof(Origin.UNSUBSCRIBE_LINK), actor=marta, at=LATER
    )
    merging.part(row.pk, actor=marta, at=LATER)
    assert permissions.of_addresses([WORK])[WORK].given == set()


@pytest.mark.req("S-044")
def test_who_is_refused_under_one_record_is_refused_under_the_other(
    cast: Cast, ilze: Customer, at_work: Customer
) -> None:
    relationship.end_service(
        at_work.pk,
        reason=EndReason.FRAUD,
        evidence="Viltots čeks",
        review_on=(MORNING + timedelta(days=90)).date(),
        actor=cast.actor(cast.kira),
        at=MORNING,
    )
    unite(cast, at_work, ilze)
    assert relationship.is_refused(ilze.pk)
