"""What the security tests share: the scene."""

import pytest

from tests.security import scene as scenes


@pytest.fixture
def scene(db: None) -> scenes.Scene:
    return scenes.build()
