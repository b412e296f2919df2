"""HTML mail as text to read, and as a picture of the original that can do nothing."""

import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from zabota.pure.mailtext import html, markup, quotes

FIXTURES = Path(__file__).parent / "fixtures"
PAYLOADS = (FIXTURES / "payloads.txt").read_text(encoding="utf-8").splitlines()
OWN = {"a": "/file/1", "photo@uyut.example": "/file/2"}
MIXED = st.lists(
    st.one_of(
        st.sampled_from(PAYLOADS),
        st.sampled_from(["<p>", "</p>", "<table>", "<td>", "<b>", "</a>", "<a href=https://x.lv>"]),
        st.text(max_size=20),
        st.text(alphabet="<>/\"'=&;ab \n!-", max_size=20),
    ),
    max_size=8,
).map("".join)


class Loads(HTMLParser):
    """What a document would run, load or submit: read with another parser than ours."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(source)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "link", "meta", "base", "form", "input", "iframe", "object"}:
            self.found.append(tag)
        for name, value in attrs:
            text = (value or "").lower()
            if name.startswith("on") or name in {"srcset", "background", "poster", "id", "class"}:
                self.found.append(f"{tag} {name}")
            if name == "src" and value not in OWN.values():
                self.found.append(f"{tag} src {value}")
            if name == "href" and not text.startswith(("https:", "http:", "mailto:", "tel:")):
                self.found.append(f"{tag} href {value}")
            if name == "style" and ("(" in text.replace("rgb(", "") or "position" in text):
                self.found.append(f"{tag} style {value}")
            if tag == "a" and name == "rel" and text != "noopener noreferrer nofollow":
                self.found.append(f"a rel {value}")


def test_the_corpus_is_alive_before_it_is_cleaned() -> None:
    assert sum(bool(Loads(payload).found) for payload in PAYLOADS) >= 70


@pytest.mark.threat("T01", "T05", "T06")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_cleaned_document_runs_loads_and_submits_nothing(payload: str) -> None:
    cleaned = html.clean_document(payload, cid_urls=OWN)
    assert Loads(cleaned.html).found == []


@pytest.mark.threat("T01", "T04", "T05", "T06")
@settings(deadline=None)
@given(MIXED)
def test_cleaning_a_cleaned_document_changes_nothing(source: str) -> None:
    once = html.clean_document(source, cid_urls=OWN)
    assert html.clean_document(once.html, cid_urls=OWN) == (once.html, 0)
    assert Loads(once.html).found == []


@pytest.mark.threat("T04")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_each_payload_is_cleaned_the_same_twice(payload: str) -> None:
    once = html.clean_document(payload, cid_urls=OWN).html
    assert html.clean_document(once, cid_urls=OWN).html == once


@pytest.mark.threat("T04")
@settings(deadline=None)
@given(MIXED, st.integers(10, 200))
def test_a_document_that_is_cut_is_still_cleaned_the_same_twice(source: str, limit: int) -> None:
    once = html.clean_document(source, cid_urls=OWN, limit=limit).html
    assert len(once) <= limit
    assert html.clean_document(once, cid_urls=OWN, limit=limit).html == once


@pytest.mark.threat("T06")
def test_a_remote_picture_is_replaced_by_its_description_and_counted() -> None:
    source = (
        '<p>До<img src="http://t.example/1.gif" alt="Лого &lt;1&gt;">после</p>'
        '<img src="//t.example/2.gif"><td background="https://t.example/3.gif">'
        '<p style="color:red;background:url(https://t.example/4.gif)">x</p>'
    )
    cleaned = html.clean_document(source, cid_urls={})
    assert cleaned == (
        '<p>ДоЛого &lt;1&gt;после</p><p style="color:red">x</p>',
        4,
    )


def test_a_picture_of_the_mail_itself_is_shown_under_its_address() -> None:
    source = '<img src="cid:photo@uyut.example" alt="чек"><img src="CID:photo%40uyut.example">'
    assert html.clean_document(source, cid_urls={"<photo@uyut.example>": "/file/2"}) == (
        '<img src="/file/2" alt="чек"><img src="/file/2">',
        0,
    )


def test_a_link_opens_elsewhere_and_takes_nothing_along() -> None:
    assert html.clean_document(
        '<a href="https://uyut.example/x?a=1&b=2">x</a>', cid_urls={}
    ).html == (
        '<a href="https://uyut.example/x?a=1&amp;b=2" target="_blank"'
        ' rel="noopener noreferrer nofollow">x</a>'
    )


READABLE = [
    ("<p>Первый</p><p>Второй</p>", "Первый\n\nВторой"),
    ("одна<br>две<br><br>три", "одна\nдве\n\nтри"),
    ("<div>одна</div><div>две</div>", "одна\nдве"),
    ("a \n  b&nbsp;c", "a b c"),
    ("<b>жир</b>ный", "жирный"),
    ("Цена: 5 &lt; 10 &amp; &euro;", "Цена: 5 < 10 & €"),
    ("<ul><li>раз<li>два</ul>", "- раз\n- два"),
    ("<ol start=3><li>раз</li><li>два</li></ol>", "3. раз\n4. два"),
    ("<ul><li>раз<ol><li>x<li>y</ol><li>два</ul>", "- раз\n  1. x\n  2. y\n- два"),
    (
        "<table><tr><th>Товар<th>Цена<tr><td>Лампа</td><td>10 €</td></tr></table>",
        "Товар | Цена\nЛампа | 10 €",
    ),
    ('<a href="https://uyut.example/a">каталог</a>.', "каталог (https://uyut.example/a)."),
    ('<a href="https://www.uyut.example/">uyut.example</a>', "uyut.example"),
    ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
    ('<a href="tel:+37120000001">+371 20000001</a>', "+371 20000001"),
    ('<a href="javascript:alert(1)">x</a>', "x"),
    ('<a href="https://a.example"><img src=x></a>', ""),
    ('<img src="x" alt="Чек">', "[Чек]"),
    ("<pre>a\n  b</pre>", "a\n  b"),
    ('<div style="display: none">скрыто<p>и это</p></div>видно', "видно"),
    ('<span style="font-size:0px">скрыто</span>видно', "видно"),
    ('<span style="font-size:0.9em">видно</span>', "видно"),
    ('<span style="max-height:0;">скрыто</span><p hidden>и это</p>видно', "видно"),
    ("<style>p{}</style><script>x</script><title>t</title>видно", "видно"),
    ("<!-- <p>нет</p> -->видно<!--[if mso]>нет<![endif]-->", "видно"),
    ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\n> b\n>\n>> c\n\nd"),
    ('<blockquote style="margin:0 0 0 40px;border:none">отступ</blockquote>', "отступ"),
    ("👨\u200d👩\u200d👧 a\u200bb", "👨\u200d👩\u200d👧 ab"),
    ("не закрыт <b", "не закрыт"),
    ("<a href='без конца", ""),
    ("5 < 6 > 4", "5 < 6 > 4"),
    ("", ""),
]


@pytest.mark.parametrize(("source", "expected"), READABLE)
def test_html_reads_as_text(source: str, expected: str) -> None:
    assert html.to_text(source) == expected


REPLIES = tomllib.loads((FIXTURES / "html_replies.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("program", REPLIES)
def test_the_quotation_of_an_html_reply_is_folded(program: str) -> None:
    split = quotes.split(html.to_text(REPLIES[program]))
    assert split.own == "Да."
    assert "Старое письмо" in "".join(split.quoted)


def test_a_letter_forwarded_by_gmail_stays_in_sight() -> None:
    source = (
        '<div>Вот.</div><div class="gmail_quote"><div class="gmail_attr">'
        "---------- Forwarded message ---------<br>От: Склад &lt;s@x.example&gt;<br>"
        "Тема: Сроки<br></div>Два дня.</div>"
    )
    assert quotes.split(html.to_text(source)).shown.endswith("Тема: Сроки\nДва дня.")


@settings(deadline=None)
@given(st.one_of(MIXED, st.text()))
def test_any_html_becomes_text_without_a_tag_of_ours_left_open(source: str) -> None:
    html.to_text(source)
    depth = 0
    for event in markup.events(source, limit=10_000, depth=5, tags=50):
        if isinstance(event, markup.Start) and event.tag not in markup.VOID:
            depth += 1
            assert depth <= 5
        elif isinstance(event, markup.End):
            depth -= 1
    assert depth == 0


@pytest.mark.threat("T44")
@pytest.mark.parametrize(
    "shape",
    ["<b>", "<div>", "<p>", "<font color=red><p>", "<table><tr><td>", "<a href=x>", "</p>", "<!--"],
)
def test_what_the_sanitiser_is_given_grows_with_the_mail_and_not_faster(shape: str) -> None:
    def events(times: int) -> int:
        return sum(1 for _ in markup.events(shape * times, limit=1_000_000, depth=100, tags=9_999))

    assert events(2_000) <= 2.05 * events(1_000) + 250
    assert events(4_000) <= 2.05 * events(2_000) + 250
