"""The words of a mail are found wherever its mailer put them, each once."""

import pytest

from zabota.pure import mailtext
from zabota.pure.mailtext.tests import corpus

PLAIN = corpus.part("plain words", "Content-Type: text/plain; charset=utf-8")
PAGE = corpus.part("<p>words of the page", "Content-Type: text/html; charset=utf-8")


def _inner(*children: bytes, kind: str) -> bytes:
    body = b"".join(b"--IN\r\n" + child + b"\r\n" for child in children) + b"--IN--\r\n"
    return corpus.part(body, f"Content-Type: multipart/{kind}; boundary=IN")


def test_an_alternative_is_one_text_in_two_forms() -> None:
    mail = mailtext.parse(corpus.several(PLAIN, PAGE, kind="alternative"))
    assert (mail.text, mail.html) == ("plain words", "<p>words of the page")
    assert mail.text_is_whole


def test_a_page_alone_leaves_the_text_to_be_made_of_it() -> None:
    mail = mailtext.parse(corpus.letter("<p>words", kind="text/html; charset=utf-8"))
    assert (mail.text, mail.html, mail.text_is_whole) == ("", "<p>words", False)


def test_a_blank_text_beside_a_page_is_not_the_whole_text() -> None:
    blank = corpus.part(" \r\n", "Content-Type: text/plain")
    mail = mailtext.parse(corpus.several(blank, PAGE, kind="alternative"))
    assert not mail.text_is_whole


def test_texts_around_a_picture_are_both_kept() -> None:
    picture = corpus.part(b"x", "Content-Type: image/png; name=a.png")
    mail = mailtext.parse(corpus.several(PLAIN, picture, PLAIN))
    assert mail.text == "plain words\n\nplain words"
    assert [one.name for one in mail.attachments] == ["a.png"]


def test_a_footer_behind_an_alternative_is_in_the_text_and_in_the_page() -> None:
    footer = corpus.part("list <footer>", "Content-Type: text/plain")
    mail = mailtext.parse(corpus.several(_inner(PLAIN, PAGE, kind="alternative"), footer))
    assert mail.text == "plain words\n\nlist <footer>"
    assert mail.html == "<p>words of the page\n<pre>list &lt;footer&gt;</pre>"


def test_a_page_with_its_pictures_inside_an_alternative_is_found() -> None:
    picture = corpus.part(b"x", "Content-Type: image/png", "Content-ID: <a@x>")
    mail = mailtext.parse(
        corpus.several(PLAIN, _inner(PAGE, picture, kind="related"), kind="alternative")
    )
    assert (mail.text, mail.html) == ("plain words", "<p>words of the page")
    assert [(one.part, one.inline) for one in mail.attachments] == [("2.2", True)]


def test_a_text_file_is_an_attachment_and_no_body() -> None:
    file = corpus.part("log", "Content-Type: text/plain; name=log.txt")
    mail = mailtext.parse(corpus.several(PLAIN, file))
    assert (mail.text, [one.name for one in mail.attachments]) == ("plain words", ["log.txt"])


def test_flowed_lines_are_joined_and_quotes_keep_their_depth() -> None:
    flowed = "one \r\nparagraph\r\n> quoted \r\n> too\r\n>> deeper\r\n-- \r\nIlze\r\n"
    mail = mailtext.parse(corpus.letter(flowed, kind="text/plain; format=flowed"))
    assert mail.text == "one paragraph\n> quoted too\n>> deeper\n-- \nIlze\n"


@pytest.mark.fault("F43")
def test_what_a_database_refuses_is_marked_and_the_rest_stays() -> None:
    mail = mailtext.parse(corpus.letter("a\0b\r\nc\x07d\ufffee 👩‍👧\u2028f".encode()))
    assert mail.text == "a\ufffdb\ncd\ufffde 👩‍👧\nf"


def test_a_text_over_the_limit_is_cut_and_whole_as_attachment() -> None:
    limits = mailtext.Limits(text_chars=10)
    mail = mailtext.parse(corpus.letter("0123456789abc"), limits=limits)
    assert mail.text == "0123456789"
    assert [one.content for one in mail.attachments] == [b"0123456789abc"]
    assert mail.defects == ("text_cut",)


@pytest.mark.fault("F45")
@pytest.mark.parametrize(
    ("body", "encoding", "wanted"),
    [
        ("caf=C3=A9=20=\r\n!", "quoted-printable", "café !"),
        ("Y2Fmw6k", "base64", "café"),
        ("Y2Fm\r\n!w6k=", "base64", "café"),
        ("Y2Fm\r\n\r\nw6k=\r\n", "BASE64", "café"),
        ("dGhl\r\nIA==\r\nd29yZA==", "base64", "the word"),
        ("Hello, this is no base64 at all.", "base64", "Hello, this is no base64 at all."),
        ("begin 644 a\r\n#0V%T\r\n`\r\nend\r\n", "x-uuencode", "Cat"),
        ("plain", "x-unknown", "plain"),
    ],
)
def test_every_transfer_encoding_is_undone(body: str, encoding: str, wanted: str) -> None:
    assert mailtext.parse(corpus.letter(body, encoding=encoding)).text == wanted
