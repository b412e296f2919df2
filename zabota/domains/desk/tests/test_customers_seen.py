"""Who sees a customer: people ask the desk, which knows who sees which conversation."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.models import Conversation, Participant
from zabota.domains.desk.queries import access, history, inbox
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, IRINA, letter
from zabota.domains.people import queries
from zabota.domains.people import services as people
from zabota.domains.people.enums import ContactKind, TieKind
from zabota.domains.people.enums import NoteKind as Kind
from zabota.domains.people.errors import NotFound
from zabota.domains.people.models import Customer, HumanNote, Identity, Stage, Tie
from zabota.domains.people.services import companies, dossier, merging, notes, stages
from zabota.domains.promises.models import Promise
from zabota.kernel.accounts.models import Team, User
from zabota.kernel.jobs.testing import drain


@pytest.fixture
def ilze(cast: Cast) -> Customer:
    people.recognise([people.Seen(shown="ilze@kalnina.example", name="Ilze Kalniņa")], at=MORNING)
    return Customer.objects.get()


def matter_of(cast: Cast, customer: Customer, team: Team | None, **more: User) -> Conversation:
    return Conversation.objects.create(
        brand=cast.brand,
        channel=cast.mailbox,
        customer=customer,
        subject="Galds",
        team=team,
        opened_at=MORNING,
        order_at=MORNING,
        last_message_at=MORNING,
        **more,
    )


@pytest.mark.req("S-019")
@pytest.mark.parametrize("kind", list(ContactKind))
def test_every_kind_of_contact_is_promised_the_same(cast: Cast, kind: ContactKind) -> None:
    people.recognise([people.Seen(shown="ilze@kalnina.example")], at=MORNING)
    changes = dossier.Changes(contact_kind=kind)
    ref = Customer.objects.get().ref
    dossier.change(ref, changes, actor=cast.actor(cast.marta), at=MORNING)
    take_in([letter(cast)], at=MORNING)
    promise = Promise.objects.get()
    assert Customer.objects.get().contact_kind == kind
    assert (promise.kind, promise.due_at) == ("first_answer", MORNING + timedelta(hours=2))


def test_who_may_be_told_of_a_matter_are_those_who_see_it(cast: Cast, ilze: Customer) -> None:
    cases = [
        matter_of(cast, ilze, cast.riga),
        matter_of(cast, ilze, cast.moscow),
        matter_of(cast, ilze, None),
        matter_of(cast, ilze, cast.riga, assignee=cast.oleg),
        matter_of(cast, ilze, cast.riga, private_to=cast.olga),
    ]
    users = User.objects.all()
    assert len(users) == 7
    for row in cases:
        seen = {
            user.pk
            for user in users
            if access.conversations_for(cast.actor(user)).filter(pk=row.pk).exists()
        }
        assert set(access.names_of_seers(row)) == seen


@pytest.mark.threat("T20")
class TestWhoSeesACustomer:
    def test_an_agent_of_another_team_does_not(self, cast: Cast, ilze: Customer) -> None:
        note = notes.add(
            ilze.ref, kind=Kind.QUIRK, text="x", actor=cast.actor(cast.marta), at=MORNING
        )
        matter_of(cast, ilze, cast.riga)
        oleg = cast.actor(cast.oleg)
        for act in (
            lambda: queries.dossier_for(oleg, ilze.ref),
            lambda: notes.add(ilze.ref, kind=Kind.TASK, text="x", actor=oleg, at=MORNING),
            lambda: notes.remove(note.pk, actor=oleg, at=MORNING),
            lambda: stages.enter(ilze.ref, name="x", actor=oleg, at=MORNING),
            lambda: queries.dossier_for(oleg, "nobody"),
        ):
            with pytest.raises(NotFound):
                act()
        assert (HumanNote.objects.count(), Stage.objects.count()) == (1, 0)

    def test_an_agent_does_with_a_matter_that_he_sees_or_without_any(
        self, cast: Cast, ilze: Customer
    ) -> None:
        oleg = cast.actor(cast.oleg)
        assert queries.dossier_for(oleg, ilze.ref).name == "Ilze Kalniņa"
        matter_of(cast, ilze, cast.riga)
        matter_of(cast, ilze, cast.moscow)
        assert queries.dossier_for(oleg, ilze.ref).name == "Ilze Kalniņa"

    def test_who_looks_after_quality_and_who_only_reads_do(
        self, cast: Cast, ilze: Customer
    ) -> None:
        matter_of(cast, ilze, cast.riga)
        for user in (cast.vera, cast.olga, cast.kolja, cast.janis, cast.kira):
            assert queries.dossier_for(cast.actor(user), ilze.ref).ref == ilze.ref

    def test_an_agent_does_not_see_who_only_takes_part_elsewhere(
        self, cast: Cast, ilze: Customer
    ) -> None:
        other = Customer.objects.create(name="Irina", created_at=MORNING)
        row = matter_of(cast, other, cast.moscow)
        identity = Identity.objects.get()
        Participant.objects.create(conversation=row, identity=identity, since=MORNING)
        marta = cast.actor(cast.marta)
        for customer in (ilze, other):
            with pytest.raises(NotFound):
                queries.dossier_for(marta, customer.ref)
        with pytest.raises(NotFound):
            companies.tie(
                ilze.ref, for_ref=other.ref, kind=TieKind.RELATIVE, actor=marta, at=MORNING
            )
        assert Tie.objects.count() == 0
        assert queries.dossier_for(cast.actor(cast.oleg), ilze.ref).name == "Ilze Kalniņa"


@pytest.mark.req("S-046")
def test_matters_opened_while_two_were_taken_for_one_go_back_to_whose_address_opened_them(
    cast: Cast, ilze: Customer
) -> None:
    marta, hour = cast.actor(cast.marta), timedelta(hours=1)
    people.recognise([people.Seen(shown=IRINA.address, name=IRINA.name)], at=MORNING)
    irina = Customer.objects.get(identities__value=IRINA.address)
    take_in([letter(cast, sender=IRINA)], at=MORNING)
    row = merging.merge(irina.ref, into_ref=ilze.ref, actor=marta, at=MORNING + hour)
    for sender in (IRINA, ILZE):
        take_in([letter(cast, sender=sender, at=MORNING + 2 * hour)], at=MORNING + 2 * hour)
    listed = inbox.page(marta, inbox.View.UNASSIGNED).rows
    assert [one.customer_name for one in listed] == ["Ilze Kalniņa"] * 3
    assert len(history.earlier(marta, ilze.pk)) == 3

    merging.part(row.pk, actor=marta, at=MORNING + 3 * hour)
    drain()
    assert (len(history.earlier(marta, ilze.pk)), len(history.earlier(marta, irina.pk))) == (1, 2)
