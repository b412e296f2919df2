"""Whether a message asks for no more mail (S-730). Pure; the words are the charter's."""

from collections.abc import Iterable

_MOST_WORDS = 8


def asks_to_stop(text: str, stop_words: Iterable[str]) -> bool:
    """Whether the first line of a message is one of these words.

    A word that ends in "*" stands for all that begins with it. A long line is a matter of its own
    and asks for more than that; what is decided is a person's, this only finds it.
    """
    line = first_line(text)
    return may_ask(text) and any(_fits(line, word.casefold()) for word in stop_words)


def may_ask(text: str) -> bool:
    """Whether the first line is short enough to ask for that and nothing else, in any words."""
    return 0 < len(first_line(text).split()) <= _MOST_WORDS


def first_line(text: str) -> str:
    """The first line that says something, in small letters without signs between."""
    for line in text.splitlines():
        plain = "".join(sign if sign.isalnum() or sign == "-" else " " for sign in line)
        if words := plain.casefold().split():
            return " ".join(words)
    return ""


def _fits(line: str, word: str) -> bool:
    return line.startswith(word[:-1]) if word.endswith("*") else line == word
