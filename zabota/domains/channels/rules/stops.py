"""Whether a message asks for no more mail (S-730). Pure; the words are the charter's."""

from collections.abc import Iterable

_MOST_WORDS = 8


def asks_to_stop(text: str, stop_words: Iterable[str]) -> bool:
    """Whether the first line of a message is one of these words.

    A word that ends in "*" stands for all that begins with it. A long line is a matter of its own
    and asks for more than that; what is decided is a person's, this only finds it.
    """
    line = _first_line(text)
    if not line or len(line.split()) > _MOST_WORDS:
        return False
    return any(_fits(line, word.casefold()) for word in stop_words)


def _first_line(text: str) -> str:
    for line in text.splitlines():
        plain = "".join(sign if sign.isalnum() or sign == "-" else " " for sign in line)
        if words := plain.casefold().split():
            return " ".join(words)
    return ""


def _fits(line: str, word: str) -> bool:
    return line.startswith(word[:-1]) if word.endswith("*") else line == word
