"""What the portal's tests share."""

import re

import pytest

from tests.cast import MORNING, Cast, gather
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.services import closings
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import answered, letter
from zabota.kernel import clock


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


@pytest.fixture(autouse=True)
def _in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages read the clock; in these tests it stands at the fixed moment."""
    monkeypatch.setattr(clock, "now", lambda: MORNING)


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    take_in([letter(cast)], at=MORNING)
    return Conversation.objects.get()


@pytest.fixture
def page(cast: Cast, conversation: Conversation) -> str:
    """The address in the letter by which we asked Ilze whether we may close."""
    answered(cast, conversation, leaves=False)
    closings.propose(conversation.ref, actor=cast.actor(cast.marta), at=MORNING)
    return address_in_last_letter()


def address_in_last_letter() -> str:
    envelope = OutboundEnvelope.objects.order_by("-pk")[0]
    found = re.search(r"/c/[^/]+/", envelope.payload["links"][0][1])
    assert found
    return found[0]
