"""A telling subject for a new matter: who, and what about (S-118)."""

import re
from collections.abc import Collection, Sequence

LONGEST = 90
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_EDGES = " \t,;:.!?…–—-"


def propose(
    *, customer: str, texts: Sequence[str], files: Sequence[str], empty_words: Collection[str]
) -> str:
    """ "Customer: matter", the matter in the customer's own first words that tell something.

    Greetings and empty words at the beginning are left out. Without telling words the name of a
    file says what it is about; without that, the subject is left for a person to write: "".
    """
    for text in texts:
        for sentence in _SENTENCE.findall(text[:5000]):
            if matter := _matter(sentence, customer, empty_words):
                return f"{customer}: {matter}" if customer else matter
    named = next((name.rpartition(".")[0] or name for name in files), "")
    return f"{customer}: {named}".strip(": ") if named else ""


def _matter(sentence: str, customer: str, empty_words: Collection[str]) -> str:
    names = {word.lower() for word in re.findall(r"\w+", customer)}
    words = sentence.split()
    while words and _says_nothing(words[0], names, empty_words):
        words.pop(0)
    told = [word for word in words if not _says_nothing(word, names, empty_words)]
    if len(told) < 2:
        return ""
    return _cut(" ".join(words).strip(_EDGES))


def _says_nothing(word: str, names: Collection[str], empty_words: Collection[str]) -> bool:
    plain = word.strip(_EDGES + "\"'«»“”()").lower()
    return len(plain) < 2 or plain in empty_words or plain in names


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0].strip(_EDGES) + "…"
