"""Due times a second on one core, for a shop with a lunch break, public holidays and clock changes.

Each run asks the same seeded questions: starts over two years, durations from a minute to 90 days.
Tables are made in a first run that is not counted; its share is printed as `first_ms`.
"""

import json
import random
import statistics
import time
from datetime import UTC, datetime, timedelta

from zabota.pure import worktime

QUESTIONS = 50_000
RUNS = 7


def run() -> dict[str, object]:
    """Measure, and give the figures of one JSON line."""
    shop = worktime.Calendar.of(
        zone="Europe/Riga",
        week={day: ["09:00-13:00", "14:00-18:00"] for day in worktime.WEEKDAYS[:5]},
        public_holidays="LV",
    )
    dice = random.Random(739)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    questions = [
        (
            begin + timedelta(seconds=dice.randrange(2 * 365 * 86_400)),
            timedelta(minutes=dice.choice((1, 60, 120, 480, dice.randrange(1, 90 * 480)))),
        )
        for _ in range(QUESTIONS)
    ]
    started = time.perf_counter()
    worktime.due(shop, start=questions[0][0], duration=questions[0][1])
    first = time.perf_counter() - started
    speeds = [_speed(shop, questions) for _ in range(RUNS + 1)][1:]
    return {
        "bench": "worktime",
        "n": QUESTIONS,
        "per_second": round(statistics.median(speeds)),
        "min": round(min(speeds)),
        "median": round(statistics.median(speeds)),
        "max": round(max(speeds)),
        "runs": RUNS,
        "first_ms": round(first * 1000, 1),
    }


def _speed(shop: worktime.Schedule, questions: list[tuple[datetime, timedelta]]) -> float:
    started = time.perf_counter()
    for start, duration in questions:
        worktime.due(shop, start=start, duration=duration)
    return len(questions) / (time.perf_counter() - started)


if __name__ == "__main__":
    print(json.dumps(run()))
