"""What the tests of the owner's pages share: the cast, and each of them at a browser."""

from zabota.faces.web.tests.conftest import cast, visit

__all__ = ["cast", "visit"]
