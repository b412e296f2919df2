"""Which words of a text a query has found: for showing a hit by its words, not by its beginning.

Free of Django. A word counts by the same stems that the index knows (`stems`); of a phone, each of
its groups does.
"""

from collections.abc import Iterator, Sequence

from zabota.kernel.search import stems

LONGEST_TEXT = 20_000  # characters of a text that are looked through for the first word
BEFORE = 60  # characters shown before the first word that was found


def marked(text: str, query: str) -> Sequence[tuple[str, bool]]:
    """The text in pieces, each with whether it was found; together they are the text again."""
    pieces: list[tuple[str, bool]] = []
    shown = 0
    for start, end in _spans(text, stems.query(query)):
        if start > shown:
            pieces.append((text[shown:start], False))
        pieces.append((text[start:end], True))
        shown = end
    if shown < len(text):
        pieces.append((text[shown:], False))
    return pieces


def excerpt(text: str, query: str, *, length: int) -> str:
    """At most `length` characters of the text, with the first found word near their beginning; the
    text's own beginning when none is found.
    """
    said = " ".join(text[:LONGEST_TEXT].split())
    start, _end = next(iter(_spans(said, stems.query(query))), (0, 0))
    if start > BEFORE:
        cut = said.find(" ", start - BEFORE, start) + 1 or start
        said = f"… {said[cut:]}"
    if len(said) <= length:
        return said
    whole, _, _ = said[: length - 1].rpartition(" ")
    return f"{whole or said[: length - 2]} …"


def _spans(text: str, terms: Sequence[stems.Term]) -> Iterator[tuple[int, int]]:
    """Where the found words stand, in order."""
    wanted = [one for term in terms for one in term]
    for chunk in stems.chunks(text) if wanted else ():
        if any(_fits(name, wanted) for name in chunk.names):
            yield chunk.start, chunk.end
            continue
        for word in chunk.words:
            if any(_fits(name, wanted) for name in word.names):
                yield word.start, word.end


def _fits(name: str, wanted: Sequence[stems.Alternative]) -> bool:
    return any(
        name in one.stems or (one.prefix and name.startswith(one.stems[-1])) for one in wanted
    )
