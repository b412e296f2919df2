"""Which parts of a mail are its body, and which are attachments.

The body is a row of pieces in the order of the mail, each plain, HTML or both (an alternative).
Whatever isn't a piece is an attachment, so nothing of the mail is left out.
"""

import hashlib
import html as entities
import re
from dataclasses import dataclass, field

from zabota.pure.mailtext import characters, charsets, headers, names, parts
from zabota.pure.mailtext.mail import Attachment, Limits

_META_CHARSET = re.compile(rb"(?i)<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})")
_META_STRETCH = 2_048
_MOST_SECOND_OPINIONS = 3
_MOST_BYTES_A_CHARACTER = 4
_PLAIN = {"text/plain", "text/markdown", "text/x-markdown", "text/enriched", "text/text"}
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")


@dataclass(slots=True)
class Piece:
    """A stretch of the body in its forms."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Body:
    """What `read` found."""

    text: str = ""
    text_is_whole: bool = True
    html: str | None = None
    charset: str = ""
    attachments: list[Attachment] = field(default_factory=list)


class _Reader:
    def __init__(self, root: parts.Part, raw: bytes, limits: Limits, defects: list[str]) -> None:
        self.root = root
        self.raw = raw
        self.limits = limits
        self.defects = defects
        self.pieces: list[Piece] = []
        self.attached: list[tuple[parts.Part, bool]] = []
        self.charset = ""
        self.second_opinions = 0

    def walk(self, part: parts.Part) -> None:
        """Sort a tree into pieces and attachments. The nesting is limited, so this recursion
        is."""
        if not part.children:
            self.leaf(part, in_related=False)
        elif part.media_type == "multipart/alternative":
            self.alternative(part)
        elif part.media_type == "multipart/related":
            self.related(part)
        else:
            for child in part.children:
                self.walk(child)

    def leaf(self, part: parts.Part, *, in_related: bool) -> None:
        form = _form(part, alone=part is self.root)
        if form == "plain":
            self.pieces.append(Piece(plain=self.text_of(part)))
        elif form == "html":
            self.pieces.append(Piece(html=self.text_of(part)))
        else:
            self.attached.append((part, in_related))

    def alternative(self, part: parts.Part) -> None:
        """All children say the same: their pieces are forms of one, the last of each kind."""
        before = len(self.pieces)
        for child in part.children:
            self.walk(child)
        found = self.pieces[before:]
        plain = [piece.plain for piece in found if piece.plain is not None]
        html = [piece.html for piece in found if piece.html is not None]
        if len(plain) <= 1 and len(html) <= 1:
            del self.pieces[before:]
            if found:
                self.pieces.append(Piece(plain=_last(plain), html=_last(html)))
        elif html and plain:
            del self.pieces[before:]
            self.pieces.append(Piece(plain="\n\n".join(plain), html="\n".join(html)))

    def related(self, part: parts.Part) -> None:
        """The root (the first, or the one that `start` names) is shown, the rest serves it."""
        start = part.content_type.params.get("start", "").strip()
        root = next((kid for kid in part.children if start and _content_id(kid) == start), None)
        root = root or part.children[0]
        for child in part.children:
            if child is root or child.children:
                self.walk(child)
            else:
                self.attached.append((child, True))

    def text_of(self, part: parts.Part) -> str:
        data = parts.content(part, self.raw, self.defects)
        label = part.content_type.params.get("charset", "")
        is_html = part.media_type == "text/html"
        if (
            is_html
            and not charsets.codec_of(label)
            and (meta := _META_CHARSET.search(data[:_META_STRETCH]))
        ):
            label = meta.group(1).decode("ascii", "replace")
        self.second_opinions += 1
        thorough = self.second_opinions <= _MOST_SECOND_OPINIONS
        most = self.limits.text_chars
        shown = data[: most * _MOST_BYTES_A_CHARACTER]
        read = charsets.declared(shown, label, hint=self.charset, thorough=thorough)
        if label and not charsets.codec_of(label) and not data.isascii():
            self.defects.append("unknown_charset")
        if not self.charset or self.charset == "us-ascii":
            self.charset = read.charset
        if len(read.text) > most or len(shown) < len(data):
            self.defects.append("text_cut")
            self.attached.append((part, False))
        text = characters.body(read.text[:most])
        if part.content_type.params.get("format", "").lower() == "flowed" and not is_html:
            text = _unflowed(text, part.content_type.params.get("delsp", "").lower() == "yes")
        return text


def read(root: parts.Part, raw: bytes, *, limits: Limits, defects: list[str]) -> Body:
    """The body and the attachments of a mail whose tree is `root`."""
    reader = _Reader(root, raw, limits, defects)
    after_end = [child for child in root.children if child.after_end]
    root.children = [child for child in root.children if not child.after_end]
    if after_end and not root.children:
        root.children = after_end
    reader.walk(root)
    if after_end and not any(piece.plain or piece.html for piece in reader.pieces):
        reader.walk(after_end[0])
    body = _joined(reader.pieces)
    body.charset = reader.charset
    body.attachments = _attachments(reader)
    return body


def _form(part: parts.Part, *, alone: bool) -> str:
    """ "plain" or "html" when a leaf is shown as body, else empty. A text with a file name is an
    attachment unless it is `alone`, all there is in the mail."""
    media_type = part.media_type
    if media_type not in _PLAIN and media_type != "text/html":
        return "plain" if part.is_multipart else ""
    disposition = headers.valued(part.header.first("content-disposition"))
    if disposition.value == "attachment":
        return ""
    form = "html" if media_type == "text/html" else "plain"
    named = disposition.params.get("filename") or part.content_type.params.get("name")
    shown = alone or (form == "html" and disposition.value == "inline")
    return form if shown or not named else ""


def _last(some: list[str]) -> str | None:
    return some[-1] if some else None


def _joined(pieces: list[Piece]) -> Body:
    """One plain text and one HTML of all pieces; a plain piece stands preformatted in the HTML."""
    shown = [piece for piece in pieces if (piece.plain or "").strip() or (piece.html or "").strip()]
    plain = [piece.plain for piece in shown if piece.plain is not None and piece.plain.strip()]
    body = Body(text="\n\n".join(plain) if len(plain) != 1 else plain[0])
    body.text_is_whole = all((piece.plain or "").strip() for piece in shown)
    if any(piece.html is not None for piece in shown):
        body.html = "\n".join(
            piece.html
            if piece.html is not None
            else f"<pre>{entities.escape(piece.plain or '')}</pre>"
            for piece in shown
        )
    return body


def _unflowed(text: str, delete_space: bool) -> str:
    """Paragraphs joined that were wrapped for sending (RFC 3676, 4), quoted ones by depth."""
    paragraphs: list[list[str]] = []
    open_depth = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- "
        kept = bare[:-1] if flows and delete_space else bare
        if open_depth == depth and bare != "-- ":
            paragraphs[-1].append(kept)
        else:
            paragraphs.append([">" * depth + (" " if depth else ""), kept])
        open_depth = depth if flows else -1
    return "\n".join("".join(paragraph) for paragraph in paragraphs)


def _attachments(reader: _Reader) -> list[Attachment]:
    given = names.Names(limit=reader.limits.name_chars)
    return [
        _attachment(part, reader, given, number=number, in_related=in_related)
        for number, (part, in_related) in enumerate(reader.attached, 1)
    ]


def _attachment(
    part: parts.Part, reader: _Reader, given: names.Names, *, number: int, in_related: bool
) -> Attachment:
    content = parts.content(part, reader.raw, reader.defects)
    media_type = media_type_of(part)
    disposition = headers.valued(part.header.first("content-disposition"))
    named = disposition.params.get("filename") or part.content_type.params.get("name") or ""
    original = headers.parameter(named, limits=reader.limits, hint=reader.charset)
    suggested = original or _suggested(media_type, content, reader)
    content_id = headers.text(_content_id_bytes(part))
    return Attachment(
        name=given.safe(suggested, media_type=media_type, number=number),
        original_name=original,
        media_type=media_type,
        content_id=characters.line(content_id, limit=reader.limits.line_chars).strip("<> "),
        inline=disposition.value != "attachment" and (in_related or disposition.value == "inline"),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        part=part.path,
        content=content,
    )


def media_type_of(part: parts.Part) -> str:
    """The type as declared, or that of plain bytes when it isn't one (RFC 6838, 4.2)."""
    return part.media_type if _TYPE.fullmatch(part.media_type) else "application/octet-stream"


def _suggested(media_type: str, content: bytes, reader: _Reader) -> str:
    """The name of an attached mail is its subject, as far as that can be read."""
    if media_type != "message/rfc822":
        return ""
    found = re.search(rb"(?im)^subject:[ \t]*([^\r\n]{1,200})", content[:16_384])
    subject = headers.words(found.group(1), limits=reader.limits) if found else ""
    return f"{subject.replace('/', '_')[:60]}.eml" if subject else ""


def _content_id_bytes(part: parts.Part) -> bytes:
    return part.header.first("content-id")


def _content_id(part: parts.Part) -> str:
    return headers.text(_content_id_bytes(part)).strip()
