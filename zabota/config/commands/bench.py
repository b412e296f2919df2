"""zabota bench: measure one thing and print it as one JSON line."""

import importlib.util
from argparse import ArgumentParser, Namespace

from zabota.config.errors import Sentence

HELP = "measure one thing, print one JSON line"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="the names there are")


def main(options: Namespace) -> int:
    if importlib.util.find_spec("bench") is None:
        raise Sentence("The benches are part of the source tree: run this where it was cloned.")
    import bench
    from bench.__main__ import main as measure

    if options.list:
        print("\n".join(bench.names()))
        return 0
    if options.name not in bench.names():
        raise Sentence(f"Name one of the benches: {', '.join(bench.names())}.", code=64)
    return measure([options.name])
