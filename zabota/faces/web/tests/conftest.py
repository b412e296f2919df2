"""What the tests of the pages share: the cast, and each of them at a browser without scripts."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast, gather
from zabota.kernel.accounts.models import User

Visit = Callable[[User], Client]


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


@pytest.fixture
def visit() -> Visit:
    """Somebody of the cast who has signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
