"""Two copies of one mail are one, two mails with one Message-ID are two, and dates are dates."""

from datetime import UTC, datetime

import pytest

from zabota.pure import mailtext
from zabota.pure.mailtext import wire
from zabota.pure.mailtext.tests import corpus, shapes

LETTER = corpus.letter("one\r\nFrom here\r\n>From there\r\n")
AT = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "copy",
    [
        LETTER.replace(b"\r\n", b"\n"),
        b"From ilze@example.lv Tue Nov  3 10:20:30 2026\r\n" + LETTER,
        b"X-UIDL: 5\r\nStatus: RO\r\nX-Status: A\r\n" + LETTER,
        b"X-Mozilla-Keys: a\r\n b\r\nContent-Length: 33\r\n" + LETTER,
        LETTER.replace(b"\r\nFrom here", b"\r\n>From here").replace(
            b"\r\n>From there", b"\r\n>>From there"
        ),
        LETTER + b"\r\n\r\n",
        LETTER.rstrip(b"\r\n"),
    ],
)
def test_what_a_mailbox_file_changes_does_not_make_another_mail(copy: bytes) -> None:
    assert copy != LETTER
    assert mailtext.content_hash(copy) == mailtext.content_hash(LETTER)


@pytest.mark.threat("T13")
@pytest.mark.fault("F19", "F20")
@pytest.mark.parametrize(
    "other",
    [
        LETTER.replace(b"one", b"two"),
        LETTER.replace(b"Subject: Where", b"Subject: There"),
        LETTER.replace(b"Nov 2026", b"Oct 2026"),
        LETTER.replace(b"one", b"Status: one"),
        LETTER.replace(b"From: Ilze", b"X: y\r\nFrom: Ilze"),
    ],
)
def test_a_mail_that_differs_in_anything_else_is_another_one(other: bytes) -> None:
    assert mailtext.content_hash(other) != mailtext.content_hash(LETTER)


@pytest.mark.fault("F19", "F20")
def test_equal_ids_or_none_make_no_mails_equal() -> None:
    base = corpus.base()
    hashes = {
        name: mailtext.content_hash(raw) for name, raw in base.items() if name[:3] in ("f19", "f20")
    }
    assert len(set(hashes.values())) == len(hashes)


def test_headers_alone_hash_alike_with_and_without_their_blank_line() -> None:
    assert (
        len({mailtext.content_hash(b"A: b" + end) for end in (b"", b"\n", b"\r\n\r\n", b"\n\n\n")})
        == 1
    )


@pytest.mark.fault("F44")
@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Tue, 3 Nov 2026 10:20:30 +0200", datetime(2026, 11, 3, 8, 20, 30, tzinfo=UTC)),
        ("3 Nov 26 10:20 EET", datetime(2026, 11, 3, 8, 20, tzinfo=UTC)),
        ("Tue, 3 Nov 2026 10:20:30 +0200 (EET)", datetime(2026, 11, 3, 8, 20, 30, tzinfo=UTC)),
        ("2026-11-03T10:20:30Z", datetime(2026, 11, 3, 10, 20, 30, tzinfo=UTC)),
        ("Tue, 3 Nov 2026 10:20:30", datetime(2026, 11, 3, 10, 20, 30, tzinfo=UTC)),
        ("Tue, 3 Nov 2026 10:20:30 +9959", datetime(2026, 11, 3, 10, 20, 30, tzinfo=UTC)),
        ("Wed, 4 Nov 2026 10:00:00 +0000", datetime(2026, 11, 4, 10, 0, tzinfo=UTC)),
        ("Fri, 6 Nov 2026 10:00:00 +0000", None),
        ("1 Jan 0000 00:00:00 +0000", None),
        ("31 Dec 9999 23:59:59 -2359", None),
        ("1 Jan 1970 00:00:00 +0000", None),
        ("31 Feb 2026 00:00:00 +0000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_a_moment_or_nothing(written: str, wanted: datetime | None) -> None:
    assert mailtext.parse(corpus.letter(Date=written), at=AT).date == wanted


def test_the_moment_of_arrival_is_told_by_the_last_server() -> None:
    last = "from a by b (x; y);\r\n Tue, 3 Nov 2026 10:00:00 +0000"
    before = "by a; 1 Jan 2020 00:00:00 +0000"
    raw = corpus.letter(Received=f"{last}\r\nReceived: {before}", Date="nonsense")
    mail = mailtext.parse(raw, at=AT)
    assert (mail.date, mail.received) == (None, datetime(2026, 11, 3, 10, 0, tzinfo=UTC))


@pytest.mark.fault("F40")
def test_of_too_many_references_the_first_and_the_newest_stay() -> None:
    references = " ".join(f"<{n}@b>" for n in range(500))
    mail = mailtext.parse(corpus.letter(References=references))
    assert mail.references == ("<0@b>", *(f"<{n}@b>" for n in range(401, 500)))


def test_the_content_of_attachments_goes_where_the_caller_keeps_it() -> None:
    raw = corpus.several(corpus.TEXT, shapes.attached(b"content", "image/png", "a.png"))
    mail = mailtext.parse(raw)
    kept: dict[str, bytes] = {}

    def keep(attachment: mailtext.Attachment) -> str:
        kept[attachment.sha256] = attachment.content
        return attachment.sha256

    values = wire.to_wire(mail, keep=keep)
    assert b"content" in kept.values()
    assert "content" not in values["attachments"][0]
    assert wire.from_wire(values, fetch=kept.__getitem__) == mail


def test_a_refusal_survives_the_way_to_another_process() -> None:
    told = wire.refusal_from_wire(wire.refusal_to_wire(mailtext.Unparsable("too_deep", "101")))
    assert told is not None
    assert (told.reason_code, told.detail) == ("too_deep", "101")
    assert wire.refusal_from_wire(wire.to_wire(mailtext.parse(LETTER))) is None


@pytest.mark.parametrize("values", [{}, {"version": 2}, {"version": 1}, {"version": 1, "to": 5}])
def test_values_that_are_no_mail_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(wire.WireError):
        wire.from_wire(values)
