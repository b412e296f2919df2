"""What the security tests share: the scene."""

import pytest
from django.core.cache import cache

from tests.security import scene as scenes


@pytest.fixture
def scene(db: None) -> scenes.Scene:
    return scenes.build()


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """How often somebody may ask for a new password is counted a test, not a process."""
    cache.clear()
