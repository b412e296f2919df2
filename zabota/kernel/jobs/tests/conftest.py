"""Workers as child processes on the database of the test."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from tests.parts.ground import Child

Start = Callable[[], Child]


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: Path) -> Iterator[Start]:
    """Call it: a worker process that is ready to take jobs."""
    if settings.ZABOTA_JOBS == "procrastinate":
        _forget_jobs()
    children: list[Child] = []

    def start() -> Child:
        ready = tmp_path / f"worker-{len(children)}"
        env = {
            **os.environ,
            "DATABASE_URL": _url(),
            "DJANGO_SETTINGS_MODULE": "zabota.config.settings",
        }
        child = Child(
            [sys.executable, "-m", "zabota.kernel.jobs.tests.child", str(ready)],
            log=ready.with_suffix(".log"),
            env=env,
        )
        children.append(child)
        child.wait_ready(ready.exists, what="the worker's start", seconds=60)
        return child

    yield start
    for child in children:
        child.kill()


def _forget_jobs() -> None:
    """Django does not own Procrastinate's tables, so it does not empty them between tests."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def _url() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite://{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
