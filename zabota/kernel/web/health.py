"""What machines ask: is the process alive, may it get work.

`/healthz` touches nothing. `/readyz` looks at the database and the data folder in a thread of its
own, so that it answers while every page thread is stuck.
"""

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.db import DatabaseError, connection

from zabota.kernel.web.asgi import App, Receive, Scope, Send, answer

OK = "ok"
JSON = b"application/json"
SECONDS = 5.0


async def healthz(_scope: Scope, _receive: Receive, send: Send) -> None:
    await answer(send, 200, b'{"alive": true}\n', media_type=JSON)


def readyz(check: Callable[[], Mapping[str, str]]) -> App:
    """The callable for `/readyz`: 200 when every check says "ok", else 503 and which one failed."""
    aside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="readyz")

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(SECONDS):
                checks = dict(await loop.run_in_executor(aside, check))
        except TimeoutError:
            checks = {"database": "no answer in time"}
        ready = all(each == OK for each in checks.values())
        body = json.dumps({"ready": ready, "checks": checks}).encode() + b"\n"
        await answer(send, 200 if ready else 503, body, media_type=JSON)

    return app


def readiness(*, data: Path) -> dict[str, str]:
    """The checks by name: "ok", or in a few words what is wrong (no addresses, no secrets)."""
    try:
        return {"database": _database(), "migrations": _migrations(), "data": writable(data)}
    except DatabaseError:
        return {"database": "no answer", "migrations": "unknown", "data": writable(data)}
    finally:
        connection.close()


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    count = len(unapplied())
    return OK if not count else f"{count} not applied"


def unapplied() -> list[str]:
    """The migrations that the database lacks. Raises DatabaseError when it does not answer."""
    from django.db.migrations.executor import MigrationExecutor  # late: imports every migration

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def writable(folder: Path) -> str:
    """ "ok" when a file can be made there, and synced."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".try-") as file:
            file.write(b"?")
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        return problem.strerror or "not writable"
    return OK
