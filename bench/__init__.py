"""Benchmarks: each module here has `run()`, which returns its figures as a mapping.

`names()` lists them, `run(name)` runs one. The runner prints one JSON line for each. A bench
never asserts a speed: it measures, and states the machine by which its figures are to be read.
"""

import importlib
import pkgutil
from collections.abc import Mapping

Figures = Mapping[str, object]


class UnknownBenchError(LookupError):
    """There is no bench of that name; the text lists those that exist."""


def names() -> list[str]:
    """All benches, in alphabetical order."""
    return sorted(
        module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")
    )


def run(name: str) -> Figures:
    """Run one bench and return its figures; raise UnknownBenchError for a name not listed."""
    if name not in names():
        raise UnknownBenchError(f"no bench {name!r}; there are: {', '.join(names()) or 'none'}")
    figures: Figures = importlib.import_module(f"bench.{name}").run()
    return figures
