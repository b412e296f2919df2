"""What a long command says while it works: lines on a terminal, nothing in a pipe."""

import sys


def tell(sentence: str) -> None:
    """A line for the person who watches."""
    if sys.stderr.isatty():
        print(sentence, file=sys.stderr, flush=True)


def count(what: str, done: int, whole: int | None = None) -> None:
    """The same line, written anew with each step."""
    if sys.stderr.isatty():
        of = f" of {whole}" if whole is not None else ""
        print(f"\r{what}: {done}{of}", end="", file=sys.stderr, flush=True)


def count_done() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr, flush=True)
