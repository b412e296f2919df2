"""How the time of splitting a letter grows with its length, on letters made to be slow.

Each shape is repeated to n, 2n, 4n and 8n characters. Printed: the worst ratio of time per
doubling for every shape and over all, and the slowest shape's seconds at a million characters.
"""

import json
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from zabota.pure.mailtext import quotes

T = TypeVar("T")

FIRST_SIZE = 32_768
MILLION = 1_000_000
FIXTURES = Path(quotes.__file__).parent / "tests" / "fixtures"
SHAPES = {
    "marks": "> ",
    "marked lines": "> a\n",
    "deep marks": ">>>>>>>>>> a\n",
    "marks and blanks": "> a\n\n\n\n",
    "blank lines": "\n",
    "windows blanks": "\r\n",
    "spaces": " ",
    "no-break spaces": "\u00a0",
    "tabs and ends": "\t\n",
    "one long word": "а",
    "words": "слово ",
    "from lines": "From: a@b.example\n",
    "all headers": "От: a@b.example\nКому: b\nДата: 19.05.2026 12:30\n\n\n",
    "half headers": "No: a\nKam: b\n",
    "dates": "On Tue, May 19, 2026 at\n",
    "open addresses": "19.05.2026, 12:30, X <\n",
    "angle brackets": "<",
    "brackets and at": "<a@",
    "attributions": "X <a@b.example> wrote:\nmore\n",
    "colons": "а:\n",
    "quotes": '"',
    "digits": "19.05.2026 ",
    "times": "12:30:",
    "rules": "_" * 10 + "\n",
    "dashes": "-",
    "dividers": "-----Original\n",
    "signature dashes": "-- \n",
    "closings": "С уважением,\n\n",
    "phones": "Sent from my iPhone\n",
    "interleaved": "> a\nb\n",
    "verbs": "пишет ",
    "zero width": "\u200b",
    "parentheses": "написал(а) ((((",
    "asterisks": "*",
}


def run() -> dict[str, object]:
    """The growth of each shape, and the throughput on real-shaped replies."""
    worst = {name: worst_ratio(quotes.split, shape) for name, shape in SHAPES.items()}
    million = {name: seconds(quotes.split, sized(shape, MILLION)) for name, shape in SHAPES.items()}
    slowest = max(million, key=million.__getitem__)
    replies = [
        "\n".join(line[2:] for line in reply.split("\n")[1:])
        for name in ("ru", "lv", "en")
        for reply in (FIXTURES / f"replies_{name}.txt").read_text(encoding="utf-8").split("\n# ")
    ]
    spent = seconds(lambda texts: [quotes.split(text) for text in texts], replies)
    return {
        "bench": "quotes",
        "shapes": len(SHAPES),
        "sizes": [FIRST_SIZE * factor for factor in (1, 2, 4, 8)],
        "worst_ratio_per_doubling": max(worst.values()),
        "worst_shape": max(worst, key=worst.__getitem__),
        "ratios": worst,
        "slowest_at_a_million": {"shape": slowest, "seconds": round(million[slowest], 3)},
        "replies": len(replies),
        "microseconds_a_reply": round(1e6 * spent / len(replies)),
    }


def worst_ratio(
    function: Callable[[str], object], shape: str, *, first_size: int = FIRST_SIZE
) -> float:
    """The largest time(2n) / time(n) on the way from n to 8n."""
    times = [seconds(function, sized(shape, first_size * factor)) for factor in (1, 2, 4, 8)]
    return round(max(after / before for before, after in pairwise(times)), 2)


def seconds(function: Callable[[T], object], value: T, *, runs: int = 3) -> float:
    """The best of some runs, in processor time: other work on the machine must not count."""
    best = float("inf")
    for _ in range(runs):
        begun = time.process_time()
        function(value)
        best = min(best, time.process_time() - begun)
    return best


def sized(shape: str, size: int) -> str:
    """The shape repeated to so many characters."""
    return (shape * (size // len(shape) + 1))[:size]


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False))
