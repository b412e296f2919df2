"""One status card, the same for the customer and for our people (S-150)."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.queries import matter as customers
from zabota.domains.desk.queries import thread as agents
from zabota.domains.desk.rules.cards import Card, Next, Now
from zabota.domains.desk.services import assigning, closings, customer, links, replies
from zabota.domains.desk.services.standards import Standards
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import ILZE, answered, letter

DUE = MORNING + timedelta(hours=2)


def token_of(conversation: Conversation) -> str:
    ((_label, address),) = links.matter_link(
        conversation, ILZE.address, standards=Standards(at=MORNING), at=MORNING
    )
    return address.rstrip("/").rpartition("/")[2]


@pytest.mark.req("S-150")
def test_through_a_whole_matter_both_sides_read_one_card(cast: Cast, matter: Conversation) -> None:
    marta, token = cast.actor(cast.marta), token_of(matter)
    at = MORNING + timedelta(minutes=5)

    def card() -> Card:
        """What is read on the agent's page, and the same on the customer's."""
        ours = agents.thread(marta, matter.ref, at=at)
        theirs = customers.matter(token, at=at)
        assert theirs.card == ours.card
        assert [word for word in ours.words if word.is_standing] == theirs.words
        assert theirs.agent_name == ours.assignee_name
        return ours.card

    def told(now: Now, following: Next, **more: object) -> Card:
        values: dict[str, object] = {
            "agent_id": cast.marta.pk,
            "by_when": None,
            "is_overdue": False,
            "from_customer": False,
        }
        return Card(now=now, next=following, **(values | more))  # type: ignore[arg-type]  # by name

    assert card() == told(Now.WAITS_FOR_AGENT, Next.FIRST_ANSWER, agent_id=None, by_when=DUE)
    assigning.take(matter.ref, actor=marta, at=at)
    assert card() == told(Now.AGENT_WORKS, Next.FIRST_ANSWER, by_when=DUE)

    reply = answered(cast, matter, leaves=False)
    assert card() == told(Now.REPLY_LEAVES, Next.CUSTOMER_ANSWERS, from_customer=True)
    replies.confirm_delivery(reply.pk, sent_at=at, perhaps_twice=False, at=at)
    assert card() == told(Now.ANSWERED, Next.CUSTOMER_ANSWERS, from_customer=True)

    reply.refresh_from_db()
    take_in([letter(cast, references=(reply.external_id,), text="Un krēsls?", at=at)], at=at)
    assert card() == told(Now.AGENT_WORKS, Next.ANSWER)

    answered(cast, matter, client_id="c-2")
    closings.propose(matter.ref, actor=marta, at=at)
    assert card() == told(Now.ASKED_TO_CLOSE, Next.CUSTOMER_AGREES, from_customer=True)
    customer.agree(token, at=at)
    assert card() == told(Now.CLOSED, Next.NOTHING)


@pytest.mark.req("S-150")
def test_a_word_that_was_not_kept_is_overdue_for_both(cast: Cast, matter: Conversation) -> None:
    token, late = token_of(matter), DUE + timedelta(minutes=1)
    ours = agents.thread(cast.actor(cast.marta), matter.ref, at=late).card
    assert (ours, ours.is_overdue) == (customers.matter(token, at=late).card, True)
