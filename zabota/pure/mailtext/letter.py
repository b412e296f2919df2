"""An agent's plain text as the two bodies of a letter: plain, and HTML with everything escaped.

Paragraphs, numbered and bulleted lists and links are seen in the text as people write it; there is
no mark-up language. Nothing a customer or agent wrote reaches the HTML unescaped (T08).
"""

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """The message that is answered: a line that says whose it is, and its text."""

    head: str
    text: str


# Line separators of Unicode become line ends; other control characters and halves of characters go.
_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSAFE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


def tidy(text: str) -> str:
    """The text with "\\n" as its only line end and without control characters."""
    return _UNSAFE.sub("", _LINE_ENDS.sub("\n", text))


def plain(
    text: str, *, signature: str, quotation: Quotation | None, pictures: Sequence[str]
) -> str:
    """The plain body: text, names of pictures, signature beneath "-- ", quotation with ">"."""
    blocks = [tidy(text).strip("\n"), *(f"[{tidy(name)}]" for name in pictures)]
    if signature:
        blocks.append("-- \n" + tidy(signature).strip("\n"))
    if quotation is not None:
        lines = tidy(quotation.text).strip("\n").split("\n")
        marked = [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines]
        blocks.append("\n".join([" ".join(tidy(quotation.head).split()), *marked]))
    return "\n\n".join(block for block in blocks if block) + "\n"


def page(
    text: str,
    *,
    signature: str,
    quotation: Quotation | None,
    pictures: Sequence[tuple[str, str]],
    language: str,
) -> str:
    """The HTML body; `pictures` are (Content-ID, description) and stand beneath the text."""
    blocks = [*_blocks(tidy(text))]
    for content_id, name in pictures:
        source, alt = entities.escape(content_id), entities.escape(tidy(name))
        blocks.append(f'<p><img src="cid:{source}" alt="{alt}" style="max-width:100%"></p>')
    if signature:
        blocks.append(f'<p style="color:#666">-- <br>{_lines(tidy(signature).strip())}</p>')
    if quotation is not None:
        head = entities.escape(" ".join(tidy(quotation.head).split()))
        quoted = "\n".join(_blocks(tidy(quotation.text)))
        style = "margin:0 0 0 8px;padding-left:12px;border-left:2px solid #ccc"
        blocks.append(
            f'<div>{head}</div>\n<blockquote type="cite" style="{style}">{quoted}</blockquote>'
        )
    body = "\n".join(blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="{entities.escape(language)}">\n'
        f'<head><meta charset="utf-8"></head>\n<body>\n{body}\n</body>\n</html>\n'
    )


_BULLET: Final = re.compile(r"\s{0,8}[-*•–—]\s+(?=\S)")
_NUMBER: Final = re.compile(r"\s{0,8}(\d{1,4})[.)]\s+(?=\S)")


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs and lists; two or more lines with marks make a list, one alone is a sentence."""
    for filled, lines in groupby(text.split("\n"), key=lambda line: bool(line.strip())):
        if filled:
            for kind, group in groupby(lines, key=_kind):
                yield _block(kind, list(group))


def _kind(line: str) -> str:
    if _BULLET.match(line):
        return "ul"
    return "ol" if _NUMBER.match(line) else "p"


def _block(kind: str, lines: list[str]) -> str:
    if kind == "p" or len(lines) == 1:
        return f"<p>{_lines(chr(10).join(lines))}</p>"
    mark = _BULLET if kind == "ul" else _NUMBER
    items = "".join(f"<li>{_linked(mark.sub('', line, count=1))}</li>" for line in lines)
    found = _NUMBER.match(lines[0])
    start = f' start="{int(found[1])}"' if kind == "ol" and found and int(found[1]) != 1 else ""
    return f"<{kind}{start}>{items}</{kind}>"


def _lines(text: str) -> str:
    return "<br>\n".join(_linked(line) for line in text.split("\n"))


_ADDRESS: Final = re.compile(
    r"https?://[\w.-]{1,253}(?::\d{1,5})?(?:[/?#][^\s<>\"]{0,1500})?", re.IGNORECASE
)
_LABEL: Final = r"[A-Za-z0-9-]{1,63}"
_MAILBOX: Final = re.compile(rf"[A-Za-z0-9._+-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,8}}")
_AROUND: Final = "()[]{}.,;:!?»«\"'“”„…"


def _linked(line: str) -> str:
    """The line escaped, with addresses as links; looks at each word once."""
    return "".join(_word(word) for word in re.split(r"(\s)", line))


def _word(word: str) -> str:
    bare = word.lstrip(_AROUND)
    before = word[: len(word) - len(bare)]
    bare = bare.rstrip(_AROUND)
    if "(" in bare and ")" not in bare and word[len(before) + len(bare) :].startswith(")"):
        bare += ")"
    after = word[len(before) + len(bare) :]
    href = bare if _ADDRESS.fullmatch(bare) else ""
    if not href and _MAILBOX.fullmatch(bare):
        href = f"mailto:{bare}"
    if not href:
        return entities.escape(word)
    shown = entities.escape(bare)
    link = f'<a href="{entities.escape(href)}">{shown}</a>'
    return f"{entities.escape(before)}{link}{entities.escape(after)}"
