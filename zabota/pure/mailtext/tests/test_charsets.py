"""Every charset is read right: declared, undeclared, declared wrongly, declared as nonsense."""

import pytest

from zabota.pure import mailtext
from zabota.pure.mailtext import charsets
from zabota.pure.mailtext.tests import corpus, samples, shapes

RUSSIAN = "Здравствуйте! Когда привезут мой заказ? Жду ответа."


def _right(read: list[tuple[str, str]]) -> float:
    return sum(text == wanted for wanted, text in read) / len(read)


@pytest.mark.req("S-075")
@pytest.mark.parametrize("letters", [20, 30, 1_000])
def test_an_undeclared_text_of_twenty_letters_is_read_right(letters: int) -> None:
    read = [
        (text, charsets.undeclared(data).text)
        for text, _codec, data in samples.samples(letters=letters)
    ]
    assert len(read) >= 200
    assert _right(read) >= 0.99


def test_a_single_word_is_mostly_read_right() -> None:
    read = [
        (text, charsets.undeclared(data).text) for text, _codec, data in samples.samples(letters=5)
    ]
    assert _right(read) >= 0.95


@pytest.mark.parametrize("letters", [5, 20])
def test_a_true_declaration_is_believed_even_for_a_word(letters: int) -> None:
    read = [
        (text, charsets.declared(data, codec).text)
        for text, codec, data in samples.samples(letters=letters)
    ]
    assert _right(read) >= 0.99


@pytest.mark.fault("F42")
@pytest.mark.parametrize("label", ["utf-8", "iso-8859-1", "us-ascii", "windows-1251", "koi8-r"])
def test_a_false_declaration_yields_to_the_letters(label: str) -> None:
    read = [
        (text, charsets.declared(data, label).text)
        for text, _codec, data in samples.samples(letters=30)
    ]
    assert _right(read) >= 0.99


@pytest.mark.fault("F42")
@pytest.mark.parametrize("label", shapes.ODD_LABELS)
def test_no_label_keeps_utf8_from_being_read(label: str) -> None:
    mail = mailtext.parse(corpus.said(RUSSIAN, label))
    assert mail.text == RUSSIAN


@pytest.mark.fault("F42")
@pytest.mark.parametrize("label", ["idna", "rot13", "zip", "hex", "punycode", "unicode_escape"])
def test_a_codec_that_is_no_charset_is_never_used(label: str) -> None:
    assert charsets.codec_of(label) == ""
    assert charsets.declared(rb"caf\xc3 \u0041", label).text == r"caf\xc3 \u0041"


@pytest.mark.fault("F42")
def test_broken_bytes_are_marked_and_the_rest_is_read() -> None:
    cut = RUSSIAN.encode()[:-2]
    assert charsets.declared(cut, "utf-8").text == RUSSIAN[:-2] + "\ufffd"
    assert charsets.declared(b"a\x00b\x00c", "utf-16-le").text == "ab\ufffd"
    assert charsets.declared(b"\x1b$B\x30\x1b(B ok", "iso-2022-jp").text.endswith(" ok")
    assert charsets.declared(b"+2AA- ok", "utf-7").text.endswith(" ok")


def test_neighbours_help_a_word_that_says_too_little() -> None:
    word = "да".encode("koi8_r")
    assert charsets.undeclared(word, hint="koi8-r").text == "да"


@pytest.mark.parametrize(
    ("data", "label", "wanted"),
    [
        ("你好，我的订单在哪里？".encode("gbk"), "gb2312", "你好，我的订单在哪里？"),
        ("注文はどこですか".encode("iso2022_jp"), "iso-2022-jp", "注文はどこですか"),
        ("naïve — “café” €".encode("cp1252"), "iso-8859-1", "naïve — “café” €"),
        ("Żółw".encode("iso8859_2"), "iso-8859-2", "Żółw"),
        ("Привіт, їжак".encode("koi8_u"), "koi8-u", "Привіт, їжак"),
        (b"\xef\xbb\xbfhello", "", "\ufeffhello"),
        ("Привет".encode("utf-16"), "", "Привет"),
    ],
)
def test_charsets_of_others_are_read_as_declared(data: bytes, label: str, wanted: str) -> None:
    assert charsets.declared(data, label).text == wanted


def test_the_charset_in_the_page_serves_where_the_part_names_none() -> None:
    page = b'<meta charset="windows-1251"><p>' + "Да".encode("cp1251")
    mail = mailtext.parse(corpus.letter(page, kind="text/html"))
    assert mail.html == '<meta charset="windows-1251"><p>Да'


@pytest.mark.parametrize("codec", ["cp1251", "koi8_r", "cp866", "iso8859_5"])
def test_headers_without_declaration_are_read_like_the_body(codec: str) -> None:
    raw = corpus.letter(
        RUSSIAN.encode(codec),
        kind="text/plain",
        Subject="Счёт".encode(codec),
        From="Илзе <ilze@example.lv>".encode(codec),
    )
    mail = mailtext.parse(raw)
    assert (mail.subject, mail.sender) == ("Счёт", mailtext.Address("Илзе", "ilze@example.lv"))
