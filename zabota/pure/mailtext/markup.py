"""HTML of a mail as a flat, bounded and well nested run of events.

One forward pass in linear time over anything a sender may write: unclosed quotes, a hundred
thousand nested tables, comments without an end. Ordinary parsers build a tree by the rules of
browsers, whose repairs (re-opened formatting, foster parents) can grow with the square of the
input; what this reader hands on needs no repair. It decides nothing about safety: `nh3` has the
last word on what is shown as HTML (see `html`).
"""

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Start:
    """A tag that opens; `attributes` are lower-case names with decoded values, first one wins."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The end of the innermost open tag of that name; each start of a non-void tag has one."""

    tag: str


@dataclass(frozen=True, slots=True)
class Text:
    """Text with its character references decoded."""

    text: str


Event = Start | End | Text

VOID: Final = frozenset(
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# Their content is no text for a reader: code, metadata, controls, other documents.
DROPPED: Final = frozenset(
    [
        "script",
        "style",
        "title",
        "template",
        "svg",
        "math",
        "iframe",
        "noframes",
        "noembed",
        "textarea",
        "xmp",
        "xml",
        "select",
    ]
)
_RAW: Final = frozenset(
    ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"]
)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dir",
        "div",
        "dl",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    ]
)
# A start tag of the key closes open ones of the values, not further out than the borders.
_CLOSES: Final[dict[str, frozenset[str]]] = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "tbody": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th"}),
    "thead": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th"}),
    "tfoot": frozenset({"tbody", "thead", "tfoot", "tr", "td", "th"}),
    "a": frozenset({"a"}),
    **{block: frozenset({"p"}) for block in _BLOCKS},
}
_BORDERS: Final = frozenset({"table", "ul", "ol", "dl", "blockquote", "div"})
_BORDERS_OF: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("tr", "td", "th", "tbody", "thead", "tfoot"), frozenset({"table"})),
    "a": frozenset({"table", "td"}),
}

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9:_-]{0,39}")
_ATTRIBUTE: Final = re.compile(r"[\s/]*([^\s/>=\"'<][^\s/>=]{0,99})(?:\s{0,50}=\s{0,50})?")
_UNQUOTED: Final = re.compile(r"[^\s>]*")
_ATTRIBUTES_KEPT: Final = 40


def events(source: str, *, limit: int, depth: int, tags: int) -> Iterator[Event]:
    """The events of the first `limit` characters, up to `tags` tags; those nested deeper than
    `depth` are left out.

    Never raises. Every non-void start is followed by its end in the right order. Dropped elements
    (scripts, styles, frames, controls) leave nothing behind, their content neither.
    """
    open_tags: list[str] = []
    dropping: list[str] = []
    for event in _tokens(source[:limit].replace("\0", "")):
        if isinstance(event, Text):
            if not dropping:
                yield event
            continue
        tags -= 1
        if tags < 0:
            break
        if event.tag in DROPPED or dropping:
            _drop(event, dropping)
        elif isinstance(event, Start):
            yield from _opened(event, open_tags, depth)
        else:
            yield from _closed(event.tag, open_tags)
    yield from (End(tag) for tag in reversed(open_tags))


def _drop(event: Start | End, dropping: list[str]) -> None:
    """Count how deep inside a dropped element the reader stands; only its own name counts."""
    if dropping and event.tag != dropping[0]:
        return
    if isinstance(event, Start):
        dropping.append(event.tag)
    elif dropping:
        dropping.pop()


def _opened(event: Start, open_tags: list[str], depth: int) -> Iterator[Event]:
    closes = _CLOSES.get(event.tag)
    if closes:
        borders = _BORDERS_OF.get(event.tag, _BORDERS)
        outermost = None
        for place in range(len(open_tags) - 1, -1, -1):
            if open_tags[place] in closes:
                outermost = place
            elif open_tags[place] in borders:
                break
        if outermost is not None:
            yield from _close_down_to(outermost, open_tags)
    if event.tag in VOID:
        yield event
    elif len(open_tags) < depth:
        open_tags.append(event.tag)
        yield event


def _closed(tag: str, open_tags: list[str]) -> Iterator[Event]:
    if tag in VOID or tag not in open_tags:
        return
    place = len(open_tags) - 1 - open_tags[::-1].index(tag)
    # A stray end of a small tag does not close the table that it stands in.
    if "table" in open_tags[place + 1 :] and tag not in {"table", "div", "body", "html", "center"}:
        return
    yield from _close_down_to(place, open_tags)


def _close_down_to(place: int, open_tags: list[str]) -> Iterator[Event]:
    while len(open_tags) > place:
        yield End(open_tags.pop())


def _tokens(source: str) -> Iterator[Event]:
    """Tags and text in order, not yet nested."""
    place = 0
    while place < len(source):
        mark = source.find("<", place)
        if mark < 0:
            break
        if mark > place:
            yield Text(entities.unescape(source[place:mark]))
        following = source[mark + 1 : mark + 2]
        if following.isalpha() and following.isascii():
            start, place = _start_tag(source, mark + 1)
            yield start
            if start.tag in _RAW:
                place = _raw_end(source, place, start.tag)
        elif following == "/":
            name = _NAME.match(source, mark + 2)
            if name is not None:
                yield End(name[0].lower())
            place = _after(source, ">", mark + 2)
        elif following in {"!", "?"}:
            place = _after_declaration(source, mark + 1)
        else:
            yield Text("<")
            place = mark + 1
    if place < len(source):
        yield Text(entities.unescape(source[place:]))


def _start_tag(source: str, place: int) -> tuple[Start, int]:
    name = _NAME.match(source, place)
    assert name is not None
    place = name.end()
    attributes: dict[str, str] = {}
    while True:
        found = _ATTRIBUTE.match(source, place)
        if found is None:
            place = _skip_to_next(source, place)
            if place >= len(source):
                break
            if source[place] == ">":
                place += 1
                break
            place += 1
            continue
        place = found.end()
        value = ""
        if found[0].rstrip().endswith("="):
            value, place = _value(source, place)
        if len(attributes) < _ATTRIBUTES_KEPT:
            attributes.setdefault(found[1].lower(), entities.unescape(value))
    return Start(name[0].lower(), attributes), place


_SKIPPED: Final = re.compile(r"[\s/]*")


def _skip_to_next(source: str, place: int) -> int:
    skipped = _SKIPPED.match(source, place)
    return skipped.end() if skipped else place


def _value(source: str, place: int) -> tuple[str, int]:
    """An attribute's value and the place after it; a quote that never ends takes the rest."""
    quote = source[place : place + 1]
    if quote and quote in "\"'":
        end = source.find(quote, place + 1)
        return (source[place + 1 :], len(source)) if end < 0 else (source[place + 1 : end], end + 1)
    found = _UNQUOTED.match(source, place)
    return (found[0], found.end()) if found else ("", place)


def _raw_end(source: str, place: int, tag: str) -> int:
    """The place of the end tag of an element whose content is no markup."""
    end = re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE).search(source, place)
    return end.start() if end else len(source)


def _after_declaration(source: str, place: int) -> int:
    if source.startswith("!--", place):
        if source.startswith((">", "->"), place + 3):
            return _after(source, ">", place + 3)
        return _after(source, "-->", place + 3)
    return _after(source, ">", place)


def _after(source: str, end: str, place: int) -> int:
    found = source.find(end, place)
    return len(source) if found < 0 else found + len(end)
