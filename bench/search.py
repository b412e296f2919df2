"""Search: how long people wait, and how fast documents get in, at BENCH_SIZE documents (100,000).

A tenth of the documents belongs to the asker's team; the words follow a law like that of language:
a few are everywhere, most are rare.
"""

import os
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bench import _database

START = datetime(2020, 1, 1, tzinfo=UTC)
TEAMS = 10
OPENERS = (
    "Здравствуйте, где мой заказ",
    "Labdien, kur ir mans pasūtījums",
    "Hello, where is my order",
)
SYLLABLES = (
    "ba",
    "re",
    "ли",
    "но",
    "ka",
    "ти",
    "ru",
    "ше",
    "vi",
    "до",
    "me",
    "га",
    "los",
    "ten",
    "pī",
    "ska",
)


def run(size: int | None = None) -> Mapping[str, object]:
    vendor = _database.fresh()
    from zabota.kernel.search import index

    size = size or int(os.environ.get("BENCH_SIZE", "100000"))
    chance = random.Random(2)
    words = [_word(chance) for _ in range(60_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    began = time.perf_counter()
    for first in range(0, size, 500):
        texts = chance.choices(words, weights, k=500 * 40)
        index.put_many(
            [
                index.Entry(
                    kind="message",
                    object_id=first + place,
                    group_id=(first + place) // 4,
                    text=f"{chance.choice(OPENERS)} A-{first + place} "
                    + " ".join(texts[place * 40 : place * 40 + 40]),
                    at=START + timedelta(seconds=chance.randrange(150_000_000)),
                    space_id=(first + place) // 4 % TEAMS + 1,
                    owner_id=None,
                )
                for place in range(500)
            ]
        )
    filled = time.perf_counter() - began
    return {
        "database": vendor,
        "documents": size,
        "put_per_second": round(size / filled),
        **_waits(words, size),
    }


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=chance.randint(1, 4)))


def _waits(words: list[str], size: int) -> dict[str, object]:
    """Milliseconds, for kinds of queries and kinds of askers."""
    from zabota.kernel.search import lookup

    chance = random.Random(3)
    queries = {
        "common": ["заказ", "pasūtījums", "order", "labdien"] * 5,
        "common_unfinished": ["за", "pa", "зака", "pasū", "ord", "здравст"] * 4,
        "two_common": ["где заказ", "kur pasūtījums", "my order"] * 7,
        "middling": chance.sample(words[100:3000], 20),
        "rare": chance.sample(words[30_000:], 20),
        "two_middling": [" ".join(chance.sample(words[20:600], 2)) for _ in range(20)],
        "code": [f"A-{chance.randrange(size)}" for _ in range(20)],
        "nothing": ["nothingofthekind order", "заказ qqqqq"] * 10,
    }
    askers = {"all": None, "team": frozenset({3}), "teamless": frozenset({999})}
    figures: dict[str, object] = {}
    every: list[float] = []
    for asker, spaces in askers.items():
        for kind, texts in queries.items():
            times = sorted(_wait(lookup, text, spaces) for text in texts)
            every += times
            figures[f"{asker}_{kind}_ms"] = [round(times[len(times) // 2], 1), round(times[-1], 1)]
    every.sort()
    return {
        "p50_ms": round(every[len(every) // 2], 1),
        "p95_ms": round(every[int(len(every) * 0.95)], 1),
        **figures,
    }


def _wait(lookup: object, text: str, spaces: frozenset[int] | None) -> float:
    began = time.perf_counter()
    lookup.find(text, spaces=spaces, owner_id=7, limit=50, one_each=True)  # type: ignore[attr-defined]
    return (time.perf_counter() - began) * 1000
