"""Which pages hear of what."""

import pytest

from tests.cast import MORNING
from zabota.config import wiring
from zabota.domains.channels.events import MailboxFailed
from zabota.domains.desk.events import ConversationsMerged, TagsChanged
from zabota.domains.people.events import AddressDisowned
from zabota.domains.promises.enums import PromiseKind
from zabota.domains.promises.events import PromiseGiven
from zabota.kernel import tx
from zabota.kernel.accounts.events import RightsChanged
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Fact
from zabota.kernel.live import hub

PROMISE = PromiseGiven(
    promise_id=3,
    kind=next(iter(PromiseKind)),
    subject_kind="conversation",
    subject_id=8,
    due_at=MORNING,
)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fact", "topics"),
    [
        (TagsChanged(conversation_id=5), ["conversation-5", "inbox"]),
        (
            ConversationsMerged(conversation_id=5, merged_id=4),
            ["conversation-5", "conversation-4", "inbox", "matter-5", "matter-4"],
        ),
        (PROMISE, ["conversation-8", "inbox"]),
        (MailboxFailed(channel_id=7, code="refused"), ["health"]),
    ],
)
def test_a_fact_changes_the_pages_that_show_it(fact: Fact, topics: list[str]) -> None:
    with tx.write():
        number = log.publish(fact, at=MORNING)
    assert list(wiring.TOPICS[type(fact)](fact, log.row(number))) == topics


def test_a_change_of_rights_closes_the_person_s_streams_and_hints_nothing() -> None:
    assert RightsChanged not in wiring.TOPICS
    assert hub.person(5) != "user-5"
    assert RightsChanged in wiring.CLOSES


@pytest.mark.req("S-717")
def test_the_desk_hears_of_an_address_that_is_not_the_customers() -> None:
    assert [each.name for each in wiring.REACTIONS[AddressDisowned]] == [
        "zabota.domains.desk.tasks.record_disowned"
    ]
