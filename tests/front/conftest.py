"""One server for the tests of a file; those that stop or set it start their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import served


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Iterator[None]:
    yield
    while served.opened:
        served.opened.pop().close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return served.prepared(tmp_path_factory.mktemp("template"))


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    """A data folder of one's own, with all tables."""
    return served.copied(template, tmp_path / "data")


@pytest.fixture(scope="module")
def server(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[served.Served]:
    data = served.copied(template, tmp_path_factory.mktemp("served") / "data")
    with served.Served(data) as running:
        yield running
