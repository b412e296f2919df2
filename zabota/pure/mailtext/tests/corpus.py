"""Odd mails, made here and not collected: hostile, broken, foreign, and all deterministic.

`base` is one mail for each oddity, named after its fault in the security catalogue;
`odd_mails` is as many as wanted, the base first and then mutations of its light ones.
"""

import base64
import random
from collections.abc import Callable, Iterator

from zabota.pure.mailtext.tests import shapes

Named = tuple[str, bytes]
_LIGHT = 64 * 1024
_HEAD = {
    "From": "Ilze Kalnina <ilze@example.lv>",
    "To": "help@shop.lv",
    "Subject": "Where is order 7",
    "Message-ID": "<odd@example.lv>",
    "Date": "Tue, 3 Nov 2026 10:20:30 +0200",
    "MIME-Version": "1.0",
}
_RUSSIAN = "Здравствуйте! Когда привезут мой заказ? Жду ответа."
_LATVIAN = "Labdien! Kad atvedīs manu pasūtījumu? Gaidīšu atbildi šodien."


def base() -> dict[str, bytes]:
    """Every oddity once, by name."""
    families: tuple[Callable[[], Iterator[Named]], ...] = (
        recipients, nests, giant_headers, bombs, charsets, characters, senders, dates, broken_mime,
        names, kinds, notices, identities,
    )  # fmt: skip
    found: dict[str, bytes] = {}
    for family in families:
        for name, raw in family():
            assert name not in found, name
            found[name] = raw
    return found


def odd_mails(n: int, seed: int) -> Iterator[bytes]:
    """`n` mails, the same for the same seed: the base in order, then mutations of its light
    mails. Some are over the limits and some aren't mails any more; that is their point."""
    originals = list(base().values())
    yield from originals[:n]
    chance = random.Random(seed)
    light = [raw for raw in originals if 0 < len(raw) <= _LIGHT]
    for _ in range(n - len(originals)):
        yield mutated(chance.choice(light), chance)


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """A mail with one to four wounds: bytes lost, doubled, changed, moved, or line ends turned."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(raw) + 1)
        to = min(len(raw), at + chance.randint(1, 80))
        wound = chance.randrange(8)
        if wound == 0:
            raw = raw[:at] + raw[to:]
        elif wound == 1:
            raw = raw[:to] + raw[at:to] + raw[to:]
        elif wound == 2:
            raw = raw[:at] + chance.randbytes(chance.randint(1, 8)) + raw[at:]
        elif wound == 3:
            raw = raw[:at] + chance.choice(shapes.FRAGMENTS) + raw[at:]
        elif wound == 4:
            raw = raw[:at]
        elif wound == 5:
            raw = raw.replace(b"\r\n", b"\n")
        elif wound == 6:
            raw = raw.replace(b"\r\n", b"\n\r\n", chance.randint(1, 2))
        else:
            raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
    return raw


def letter(
    body: str | bytes = "Hello\r\n",
    *,
    kind: str = "text/plain; charset=utf-8",
    encoding: str = "8bit",
    **changed: str | bytes | None,
) -> bytes:
    """A mail of the usual head; `changed` replaces a field, or drops it when None. An underscore
    stands for the hyphen."""
    fields: dict[str, str | bytes | None] = {
        **_HEAD,
        "Content-Type": kind,
        "Content-Transfer-Encoding": encoding,
    }
    spelled = {name.lower(): name for name in fields}
    for name, value in changed.items():
        written = name.replace("_", "-")
        fields[spelled.get(written.lower(), written)] = value
    lines = [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        for name, value in fields.items()
        if value is not None
    ]
    content = body if isinstance(body, bytes) else body.encode()
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


def said(body: str | bytes, charset: str) -> bytes:
    """A mail that says it is in this charset."""
    return letter(body, kind=f"text/plain; charset={charset}")


def part(body: str | bytes, *fields: str) -> bytes:
    """A part with these header lines."""
    content = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + content


def several(*children: bytes, kind: str = "mixed", boundary: str = "BB", after: str = "") -> bytes:
    """A whole mail of these parts."""
    body = b"".join(f"--{boundary}\r\n".encode() + child + b"\r\n" for child in children)
    body += f"--{boundary}--\r\n{after}".encode()
    return letter(body, kind=f'multipart/{kind}; boundary="{boundary}"')


TEXT = part("the words of the letter", "Content-Type: text/plain; charset=utf-8")


def recipients() -> Iterator[Named]:
    people = ", ".join(f"u{n}@x.lv" for n in range(10_000))
    yield "f38-ten-thousand-in-to", letter(To=people)
    yield "f38-ten-thousand-in-cc", letter(Cc=people)
    yield "f38-many-to-headers", letter("x", To="\r\nTo: ".join(f"u{n}@x.lv" for n in range(3_000)))
    named = ", ".join(f"=?utf-8?Q?=C4=81{n}?= <u{n}@x.lv>" for n in range(2_000))
    yield (
        "f38-names-encoded",
        letter(To=named),
    )
    yield "f38-group", letter(To="team: a@x.lv, b@x.lv; c@x.lv")
    yield "f38-undisclosed", letter(To="undisclosed-recipients:;")
    yield "f38-same-twice", letter(To="a@x.lv, A@X.LV", Cc="a@x.lv")


def nests() -> Iterator[Named]:
    for depth in (90, 101, 1_000, 5_000):
        yield f"f39-nested-{depth}", shapes.nested(depth)
    yield "f39-rfc822-in-rfc822-1000", b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + letter()
    for count in (900, 1_001, 100_000):
        yield (
            f"f39-parts-{count}",
            letter(b"--B\r\n\r\nx\r\n" * count + b"--B--\r\n", kind="multipart/mixed; boundary=B"),
        )
    yield "f39-same-boundary-nested", shapes.same_boundary()
    yield "f39-unclosed-nests", shapes.nested(50, closed=False)
    yield "f39-dashes-only", letter(b"--\r\n" * 20_000, kind="multipart/mixed; boundary=B")
    yield "f39-digest", several(letter(), letter(), kind="digest")


def giant_headers() -> Iterator[Named]:
    yield "f40-100000-headers", b"X-Y: z\r\n" * 100_000 + letter()
    yield "f40-header-of-10-mb", letter(X_Big="x" * 10_000_000)
    yield "f40-tiny-headers", b"a:\r\n" * 40_000 + letter()
    yield "f40-quotes-in-to", letter(To='"' * 50_000)
    yield "f40-escaped-quotes-in-to", letter(To='"' + '\\"' * 25_000)
    yield "f40-brackets-in-to", letter(To="(" * 50_000)
    yield "f40-angles-in-from", letter(From="<" * 50_000)
    yield "f40-colons-in-from", letter(From="a@b" + ":" * 50_000)
    yield "f40-commas-in-from", letter(From="," * 50_000)
    yield "f40-spaces-in-from", letter(From="a" + " " * 50_000 + "b@c.lv")
    yield "f40-words-in-from", letter(From="a " * 25_000 + "<a@b.lv>")
    yield "f40-encoded-words-1999", letter(Subject="=?utf-8?Q?=C4=81?= " * 1_999)
    yield "f40-encoded-words-20000", letter(Subject="=?u?Q?a?= " * 20_000)
    yield "f40-encoded-words-open", letter(Subject="=?u?q?" * 1_900 + "?" * 100_000)
    yield "f40-references-400000", letter(References="<a@b> " * 400_000)
    yield "f40-references-30000", letter(References=" ".join(f"<{n}@b>" for n in range(20_000)))
    yield "f40-references-bare", letter(References="a" * 200_000)
    yield "f40-parameters", letter(kind="text/plain; " + "; ".join(f"a{n}=b" for n in range(9_000)))
    yield "f40-semicolons", letter(kind="text/plain" + ";" * 100_000)
    yield "f40-quotes-in-type", letter(kind="text/plain" + '; a="' * 30_000)
    yield "f40-folded-30000-times", letter(Subject="\r\n ".join(["word"] * 30_000))
    yield (
        "f40-authentication",
        letter(Authentication_Results="mx; " + "(" * 50_000),
    )
    yield "f40-dates", letter(Date="1" * 100_000)
    yield "f40-empty-subject-folds", letter(Subject="\r\n " * 20_000)


def bombs() -> Iterator[Named]:
    for name, kind, content in shapes.bombs():
        yield f"f41-{name}", several(TEXT, shapes.attached(content, kind, name))


def charsets() -> Iterator[Named]:
    for label in shapes.ODD_LABELS:
        yield (
            f"f42-declared-{label.strip()[:20]}",
            said(_RUSSIAN, label),
        )
    for codec in ("cp1251", "koi8_r", "cp866", "iso8859_5"):
        yield f"f42-undeclared-{codec}", letter(_RUSSIAN.encode(codec), kind="text/plain")
        yield f"f42-called-utf8-{codec}", letter(_RUSSIAN.encode(codec))
        yield (
            f"f42-in-headers-{codec}",
            letter(Subject=_RUSSIAN.encode(codec), From="Илзе <ilze@example.lv>".encode(codec)),
        )
    for codec in ("cp1257", "iso8859_13"):
        yield f"f42-undeclared-{codec}", letter(_LATVIAN.encode(codec), kind="text/plain")
        yield (
            f"f42-called-latin1-{codec}",
            said(_LATVIAN.encode(codec), "iso-8859-1"),
        )
    yield "f42-utf8-called-1251", said(_RUSSIAN, "windows-1251")
    yield (
        "f42-iso2022jp-broken",
        said(b"\x1b$B\x30\x1b(B ok \x1b$", "iso-2022-jp"),
    )
    yield "f42-utf7", said(b"+BBcENAQ- +2AA- done", "utf-7")
    yield (
        "f42-utf16-odd",
        said(_RUSSIAN.encode("utf-16") + b"x", "utf-16"),
    )
    yield "f42-utf16-is-ascii", said("plain", "utf-16")
    yield "f42-utf8-mixed-with-1251", letter(_RUSSIAN.encode() * 3 + "да".encode("cp1251"))
    yield "f42-utf8-cut", letter(_RUSSIAN.encode()[:-20][:-1])
    yield "f42-letter-cut-by-words", letter(Subject="=?utf-8?B?0J/Rg9C=?= =?utf-8?B?40L8=?=")
    yield "f42-words-of-unknown-charset", letter(Subject="=?x-unknown?Q?=D0=9F?= =?idna?B?eHg=?=")
    page = b'<meta charset="windows-1251"><p>' + _RUSSIAN.encode("cp1251")
    yield (
        "f42-meta-charset",
        letter(page, kind="text/html"),
    )
    yield (
        "f42-gb2312",
        said("你好，我的订单在哪里？".encode("gbk"), "gb2312"),
    )


def characters() -> Iterator[Named]:
    for name, text in shapes.ODD_TEXTS.items():
        raw = text.encode("utf-8", "surrogatepass")
        yield f"f43-body-{name}", letter(raw)
        yield (
            f"f43-subject-{name}",
            letter(Subject=b"=?utf-8?B?" + base64.b64encode(raw[:900]) + b"?="),
        )


def senders() -> Iterator[Named]:
    yield "f44-empty", b""
    yield "f44-blank-lines", b"\r\n\r\n"
    yield "f44-headers-only", letter("").rstrip(b"\r\n")
    yield "f44-body-only", b"\r\nHello, just words.\r\n"
    yield "f44-words-only", b"Hello, just words.\r\n"
    yield "f44-no-from", letter(From=None)
    yield "f44-two-from", letter(From="a@x.lv\r\nFrom: b@x.lv")
    for name, value in shapes.ODD_SENDERS.items():
        yield f"f44-from-{name}", letter(From=value)


def dates() -> Iterator[Named]:
    for name, value in shapes.ODD_DATES.items():
        yield f"f44-date-{name}", letter(Date=value)


def broken_mime() -> Iterator[Named]:
    yield from shapes.broken(letter, several, part, TEXT)


def names() -> Iterator[Named]:
    for name, field in shapes.ODD_NAMES.items():
        content = part(b"x", "Content-Type: image/png", f"Content-Disposition: attachment; {field}")
        yield f"f46-{name}", several(TEXT, content)
    twin = part(b"x", "Content-Type: image/png", "Content-Disposition: attachment; filename=a.png")
    yield "f46-duplicates", several(TEXT, twin, twin, twin)
    yield "f46-html-as-image", several(TEXT, shapes.attached(b"<script>", "image/png", "a.html"))


def kinds() -> Iterator[Named]:
    for name, (kind, content) in shapes.ODD_KINDS.items():
        yield f"f47-{name}", several(TEXT, part(content, f"Content-Type: {kind}"))
        yield f"f47-{name}-alone", letter(content, kind=kind)
    for kind in ("signed", "encrypted", "related", "alternative", "report", "appledouble", "odd"):
        yield (
            f"f47-multipart-{kind}",
            several(TEXT, part(b"more", "Content-Type: application/x-more"), kind=kind),
        )


def notices() -> Iterator[Named]:
    for name, raw in shapes.notices(several, part, letter):
        yield f"f35-{name}", raw


def identities() -> Iterator[Named]:
    yield "f19-one-id-first-body", letter("one")
    yield "f19-one-id-other-body", letter("two")
    yield "f20-no-id", letter("same", Message_ID=None)
    yield (
        "f20-no-id-another-day",
        letter("same", Message_ID=None, Date="4 Nov 2026 10:00:00 +0200"),
    )
    yield "f20-two-ids", letter(Message_ID="<a@x.lv> <b@x.lv>")
    yield "f20-id-without-brackets", letter(Message_ID="a@x.lv")
    yield "f20-id-with-line-break", letter(Subject="=?utf-8?Q?a=0D=0ABcc:_evil@x.lv?=")
    yield (
        "f20-mbox-line",
        b"From a@x.lv Tue Nov  3 10:20:30 2026\r\n" + letter(">From x"),
    )
    yield "f20-escaped-mbox-line", b">From ilze@example.lv\r\n" + letter()
