"""A matter that one person writes about for another (S-052)."""

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.channels.envelopes import Party
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.errors import Incomplete, NotFound
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.queries import thread as threads
from zabota.domains.desk.services import beneficiaries, closings
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, IRINA, answered, letter
from zabota.domains.people.enums import NewsTo, TieKind
from zabota.domains.people.models import Customer, Identity
from zabota.domains.people.services import companies
from zabota.kernel.facts.models import FactRow

pytestmark = pytest.mark.req("S-052")


def of(party: Party) -> Customer:
    return Identity.objects.get(value=party.address).customer


@pytest.fixture
def irina(cast: Cast, matter: Conversation) -> Customer:
    """The director for whom Ilze, her secretary, may write."""
    take_in([letter(cast, sender=IRINA, subject="Cits")], at=MORNING)
    return of(IRINA)


def tied(cast: Cast, irina: Customer, news_to: NewsTo, *, may_order: bool = True) -> None:
    companies.tie(
        of(ILZE).ref,
        for_ref=irina.ref,
        kind=TieKind.SECRETARY,
        may_order=may_order,
        news_to=news_to,
        actor=cast.actor(cast.marta),
        at=MORNING,
    )


def choose(cast: Cast, matter: Conversation, whom: str) -> None:
    beneficiaries.choose(matter.ref, whom=whom, actor=cast.actor(cast.marta), at=MORNING)


def asked_to_close(cast: Cast, matter: Conversation) -> str:
    """Whom the house asks whether the matter may be closed."""
    answered(cast, matter)
    closings.propose(matter.ref, actor=cast.actor(cast.marta), at=MORNING)
    address: str = OutboundEnvelope.objects.order_by("-pk")[0].payload["to"][0]["address"]
    return address


def test_both_are_recorded_and_shown(cast: Cast, matter: Conversation, irina: Customer) -> None:
    tied(cast, irina, NewsTo.ORDERER)
    choose(cast, matter, irina.ref)
    shown = threads.thread(cast.actor(cast.marta), matter.ref, at=MORNING)
    assert (shown.customer_name, shown.for_whom) == (ILZE.name, (irina.ref, IRINA.name))
    assert FactRow.objects.filter(name="desk.ForWhomChosen").count() == 1
    choose(cast, matter, "")
    assert threads.thread(cast.actor(cast.marta), matter.ref, at=MORNING).for_whom is None


@pytest.mark.parametrize(
    ("news_to", "part", "asked"),
    [
        (NewsTo.ORDERER, [ILZE], ILZE),
        (NewsTo.BENEFICIARY, [ILZE, IRINA], IRINA),
        (NewsTo.BOTH, [ILZE, IRINA], ILZE),
    ],
)
def test_the_news_go_to_whom_they_are_for(
    cast: Cast,
    matter: Conversation,
    irina: Customer,
    news_to: NewsTo,
    part: list[Party],
    asked: Party,
) -> None:
    tied(cast, irina, news_to)
    choose(cast, matter, irina.ref)
    rows = matter.participants.order_by("pk").values_list("identity__value", flat=True)
    assert list(rows) == [one.address for one in part]
    assert asked_to_close(cast, matter) == asked.address


@pytest.mark.threat("T10")
def test_nobody_is_brought_in_without_a_tie_that_lets_him_order(
    cast: Cast, matter: Conversation, irina: Customer
) -> None:
    with pytest.raises(Incomplete, match="no_tie"):
        choose(cast, matter, irina.ref)
    tied(cast, irina, NewsTo.BOTH, may_order=False)
    with pytest.raises(Incomplete, match="no_tie"):
        choose(cast, matter, irina.ref)
    with pytest.raises(NotFound):
        beneficiaries.choose(matter.ref, whom="", actor=cast.actor(cast.oleg), at=MORNING)
    assert matter.participants.count() == 1


def test_who_was_left_out_before_stays_so(
    cast: Cast, matter: Conversation, irina: Customer
) -> None:
    tied(cast, irina, NewsTo.BOTH)
    choose(cast, matter, irina.ref)
    matter.participants.filter(identity__value=IRINA.address).update(dropped_at=MORNING)
    choose(cast, matter, irina.ref)
    assert matter.participants.filter(dropped_at__isnull=True).count() == 1
