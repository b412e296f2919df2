"""Which characters a text may hold once it has left the mail.

A body keeps its lines, tabs, letters and marks; a line (subject, name, file name) also loses
what could hide or reorder it on a page. Both lose what no database takes: NUL, lone surrogates.
"""

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f]")
_SPACES = re.compile("[\\s\u2028\u2029\x1c-\x1f]+")
# Overrides, embeddings and isolates of direction, zero-width space, word joiner, BOM, soft
# hyphen. Joiners stay: emoji and Persian need them. Marks of direction stay: they move nothing.
_HIDING = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060-\u2064\ufeff\u00ad\u034f\u061c]")


def body(text: str) -> str:
    """A text of several lines: "\\n" ends each, NUL and what can't be stored is U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text.replace("\r\r\n", "\n"))
    text = _CONTROLS.sub("", text)
    return _UNSTORABLE.sub(REPLACEMENT, text).removeprefix("\ufeff")


def line(text: str, *, limit: int) -> str:
    """One line without controls, hidden or turning characters, at most `limit` characters."""
    if not (text.isascii() and text.isprintable()):
        text = _SPACES.sub(" ", text)
        text = _CONTROLS.sub("", text)
        text = _HIDING.sub("", text)
        text = _UNSTORABLE.sub(REPLACEMENT, text)
    text = text.strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def composed(text: str) -> str:
    """The same text with its accents joined to their letters, as most systems write it."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
