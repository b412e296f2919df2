"""What is no body is an attachment, whole, with a name that no disk or page stumbles over."""

import hashlib

import pytest

from zabota.pure import mailtext
from zabota.pure.mailtext.tests import corpus, shapes

FORBIDDEN = set('<>:"/\\|?*\0\r\n\u202e')


def _named(field: str) -> mailtext.Attachment:
    content = corpus.part(
        b"x", "Content-Type: image/png", f"Content-Disposition: attachment; {field}"
    )
    (attachment,) = mailtext.parse(corpus.several(corpus.TEXT, content)).attachments
    return attachment


def test_an_attachment_is_kept_byte_by_byte() -> None:
    content = bytes(range(256)) * 40
    raw = corpus.several(corpus.TEXT, shapes.attached(content, "image/png", "a.png"))
    (attachment,) = mailtext.parse(raw).attachments

    assert attachment.content == content
    assert attachment.size == len(content)
    assert attachment.sha256 == hashlib.sha256(content).hexdigest()
    assert (attachment.media_type, attachment.part, attachment.inline) == ("image/png", "2", False)


@pytest.mark.fault("F46")
@pytest.mark.threat("T07")
@pytest.mark.parametrize("name", sorted(shapes.ODD_NAMES))
def test_an_odd_name_becomes_a_safe_one(name: str) -> None:
    safe = _named(shapes.ODD_NAMES[name]).name
    assert safe.strip(" .") == safe != ""
    assert not FORBIDDEN & set(safe)
    assert len(safe) <= 120
    assert len(safe.encode()) <= 210


@pytest.mark.fault("F46")
@pytest.mark.parametrize(
    ("field", "safe", "original"),
    [
        ('filename="../../etc/passwd"', "passwd", "../../etc/passwd"),
        (r'filename="C:\\temp\\evil.exe"', "evil.exe", r"C:\temp\evil.exe"),
        ("filename=CON.txt", "_CON.txt", "CON.txt"),
        ("filename=.htaccess", "htaccess", ".htaccess"),
        ('filename=""', "attachment-1.png", ""),
        ("filename*=utf-8''%D1%81%D1%87%D1%91%D1%82.pdf", "счёт.pdf", "счёт.pdf"),
        ("filename*0*=utf-8''%D1%81; filename*1*=%D1%87; filename*2=.pdf", "сч.pdf", "сч.pdf"),
        ("filename*1=b.png; filename*0=a", "ab.png", "ab.png"),
        ('filename="=?utf-8?B?0YHRh9GR0YIucGRm?="', "счёт.pdf", "счёт.pdf"),
        ("filename*=windows-1251''%F1%F7%B8%F2.pdf", "счёт.pdf", "счёт.pdf"),
        ("filename=two words.pdf", "two words.pdf", "two words.pdf"),
        ("filename*=utf-8''exe%E2%80%AEgnp.png", "exegnp.png", "exegnp.png"),
    ],
)
def test_names_are_decoded_and_made_safe(field: str, safe: str, original: str) -> None:
    attachment = _named(field)
    assert (attachment.name, attachment.original_name) == (safe, original)


@pytest.mark.fault("F46")
def test_twins_get_different_names() -> None:
    twin = corpus.part(
        b"x", "Content-Type: image/png", "Content-Disposition: attachment; filename=a.png"
    )
    other = twin.replace(b"a.png", b"A.PNG")
    third = twin.replace(b"a.png", b"a-2.png")
    mail = mailtext.parse(corpus.several(corpus.TEXT, twin, other, third, twin))
    assert [one.name for one in mail.attachments] == ["a.png", "A-2.PNG", "a-2-2.png", "a-3.png"]


def test_a_picture_in_the_page_is_inline_and_known_by_its_id() -> None:
    page = corpus.part('<img src="cid:one@x">', "Content-Type: text/html; charset=utf-8")
    picture = corpus.part(b"x", "Content-Type: image/png; name=a.png", "Content-ID: <one@x>")
    mail = mailtext.parse(corpus.several(page, picture, kind="related"))
    (attachment,) = mail.attachments
    assert (attachment.content_id, attachment.inline) == ("one@x", True)
    assert mail.html == '<img src="cid:one@x">'


@pytest.mark.fault("F47", "F39")
def test_a_forwarded_mail_is_one_attachment_named_by_its_subject() -> None:
    inner = corpus.letter("inside", Subject="=?utf-8?B?0J/QuNGB0YzQvNC+?=")
    forwarded = corpus.part(inner, "Content-Type: message/rfc822")
    mail = mailtext.parse(corpus.several(corpus.TEXT, forwarded))
    (attachment,) = mail.attachments
    assert (attachment.name, attachment.content) == ("Письмо.eml", inner)
    assert mail.text == "the words of the letter"


@pytest.mark.threat("T18", "T43")
@pytest.mark.fault("F45")
def test_no_part_hides_behind_a_second_type_or_the_end_of_its_parent() -> None:
    hidden = shapes.attached(b"x", "application/x-evil", "evil.exe")
    whole = corpus.several(corpus.TEXT, hidden)
    twice = whole.replace(
        b"Content-Type: multi", b"Content-Type: text/plain\r\nContent-Type: multi"
    )
    behind = corpus.several(corpus.TEXT) + b"--BB\r\n" + hidden + b"\r\n--BB--\r\n"
    for raw, defect in ((twice, "duplicate_content_type"), (behind, "part_after_end")):
        mail = mailtext.parse(raw)
        assert [one.name for one in mail.attachments] == ["evil.exe"]
        assert defect in mail.defects


@pytest.mark.fault("F41")
@pytest.mark.parametrize(("name", "kind", "content"), list(shapes.bombs()))
def test_a_bomb_stays_as_small_as_it_came(name: str, kind: str, content: bytes) -> None:
    raw = corpus.several(corpus.TEXT, shapes.attached(content, kind, name))
    (attachment,) = mailtext.parse(raw).attachments
    assert (attachment.size, attachment.media_type) == (len(content), kind)
