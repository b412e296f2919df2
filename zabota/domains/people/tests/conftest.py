"""What the tests of people share."""

import pytest

from tests.cast import MORNING, Cast, gather
from zabota.domains.people import services as people
from zabota.domains.people.models import Customer


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


@pytest.fixture
def ilze(cast: Cast) -> Customer:
    """A customer without any conversation yet: everybody may see her."""
    people.recognise(
        [people.Seen(shown="Ilze@Kalnina.example", name="Ilze Kalniņa", language="lv")], at=MORNING
    )
    return Customer.objects.get()
