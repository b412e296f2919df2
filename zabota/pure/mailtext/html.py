"""The HTML of a mail as plain text, and as a harmless picture of the original.

`to_text` is what people read, search and answer. `clean_document` is the original on request, for
a frame with `sandbox` (no scripts, no same origin) and a policy without network: the sanitiser
here is the first wall, the frame the second. Nothing may be changed in its result as text: links
and pictures are settled before `nh3` looks at it (T04).
"""

import html as entities
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

import nh3

from zabota.pure.mailtext import markup, plaintext

_DATA: Final[dict[str, Any]] = tomllib.loads(
    resources.files(__package__).joinpath("html.toml").read_text(encoding="utf-8")
)
CHARACTERS: Final[int] = _DATA["bounds"]["characters"]
DOCUMENT_CHARACTERS: Final[int] = _DATA["bounds"]["document_characters"]
DEPTH: Final[int] = _DATA["bounds"]["depth"]
TAGS: Final[int] = _DATA["bounds"]["tags"]
LEVELS: Final[int] = _DATA["bounds"]["levels"]
_TAGS: Final = frozenset(_DATA["allowed"]["tags"])
_ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    tag: frozenset(names) for tag, names in _DATA["allowed"]["attributes"].items()
}
_EVERYWHERE: Final = _ATTRIBUTES["*"]
_STYLES: Final = frozenset(_DATA["allowed"]["styles"])
_REFUSED_IN_STYLES: Final = tuple(_DATA["allowed"]["refused_in_styles"])
_SCHEMES: Final = frozenset(_DATA["allowed"]["schemes"])
_HIDING: Final = tuple(_DATA["hidden"]["styles"])


class Document(NamedTuple):
    """A cleaned document and how many pictures of other servers were left out."""

    html: str
    blocked: int


def to_text(source: str, *, limit: int = CHARACTERS) -> str:
    """The mail's HTML as readable plain text.

    Links become "text (address)" where the two differ, table rows become lines, quotations get
    ">" signs and Outlook's block a rule above it, so that `quotes.split` folds them. Scripts,
    styles and hidden lines leave nothing. Linear in time; what lies beyond `limit` characters,
    or beyond any number of tags that a letter could have, is cut. Never raises.
    """
    writer = plaintext.Writer(levels=LEVELS)
    hidden = 0
    for event in markup.events(source, limit=limit, depth=DEPTH, tags=TAGS):
        if isinstance(event, markup.Text):
            if not hidden:
                writer.text(event.text)
        elif isinstance(event, markup.Start):
            void = event.tag in markup.VOID
            if hidden or _is_hidden(event):
                hidden += not void
            else:
                writer.start(event)
        elif hidden:
            hidden -= 1
        else:
            writer.end(event.tag)
    return writer.finish()


def _is_hidden(start: markup.Start) -> bool:
    if "hidden" in start.attributes:
        return True
    style = "".join(start.attributes.get("style", "").lower().split()) + ";"
    return any(re.search(rf"{re.escape(hiding)}(?![.\d]*[1-9])", style) for hiding in _HIDING)


def clean_document(
    source: str, *, cid_urls: Mapping[str, str], limit: int = DOCUMENT_CHARACTERS
) -> Document:
    """The original as HTML that runs nothing, loads nothing from elsewhere and submits nothing.

    A picture stays only as `cid:` of the mail itself, shown under its address in `cid_urls`
    (Content-ID without brackets → address); each other one is replaced by its description and
    counted. Cleaning the result again, with the same addresses, changes nothing.
    """
    urls = {name.strip().strip("<>"): url for name, url in cid_urls.items()}
    while len(_prepared(source, urls, limit)[0]) > limit:
        source = source[: min(len(source), limit) // 2]
    first, blocked = _cleaned(source, urls, limit)
    while len(first) > limit:  # escaping made it longer than what a second cleaning would read
        source = source[: min(len(source), limit) // 2]
        first, blocked = _cleaned(source, urls, limit)
    for _ in range(4):
        again, _none = _cleaned(first, urls, limit)
        if again == first:
            return Document(first, blocked)
        first = again
    return Document(
        _cleaned(entities.escape(to_text(source, limit=limit)), urls, limit)[0], blocked
    )


def _cleaned(source: str, urls: Mapping[str, str], limit: int) -> tuple[str, int]:
    prepared, blocked = _prepared(source, urls, limit)
    own = frozenset(urls.values())

    def attribute_filter(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "src":
            return value if value in own else None
        if attribute == "style":
            return _safe_style(value)
        if (tag, attribute) == ("a", "href"):
            return value if _scheme(value) in _SCHEMES else None
        return value

    cleaned = nh3.clean(
        prepared,
        tags=set(_TAGS),
        clean_content_tags=set(markup.DROPPED),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=attribute_filter,
        filter_style_properties=set(_STYLES),
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return cleaned, blocked


def _prepared(source: str, urls: Mapping[str, str], limit: int) -> tuple[str, int]:
    """Well nested HTML of allowed tags only, pictures settled: what `nh3` then judges."""
    parts: list[str] = []
    blocked = 0
    for event in markup.events(source, limit=limit, depth=DEPTH, tags=TAGS):
        if isinstance(event, markup.Text):
            parts.append(entities.escape(event.text, quote=False))
        elif isinstance(event, markup.End):
            if event.tag in _TAGS:
                parts.append(f"</{event.tag}>")
        else:
            blocked += _calls_home(event)
            if event.tag == "img":
                picture = _own_picture(event, urls)
                blocked += picture is None and "src" in event.attributes
                parts.append(
                    picture or entities.escape(event.attributes.get("alt", ""), quote=False)
                )
            elif event.tag in _TAGS:
                parts.append(_tag(event.tag, event.attributes))
    return "".join(parts), blocked


def _own_picture(image: markup.Start, urls: Mapping[str, str]) -> str | None:
    address = image.attributes.get("src", "").strip()
    if address in urls.values():
        return _tag("img", image.attributes)
    if address[:4].lower() != "cid:":
        return None
    url = urls.get(address[4:]) or urls.get(unquote(address[4:]).strip("<>"))
    return _tag("img", {**image.attributes, "src": url}) if url else None


def _calls_home(start: markup.Start) -> int:
    """Whether the tag would load something by another way than `src`."""
    attributes = start.attributes
    return int(
        "background" in attributes
        or "srcset" in attributes
        or "poster" in attributes
        or "url(" in attributes.get("style", "").lower()
    )


def _tag(tag: str, attributes: Mapping[str, str]) -> str:
    allowed = _ATTRIBUTES.get(tag, frozenset()) | _EVERYWHERE
    written = ""
    for name, value in attributes.items():
        if name in allowed:
            kept = _without_addresses(value) if name == "style" else value
            written += f' {name}="{entities.escape(kept)}"'
    return f"<{tag}{written}>"


def _without_addresses(style: str) -> str:
    """The declarations that load nothing, so that one background does not cost all colours."""
    kept = (part for part in style.split(";") if _safe_style(part) is not None)
    return ";".join(kept)


def _safe_style(value: str) -> str | None:
    folded = value.lower()
    return None if any(part in folded for part in _REFUSED_IN_STYLES) else value


def _scheme(address: str) -> str:
    return address.partition(":")[0].strip().lower() if ":" in address else ""
