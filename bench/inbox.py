"""The desk's pages in a large house and in a small one, through the real server.

100,000 conversations (500,000 messages; BENCH_SIZE changes it) and 1,000. Ten pages a second come
in, an inbox, a conversation of thirty messages and a search by turns, whether the former ones are
answered or not; a page's time runs from the moment when it was due.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bench import _house, _serving

LARGE, SMALL = 100_000, 1_000
LONG = 200
PAGES_A_SECOND = 10
SECONDS = 60
WARM_SECONDS = 5
COOKIE = "zabota_session"
KINDS = ("inbox", "conversation", "search")


@dataclass(frozen=True)
class House:
    """What the filling tells of itself: who looks, at what, with how many queries a page."""

    cookie: str
    refs: list[str]
    queries: dict[str, int]


def run() -> Mapping[str, object]:
    """Measure both houses, and give the figures of one JSON line."""
    size = int(os.environ.get("BENCH_SIZE", str(LARGE)))
    small, large = _measure(SMALL), _measure(size)
    return {
        "conversations": size,
        "messages": size * _house.MESSAGES_EACH,
        "pages_a_second": PAGES_A_SECOND,
        "large": large,
        "small": small,
        "ratio_p95": round(large["p95_ms"] / small["p95_ms"], 2),
        "same_queries": large["queries"] == small["queries"],
    }


def _measure(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="zabota-inbox-") as folder:
        house = _filled(folder, size)
        with _serving.served(folder, page="/account/login/") as served:
            addresses = _addresses(house, size)
            asyncio.run(_load(served.url, house.cookie, addresses, WARM_SECONDS))
            times = asyncio.run(_load(served.url, house.cookie, addresses, SECONDS))
            return {**_figures(times), "mb": round(served.megabytes()), "queries": house.queries}


def _filled(folder: str, size: int) -> House:
    env = {**os.environ, "ZABOTA_DATA": folder, "BENCH_FOLDER": folder, "DATABASE_URL": ""}
    env["DJANGO_SETTINGS_MODULE"] = "zabota.config.settings"
    command = [sys.executable, "-m", "bench.inbox", str(size)]
    out = subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
    return House(**json.loads(out))


def _addresses(house: House, size: int) -> list[tuple[str, str]]:
    """(kind, address) by turns; the same for the same size."""
    chance = random.Random(5)
    found = []
    for number in range(PAGES_A_SECOND * SECONDS):
        kind = KINDS[number % len(KINDS)]
        if kind == "inbox":
            view = chance.choice(("mine", "my_team", "unassigned", "waiting_us"))
            address = f"/inbox/{view}/"
        elif kind == "conversation":
            address = f"/conversations/{chance.choice(house.refs)}/"
        else:
            word = chance.choice(
                (f"A-{chance.randrange(size)}", *chance.choices(_house.VOCABULARY[:3000], k=2))
            )
            address = f"/search/?q={word}"
        found.append((kind, address))
    return found


async def _load(
    url: str, cookie: str, addresses: Sequence[tuple[str, str]], seconds: float
) -> list[tuple[str, float]]:
    """(kind, milliseconds) of each page, asked for on the beat."""
    async with httpx.AsyncClient(
        base_url=url, cookies={COOKIE: cookie}, timeout=60, trust_env=False
    ) as client:
        began = time.perf_counter()

        async def one(number: int) -> tuple[str, float]:
            kind, address = addresses[number]
            due = began + number / PAGES_A_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            answer = await client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            return kind, (time.perf_counter() - due) * 1000

        return await asyncio.gather(*(one(n) for n in range(int(PAGES_A_SECOND * seconds))))


def _figures(times: Sequence[tuple[str, float]]) -> dict[str, float]:
    figures = {"n": float(len(times))}
    for kind in (*KINDS, ""):
        mine = sorted(spent for name, spent in times if kind in ("", name))
        prefix = f"{kind}_" if kind else ""
        figures[f"{prefix}p50_ms"] = round(mine[len(mine) // 2], 1)
        figures[f"{prefix}p95_ms"] = round(mine[int(len(mine) * 0.95)], 1)
        figures[f"{prefix}max_ms"] = round(mine[-1], 1)
    return figures


def _fill(size: int) -> None:
    """In a process of its own: fill the house, count the queries of its pages, tell of it."""
    from bench import _database

    _database.fresh()
    cast = _house.fill(size, long=LONG)
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from zabota.domains.desk.models import Conversation

    call_command("collectstatic", verbosity=0, interactive=False)
    long = Conversation.objects.filter(
        message_count=_house.MESSAGES_LONG, team=cast.riga
    ).values_list("ref", flat=True)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(cast.marta)
    refs = sorted(long)
    pages = {
        "inbox": "/inbox/my_team/",
        "conversation": f"/conversations/{refs[0]}/",
        "search": "/search/?q=A-7",
    }
    queries = {}
    for kind, address in pages.items():
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        queries[kind] = len(seen)
    cookie = client.cookies[COOKIE].value
    print(json.dumps({"cookie": cookie, "refs": refs, "queries": queries}))


if __name__ == "__main__":
    _fill(int(sys.argv[1]))
