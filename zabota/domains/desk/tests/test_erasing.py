"""Whose word erases a customer (S-732), and who is erased by the charter alone (S-736)."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import Party
from zabota.domains.charter import services as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.services import erasing
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, IRINA, letter
from zabota.domains.people.errors import Conflict
from zabota.domains.people.models import Customer
from zabota.domains.people.rules.sections import PersonalData
from zabota.kernel.accounts.models import User
from zabota.kernel.facts.models import FactRow

DAY = timedelta(days=1)


def decide(cast: Cast, **values: object) -> None:
    charter.change_section(
        section=PersonalData,
        scope=Scope(),
        values=values,
        actor=cast.actor(cast.olga),
        reason="By law",
        at=MORNING,
    )


def closed(cast: Cast, *, sender: Party = ILZE) -> Customer:
    """Whose only matter is closed."""
    take_in([letter(cast, sender=sender)], at=MORNING)
    matter = Conversation.objects.latest("pk")
    Conversation.objects.filter(pk=matter.pk).update(state=State.CLOSED)
    assert matter.customer is not None
    return matter.customer


@pytest.mark.req("S-732")
class TestErasing:
    def test_alone_is_refused_while_another_one_may(self, cast: Cast) -> None:
        ilze = closed(cast)
        olga = cast.actor(cast.olga)
        with pytest.raises(Conflict, match="second_needed"):
            erasing.erase(ilze.ref, typed=ilze.name, actor=olga, at=MORNING)
        erasing.ask(ilze.ref, typed=ilze.name, actor=olga, at=MORNING)
        with pytest.raises(Conflict, match="second_needed"):
            erasing.erase(ilze.ref, typed=ilze.name, actor=olga, at=MORNING)

    def test_is_not_agreed_with_one_who_works_here_no_more(self, cast: Cast) -> None:
        ilze = closed(cast)
        erasing.ask(ilze.ref, typed=ilze.name, actor=cast.actor(cast.vera), at=MORNING)
        User.objects.create(email="rita@liepa.example", name="Rita", role="owner")
        User.objects.filter(pk=cast.vera.pk).update(is_active=False)
        with pytest.raises(Conflict, match="second_needed"):
            erasing.erase(ilze.ref, typed=ilze.name, actor=cast.actor(cast.olga), at=MORNING)

    def test_is_done_by_an_owner_who_is_alone(self, cast: Cast) -> None:
        ilze = closed(cast)
        User.objects.exclude(pk=cast.olga.pk).update(is_active=False)
        erasing.erase(ilze.ref, typed=ilze.name, actor=cast.actor(cast.olga), at=MORNING)
        assert not Customer.objects.filter(pk=ilze.pk).exists()

    def test_by_one_is_for_the_charter_to_allow(self, cast: Cast) -> None:
        ilze = closed(cast)
        decide(cast, erase_by_two=False)
        erasing.erase(ilze.ref, typed=ilze.name, actor=cast.actor(cast.olga), at=MORNING)
        assert not Customer.objects.filter(pk=ilze.pk).exists()


@pytest.mark.req("S-736")
class TestDataThatHaveOutlivedTheirService:
    def test_stay_as_long_as_the_charter_says_nothing(self, cast: Cast) -> None:
        closed(cast)
        assert erasing.erase_due(at=MORNING + 9_000 * DAY) == 0

    def test_go_by_themselves_when_the_last_matter_is_old_and_closed(self, cast: Cast) -> None:
        ilze = closed(cast)
        irina = closed(cast, sender=IRINA)
        Conversation.objects.filter(customer=irina).update(state=State.WAITING_US)
        decide(cast, erase_after_days=365)
        assert erasing.erase_due(at=MORNING + 364 * DAY) == 0
        assert erasing.erase_due(at=MORNING + 366 * DAY) == 1
        assert list(Customer.objects.values_list("pk", flat=True)) == [irina.pk]
        fact = FactRow.objects.get(name="people.CustomerErased")
        assert (fact.about_id, fact.actor_id) == (ilze.pk, None)

    def test_stay_while_he_is_heard_of(self, cast: Cast) -> None:
        ilze = closed(cast)
        decide(cast, erase_after_days=365)
        later = MORNING + 300 * DAY
        Conversation.objects.filter(customer=ilze).update(last_message_at=later)
        assert erasing.erase_due(at=MORNING + 366 * DAY) == 0
