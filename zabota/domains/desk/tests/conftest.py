"""What the desk's tests share."""

import pytest

from tests.cast import MORNING, Cast, gather
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import letter


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


@pytest.fixture
def matter(cast: Cast) -> Conversation:
    """Ilze asks the team Riga about her table; nobody looks after it yet."""
    take_in([letter(cast)], at=MORNING)
    return Conversation.objects.get()


@pytest.fixture
def foreign(cast: Cast, matter: Conversation) -> Conversation:
    """A matter of the team Moscow, with words that must not reach Riga."""
    kept = letter(
        cast,
        team_id=cast.moscow.pk,
        subject="Секретная смета",
        text="Смета на 40 000, никому.",
    )
    take_in([kept], at=MORNING)
    return Conversation.objects.exclude(pk=matter.pk).get()
