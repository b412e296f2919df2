"""Writes the events of an HTML mail down as plain text, line by line.

Lives behind `html.to_text`. It knows how a list, a table row, a link, a quotation looks in plain
text; what is hidden or dropped has been decided before.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from zabota.pure.mailtext import marks, markup

RULE: Final = "_" * 32
_PARAGRAPHS: Final = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "table",
        "pre",
        "blockquote",
        "figure",
    ]
)
_LINES: Final = frozenset(
    [
        "div",
        "address",
        "article",
        "aside",
        "center",
        "dd",
        "dt",
        "details",
        "summary",
        "fieldset",
        "figcaption",
        "footer",
        "form",
        "header",
        "li",
        "main",
        "nav",
        "section",
        "tr",
        "caption",
        "body",
        "html",
        "tbody",
        "thead",
        "tfoot",
        "option",
        "legend",
    ]
)
_LISTS: Final = frozenset({"ul", "ol"})
_PADDING: Final = dict.fromkeys([0x034F, 0x200B, 0x200C, 0x200D, 0xFEFF, 0xAD, 0x2060])
_EMOJI_JOINER: Final = "\u200d"


@dataclass(slots=True)
class _Link:
    address: str
    words: list[str] = field(default_factory=list)


class Writer:
    """Takes starts, ends and texts in order; `finish` gives the text."""

    def __init__(self, *, levels: int) -> None:
        """Quotations and lists are shown at most `levels` deep, so that marks stay few."""
        self._levels = levels
        self._lines: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._last_depth = 0
        self._blank = False
        self._space = False
        self._cell = False
        self._pre = 0
        self._lead = ""
        self._lists: list[int | None] = []
        self._links: list[_Link] = []
        self._quotes: list[bool] = []
        self._attributions: list[int | None] = []

    def text(self, text: str) -> None:
        """Running text; white space counts as one space, except in `pre`."""
        if self._pre:
            first, *others = text.split("\n")
            self._write(first)
            for other in others:
                self._break(keep=True)
                self._write(other)
            return
        text = _visible(text)
        words = " ".join(text.split())
        if text[:1].isspace():
            self._space = True
        if words:
            self._write(words)
        if words and text[-1:].isspace():
            self._space = True

    def start(self, start: markup.Start) -> None:
        """A tag opens."""
        tag, attributes = start.tag, start.attributes
        if tag == "br":
            self._break(keep=True)
        elif tag == "hr":
            self._rule()
        elif tag == "img":
            alt = " ".join(attributes.get("alt", "").split())
            if alt:
                self._write(f"[{alt}]")
        elif tag == "a":
            self._links.append(_Link(attributes.get("href", "").strip()))
        elif tag in {"td", "th"}:
            self._cell = bool(self._line)
        else:
            self._open_block(tag, attributes)

    def _open_block(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _PARAGRAPHS and not (tag in _LISTS and self._lists):
            self._break(blank=True)
        elif tag in _LINES or tag in _PARAGRAPHS:
            self._break()
        if tag == "pre":
            self._pre += 1
        elif tag in _LISTS:
            self._lists.append(_number(attributes.get("start", "1")) if tag == "ol" else None)
        elif tag == "li":
            self._lead = self._next_mark()
        elif tag == "blockquote":
            quote = not _is_indent(attributes)
            self._quotes.append(quote)
            self._depth += quote
        elif tag == "div":
            self._open_division(attributes)

    def _open_division(self, attributes: dict[str, str]) -> None:
        """Outlook's block gets a rule; Gmail's line above a quotation is remembered."""
        style = "".join(attributes.get("style", "").lower().split())
        outlook = attributes.get("id", "").endswith("divRplyFwdMsg")
        if outlook or ("border:none;border-top:solid" in style and "padding:3.0pt" in style):
            self._rule()
        is_head = "gmail_attr" in attributes.get("class", "").split()
        self._attributions.append(len(self._lines) if is_head else None)

    def end(self, tag: str) -> None:
        """A tag closes."""
        if tag == "a":
            self._end_link(self._links.pop())
        elif tag == "pre":
            self._pre -= 1
            self._break(blank=True)
        elif tag == "blockquote":
            self._break()
            self._depth -= self._quotes.pop()
            self._blank = True
        elif tag in _LISTS:
            self._lists.pop()
            self._break(blank=not self._lists)
        elif tag == "div":
            self._break()
            self._end_division(self._attributions.pop())
        elif tag in _PARAGRAPHS:
            self._break(blank=True)
        elif tag in _LINES:
            self._break()

    def finish(self) -> str:
        """The text, without blank lines at its ends."""
        self._break()
        return "\n".join(self._lines).strip("\n")

    def _write(self, text: str) -> None:
        if not text:
            return
        if not self._line:
            self._begin_line()
        elif self._cell:
            self._line.append(" | ")
        elif self._space:
            self._line.append(" ")
        self._cell = self._space = False
        self._line.append(text)
        for link in self._links[-1:]:
            link.words.append(text)

    def _begin_line(self) -> None:
        depth = min(self._depth, self._levels)
        if self._blank and self._lines:
            self._lines.append(">" * min(depth, self._last_depth))
        self._blank = False
        self._last_depth = depth
        indent = "  " * max(min(len(self._lists), self._levels) - 1, 0)
        lead = self._lead or ("  " if self._lists else "")
        self._line.append(_quoted(depth) + indent + lead)
        self._lead = ""

    def _break(self, *, blank: bool = False, keep: bool = False) -> None:
        """End the line; `blank` asks for an empty one below, `keep` writes even an empty line."""
        if self._line:
            self._lines.append("".join(self._line).rstrip())
            self._line = []
        elif keep and self._lines and not self._blank and self._lines[-1].strip("> "):
            self._lines.append(">" * min(self._depth, self._last_depth))
        self._blank = self._blank or (blank and bool(self._lines) and bool(self._lines[-1]))
        self._space = self._cell = False

    def _rule(self) -> None:
        self._break()
        if self._lines and not self._lines[-1].endswith(RULE):
            self._blank = True
            self._write(RULE)
            self._break()

    def _next_mark(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}. "

    def _end_link(self, link: _Link) -> None:
        words = " ".join(" ".join(link.words).split())
        if self._links:
            self._links[-1].words.append(words)
        scheme = link.address.partition(":")[0].lower()
        if (
            words
            and scheme in {"http", "https", "mailto", "tel"}
            and not _same(words, link.address)
        ):
            address = "".join(link.address.split())
            self._space = True
            self._write(f"({address.removeprefix('mailto:').removeprefix('tel:')})")

    def _end_division(self, head: int | None) -> None:
        """Gmail's line above a quotation, in a language without data, becomes part of it."""
        if head is None or len(self._lines) - head > marks.WRAPPED_LINES:
            return
        lines = self._lines[head:]
        if any(marks.divider(line) for line in lines):
            return
        if marks.attribution(marks.plain(" ".join(lines))) is marks.Strength.NONE:
            self._lines[head:] = [_quoted(1) + line if line else line for line in lines]


def _quoted(depth: int) -> str:
    return ">" * depth + " " if depth else ""


def _visible(text: str) -> str:
    """Without the padding characters of preheaders; joined emoji keep theirs."""
    if text.isascii():
        return text
    if _EMOJI_JOINER in text and any(ord(character) >= 0x2600 for character in text):
        return text.translate({code: None for code in _PADDING if code != ord(_EMOJI_JOINER)})
    return text.translate(_PADDING)


def _number(value: str) -> int:
    return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else 1


def _is_indent(attributes: dict[str, str]) -> bool:
    """Whether a blockquote only moves text to the right, as Gmail's and Apple's button does."""
    if attributes.get("type") == "cite" or "class" in attributes or "cite" in attributes:
        return False
    style = "".join(attributes.get("style", "").lower().split())
    return "border:none" in style or "border:0" in style


def _same(words: str, address: str) -> bool:
    return _core(words) == _core(address)


def _core(address: str) -> str:
    folded = address.strip().lower()
    for beginning in ("mailto:", "tel:", "https://", "http://", "www."):
        folded = folded.removeprefix(beginning)
    return folded.rstrip("/").replace(" ", "")
