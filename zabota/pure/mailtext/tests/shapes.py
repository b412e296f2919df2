"""The raw material of the odd mails: labels, names, dates, texts and fragments to wound with."""

import base64
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator

Named = tuple[str, bytes]
Maker = Callable[..., bytes]

FRAGMENTS = (
    b"\r\n--BB\r\n",
    b"\r\n--BB--\r\n",
    b"\r\n\r\n",
    b"\0",
    b"=?utf-8?B?",
    b"?=",
    b'"',
    b"(",
    b"<",
    b">",
    b"\r\nContent-Type: multipart/mixed; boundary=BB\r\n",
    b"\r\nContent-Transfer-Encoding: base64\r\n",
    b"\r\nFrom: evil@x.lv\r\n",
    b"=?=",
    b"\xff\xfe",
    b"\xd0",
    b"\x1b$B",
    b"\r",
    b"\n From ",
    b"; charset=utf-16",
    b"\r\nContent-Type: message/rfc822\r\n\r\n",
    b"%",
    b"=\r\n",
    b"boundary=",
    b"filename*0*=utf-8''%",
)
ODD_LABELS = (
    "x-unknown",
    "unknown-8bit",
    "_iso-2022-jp$esc",
    "idna",
    "rot13",
    "zip",
    "hex",
    "base64",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",
    "utf-8;",
    '"utf-8"',
    "'utf-8'",
    "utf8",
    "utf-9",
    "ascii",
    "us-ascii",
    "iso-8859-1",
    "8bit",
    "default",
    "none",
    "../../etc",
    "x" * 900,
    "windows-1251 (ru)",
    "cp65001",
    "utf-32",
    "hz",
)
ODD_TEXTS = {
    "nul": "a\0b\0c",
    "surrogates": "a\ud800b\udfffc",
    "noncharacters": "a\ufffeb\uffffc",
    "zalgo": "Z" + "\u0317\u0346\u0489" * 30_000,
    "right-to-left": "invoice\u202efdp.exe \u2066x\u2069",
    "zero-width": "pay\u200bpal\ufeff\u2060",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f\x85\x9b31m",
    "line-separators": "a\u2028b\u2029c\x0bd\x0ce",
    "emoji": "👩‍👩‍👧 👍🏽 🇱🇻",
    "one-long-line": "word" * 40_000,
    "only-spaces": " \t \r\n" * 50,
}
ODD_SENDERS = {
    "two-addresses": "a@x.lv, b@x.lv",
    "group": "team: a@x.lv;",
    "empty-group": "nobody:;",
    "empty": "",
    "name-only": "Ilze",
    "robot-in-angles": "<MAILER-DAEMON>",
    "address-as-name": "=?utf-8?q?admin=40victim.com?= <a@evil.com>",
    "quoted-address-as-name": '"admin@victim.com" <a@evil.com>',
    "encoded-address": "=?utf-8?q?a=40victim.com?=",
    "encoded-in-local": "=?utf-8?q?a=00?=b@evil.com",
    "comment": "a@x.lv (Ilze)",
    "comment-in-address": "a(c)@(d)x.lv",
    "quoted-local": '"a b"@x.lv',
    "two-ats": "a@b.lv@evil.com",
    "route": "<@a,@b:c@x.lv>",
    "two-angles": "<a@x.lv> <b@evil.com>",
    "angle-open": "Ilze <a@x.lv",
    "nul": "Ilze <a@x\0.lv>",
    "line-break": "=?utf-8?q?a=0d=0aBcc:_b@evil.com?= <a@x.lv>",
    "literal": "a@[127.0.0.1]",
    "no-dot": "root@localhost",
    "cyrillic-domain": "Илзе <ilze@пример.рф>",
    "cyrillic-lookalike": "<аnna@example.lv>",
    "semicolon": "a@x.lv; b@evil.com",
    "backslash": 'Ilze \\" <a@x.lv>',
    "trailing-dot": "a@x.lv.",
    "name-too-long": "A" * 5_000 + " <a@x.lv>",
}
ODD_DATES = {
    "none": "",
    "words": "yesterday",
    "year-0": "Mon, 1 Jan 0000 00:00:00 +0000",
    "year-9999": "Fri, 31 Dec 9999 23:59:59 -2359",
    "future": "Tue, 3 Nov 2099 10:20:30 +0200",
    "year-1": "1 Jan 0001 00:00:00 +1400",
    "no-zone": "3 Nov 2026 10:20:30",
    "zone": "3 Nov 2026 10:20 EET",
    "odd-zone": "Tue, 3 Nov 2026 10:20:30 +9959",
    "iso": "2026-11-03T10:20:30Z",
    "day-99": "99 Nov 2026 10:20:30 +0200",
    "leap-second": "30 Jun 2015 23:59:60 +0000",
    "two-digit-year": "3 Nov 26 10:20:30 +0200",
    "digits": "9" * 300 + " Nov 2026 10:20:30",
    "russian": "Вт, 3 ноя 2026 10:20:30 +0200",
    "comment": "Tue, 3 Nov 2026 10:20:30 +0200 (EET)",
    "before-mail": "1 Jan 1970 00:00:00 +0000",
}
ODD_NAMES = {
    "path": 'filename="../../etc/passwd"',
    "windows-path": r'filename="C:\\temp\\evil.exe"',
    "absolute": "filename=/etc/shadow",
    "long": f'filename="{"n" * 1_000}.pdf"',
    "long-cyrillic": "filename*=utf-8''" + "%D0%96" * 400 + ".pdf",
    "pieces-16000": "; ".join(f"filename*{n}*=%41" for n in range(9_000)),
    "pieces-huge-number": "filename*99999999999999999999*=x; filename*-1*=y",
    "pieces-gap": "filename*0=a; filename*2=c.png",
    "empty": 'filename=""',
    "dots": 'filename="..."',
    "device": "filename=CON.txt",
    "turned": "filename*=utf-8''exe%E2%80%AEgnp.png",
    "nul": "filename*=utf-8''a%00.png",
    "encoded-word": 'filename="=?utf-8?B?0YHRh9GR0YIucGRm?="',
    "raw-8-bit": "filename=счёт.pdf",
    "unknown-charset": "filename*=x-none''%D1%87.pdf",
    "quote-open": 'filename="a.png',
    "slash-encoded": "filename*=utf-8''..%2F..%2Fx.png",
    "hidden": "filename=.htaccess",
    "line-break": "filename*=utf-8''a%0D%0Ab.png",
    "no-value": "filename",
    "spaces": 'filename="   .png"',
}
ODD_KINDS: dict[str, tuple[str, bytes]] = {
    "tnef": ("application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22\x01\x00" + b"\0" * 50),
    "s-mime": ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"0\x80\x06"),
    "pgp": ("application/pgp-encrypted", b"Version: 1\r\n"),
    "calendar": ("text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    "amp": ("text/x-amp-html", b"<html amp4email></html>"),
    "partial": ('message/partial; id="a"; number=1; total=3', b"Subject: x\r\n\r\nhalf"),
    "external": ("message/external-body; access-type=URL", b"Content-Type: text/plain\r\n\r\n"),
    "forwarded": ("message/rfc822", "Subject: Пересылаю\r\n\r\nтекст".encode()),
    "forwarded-broken": ("message/rfc822", b"no header at all"),
    "card": ("text/vcard", b"BEGIN:VCARD\r\nEND:VCARD\r\n"),
    "rtf": ("text/rtf", rb"{\rtf1 hello}"),
    "octets": ("application/octet-stream", bytes(range(256))),
    "type-with-spaces": ("image / png", b"x"),
    "type-of-letters": ("<script>/alert", b"x"),
}


def nested(depth: int, *, closed: bool = True) -> bytes:
    lines = [
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)
    ]
    ends = [f"\r\n--b{n}--\r\n" for n in reversed(range(depth))] if closed else []
    head = "From: ilze@example.lv\r\nSubject: deep\r\n"
    return (head + "".join(lines) + "\r\nthe words of the letter" + "".join(ends)).encode()


def same_boundary() -> bytes:
    return (
        b"From: ilze@example.lv\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n"
        b"Content-Type: multipart/alternative; boundary=B\r\n\r\n--B\r\n\r\nthe words of the letter"
        b"\r\n--B\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--B--\r\n--B--\r\n"
    )


def bombs() -> Iterator[tuple[str, str, bytes]]:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("zeros"), b"\0" * 5_000_000, zipfile.ZIP_DEFLATED)
    yield "bomb.zip", "application/zip", zipped.getvalue()
    yield "winmail.dat.gz", "application/gzip", gzip.compress(b"\0" * 5_000_000, mtime=0)
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x9c\x40\0\0\x9c\x40\x08\x02\0\0\0"
    yield "huge.png", "image/png", head
    laughs = b'<!DOCTYPE s [<!ENTITY a "ha">' + b'<!ENTITY b "&a;&a;">' + b"]><svg>&b;</svg>"
    yield "laughs.svg", "image/svg+xml", laughs
    yield "bomb.pdf", "application/pdf", b"%PDF-1.7\n" + b"<< /Filter [/Fl /Fl /Fl] >>\n" * 50


def attached(content: bytes, kind: str, name: str) -> bytes:
    """A part with base64 content."""

    head = (
        f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'
    )
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def broken(letter: Maker, several: Maker, part: Maker, text: bytes) -> Iterator[Named]:
    """F45: structures that no standard allows and some mailer sends."""
    whole: bytes = several(text)
    words = "the words of the letter\r\n"
    yield "f45-no-boundary-told", whole.replace(b'; boundary="BB"', b"")
    yield "f45-boundary-missing", letter(words, kind="multipart/mixed; boundary=nowhere")
    yield "f45-boundary-empty", letter(words, kind='multipart/mixed; boundary=""')
    yield "f45-boundary-never-closed", whole.replace(b"--BB--\r\n", b"")
    yield "f45-tab-for-semicolon", whole.replace(b"multipart/mixed; ", b"multipart/mixed\t")
    yield "f45-spaces-behind-boundary", whole.replace(b"--BB\r\n", b"--BB  \t\r\n")
    yield "f45-text-after-end", several(text, after="and a footer\r\n")
    yield "f45-only-text-after-end", several(after=words)
    yield "f45-part-after-end", whole + b"--BB\r\n\r\none more\r\n--BB--\r\n"
    yield (
        "f45-type-twice",
        whole.replace(b"Content-Type: multi", b"Content-Type: text/plain\r\nContent-Type: multi"),
    )
    yield "f45-type-without-slash", letter(words, kind="text")
    yield "f45-type-empty", letter(words, kind="")
    yield "f45-type-html-only", letter("<p>the words of the letter", kind="html")
    yield "f45-encoding-unknown", letter(words, encoding="x-rot13")
    yield "f45-encoding-false-base64", letter(words, encoding="base64")
    yield "f45-base64-cut", letter("dGhlIHdvcmRzIG9mIHRoZSBsZXR0ZXI", encoding="base64")
    yield "f45-base64-dirty", letter("dGhl!IHdv*cmRzI\tG9mIH?RoZSBsZXR0ZXI=", encoding="base64")
    yield "f45-base64-pieces", letter("dGhlIA==\r\nd29yZHM=\r\nIG9m", encoding="base64")
    yield "f45-base64-equals", letter("=" * 50_000, encoding="base64")
    yield (
        "f45-printable-bad",
        letter("the words=ZZ of it=\r\n=", encoding="quoted-printable"),
    )
    yield "f45-uu", letter("begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n", encoding="x-uuencode")
    yield "f45-uu-bad", letter("begin 644 a.txt\r\n\xff\xff\r\n", encoding="x-uuencode")
    yield "f45-line-in-headers", letter(words, Subject="x\r\ngarbage without colon")
    yield "f45-no-blank-line", b"From: ilze@example.lv\r\nSubject: x\r\nthe words of the letter\r\n"
    yield "f45-space-before-colon", letter(words).replace(b"Subject:", b"Subject :")
    yield "f45-lone-cr", letter(words).replace(b"\r\n", b"\r")
    yield "f45-lone-lf", letter(words).replace(b"\r\n", b"\n")
    yield "f45-doubled-line-ends", letter(words).replace(b"\r\n", b"\r\r\n")
    yield "f45-bom", b"\xef\xbb\xbf" + letter(words)
    yield "f45-blank-lines-first", b"\r\n\r\n" + letter(words)
    yield "f45-part-without-blank-line", several(b"Content-Type: text/plain")
    yield "f45-part-of-nothing", several(b"", b"", b"")
    yield "f45-html-then-plain-mixed", several(part("<p>one", "Content-Type: text/html"), text)
    yield "f45-attachment-is-all", several(attached(b"x", "image/png", "a.png"))
    yield "f45-base64-multipart", whole.replace(b"Encoding: 8bit", b"Encoding: base64")
    yield (
        "f45-flowed",
        letter(
            "the words \r\nof the letter\r\n> quoted \r\n> too\r\n-- \r\nA\r\n",
            kind="text/plain; format=flowed; delsp=no",
        ),
    )


def notices(several: Maker, part: Maker, letter: Maker) -> Iterator[Named]:
    """F35: what mail servers write."""
    yield from _reports(several, part)
    yield (
        "exim",
        letter(
            "This message was created automatically by mail delivery software.\r\n\r\n"
            "  ilze@example.lv\r\n    mailbox is full\r\n\r\nMessage-ID: <sent@shop.lv>\r\n",
            From="Mail Delivery System <Mailer-Daemon@mx.lv>",
            X_Failed_Recipients="ilze@example.lv",
            Return_Path="<>",
        ),
    )
    yield (
        "qmail",
        letter(
            "Hi. This is the qmail-send program at mx.lv.\r\nI'm afraid I wasn't able to deliver "
            "your message.\r\n\r\n<ilze@example.lv>:\r\nSorry, no mailbox here. (#5.1.1)\r\n\r\n"
            "--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <sent@shop.lv>\r\n",
            From="MAILER-DAEMON@mx.lv",
            Return_Path="<>",
        ),
    )
    yield "vacation", letter("I am away.", Auto_Submitted="auto-replied", Return_Path="<>")
    yield "list", letter("News", List_Id="<news.example.lv>", Precedence="bulk")
    yield (
        "read-receipt",
        several(
            part("Read.", "Content-Type: text/plain"),
            part(
                "Original-Message-ID: <sent@shop.lv>\r\n",
                "Content-Type: message/disposition-notification",
            ),
            kind="report",
        ),
    )


def _reports(several: Maker, part: Maker) -> Iterator[Named]:
    """Delivery reports in the form of RFC 3464, one for each action and one of great length."""
    returned = part(
        "Message-ID: <sent@shop.lv>\r\nSubject: our answer\r\n\r\nHello",
        "Content-Type: message/rfc822",
    )
    for action in (
        "failed",
        "delayed",
        "delivered",
        "relayed",
        "expanded",
        "error",
        "nonsense",
        "",
    ):
        status = (
            "Reporting-MTA: dns; mx.example.lv\r\n\r\nFinal-Recipient: rfc822; ilze@example.lv\r\n"
            f"Action: {action}\r\nStatus: 5.1.1 (no mailbox)\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\nRemote-MTA: dns; mx.example.lv\r\n"
        )
        told = part(status, "Content-Type: message/delivery-status")
        words = part("It could not be delivered.", "Content-Type: text/plain")
        yield f"report-{action or 'empty'}", several(words, told, returned, kind="report")
    yield (
        "report-of-5000",
        several(
            part(
                "Final-Recipient: rfc822; a@x.lv\r\nAction: failed\r\n\r\n" * 5_000,
                "Content-Type: message/delivery-status",
            ),
            kind="report",
        ),
    )
