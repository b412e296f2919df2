"""The parts as markup: what is said for the ear, what is escaped, what stays out."""

import re

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from zabota.faces.design import gallery
from zabota.faces.design.gallery import NOW, SampleForm, at
from zabota.faces.design.icons import SHAPES

EVIL = '"><script>alert(1)</script>'
PAGES = ("parts", "agent", "agent-list", "matter", "slip", "bare", "states")


def drawn(source: str, *, language: str = "en", **context: object) -> str:
    template = Template("{% load design %}" + source)
    with translation.override(language), timezone.override(gallery.RIGA):
        return template.render(Context({"now": NOW, **context}))


def test_an_icon_is_silent_for_the_ear() -> None:
    assert drawn('{% icon "check" %}') == (
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">'
        '<path d="M3 8.5l3.2 3.2L13 5"/></svg>'
    )


def test_every_icon_is_drawn() -> None:
    assert all(shape.startswith("<") for shape in SHAPES.values())
    assert len(SHAPES) >= 40


@pytest.mark.threat("T02")
def test_addresses_in_a_strangers_text_are_links_and_all_else_stays_text() -> None:
    text = "See https://a.example/x?a=1&b=2 or <ilze@a.example> <script>alert(1)</script>"
    shown = Template("{% load design %}{{ text|linked }}").render(Context({"text": text}))
    assert shown == (
        'See <a href="https://a.example/x?a=1&amp;b=2" rel="nofollow">'
        "https://a.example/x?a=1&amp;b=2</a> or "
        '&lt;<a href="mailto:ilze@a.example">ilze@a.example</a>&gt; '
        "&lt;script&gt;alert(1)&lt;/script&gt;"
    )
    plain = Template("{% load design %}{{ text|linked }}").render(Context({"text": "a < b & c"}))
    assert plain == "a &lt; b &amp; c"


def test_customers_are_round_and_our_people_are_square() -> None:
    pair = drawn('{% avatar "Anna Bērziņa" %}{% avatar "Marta Ozola" "ours" "small" %}')
    assert pair == (
        '<span class="avatar" aria-hidden="true">AB</span>'
        '<span class="avatar is-ours is-small" aria-hidden="true">MO</span>'
    )


def test_a_rail_says_its_state_and_due_time() -> None:
    html = drawn(
        '{% rail given due now "at_risk" label="Call" %}', given=at(18, 14, 22), due=at(19, 15)
    )
    assert 'role="progressbar" aria-label="Call"' in html
    assert 'aria-valuetext="at risk, due today, 15:00"' in html
    assert 'aria-valuenow="97"' in html
    assert 'cx="97.4%"' in html
    assert "style" not in html


def test_figures_of_a_rail_keep_their_point_in_languages_with_a_comma() -> None:
    html = drawn("{% rail given due now %}", language="ru", given=at(18, 14, 22), due=at(19, 15))
    assert 'width="97.4%"' in html


@pytest.mark.parametrize(
    ("language", "words"),
    [("ru", "ещё 38 мин"), ("lv", "vēl 38 min"), ("en", "38 min left")],
)
def test_a_promise_says_what_is_left_in_words(language: str, words: str) -> None:
    html = drawn(
        '{% promise "Call" given due "open" now=now span=True %}',
        language=language,
        given=at(19, 9),
        due=at(19, 15),
    )
    assert f">{words}</time>" in html


def test_a_kept_promise_no_longer_runs() -> None:
    html = drawn('{% promise "Call" given due "kept" now=now %}', given=at(19, 9), due=at(19, 15))
    assert "data-due" not in html
    assert ">kept</time>" in html


@pytest.mark.parametrize(
    "source",
    [
        "{% avatar evil %}",
        "{% promise evil now now %}",
        "{% rail now now label=evil %}",
        "{% button evil name=evil key=evil %}",
        '{% button evil kind="icon" icon="check" %}',
        "{% button evil href=evil %}",
        "{% empty evil evil evil evil %}",
        '{% state "open" evil %}',
    ],
)
@pytest.mark.threat("T01")
def test_no_text_becomes_markup(source: str) -> None:
    assert "<script" not in drawn(source, evil=EVIL)


def test_a_button_names_its_key_for_the_eye_the_ear_and_the_script() -> None:
    assert drawn('{% button "Reply" kind="main" key="r" hx_post="/x/" %}') == (
        '<button aria-keyshortcuts="r" class="button is-main" data-key="r" data-label="Reply" '
        'hx-post="/x/" type="submit">Reply<kbd>R</kbd></button>'
    )


def test_a_button_of_an_icon_keeps_its_words_for_the_ear() -> None:
    html = drawn('{% button "Hand over" kind="icon" icon="hand-over" %}')
    assert 'aria-label="Hand over"' in html
    assert 'title="Hand over"' in html
    assert ">Hand over<" not in html


def test_a_button_that_leads_somewhere_is_a_link() -> None:
    assert drawn('{% button "Open" href="/1/" %}') == '<a class="button" href="/1/">Open</a>'


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    bound = SampleForm({"address": "marta@"})
    html = drawn("{% field form.address %}", form=bound)
    assert '<label for="id_address">' in html
    assert 'aria-invalid="true"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    assert all(f'id="{part}"' in html for part in described[1].split())
    assert "Enter a valid email address." in html


def test_what_need_not_be_filled_in_says_so() -> None:
    assert "необязательно" in drawn("{% field form.server %}", language="ru", form=SampleForm())
    assert "optional" not in drawn("{% field form.address %}", form=SampleForm())


def test_a_missing_time_is_shown_as_nothing() -> None:
    assert drawn("[{% when nothing %}]", nothing=None) == "[]"


def test_a_time_carries_its_whole_date() -> None:
    assert drawn("{% when at now=now %}", at=at(19, 9, 31)) == (
        '<time datetime="2026-05-19T09:31:00+03:00" title="Tuesday, 19 May 2026, 09:31 GMT+03:00">'
        "today, 09:31</time>"
    )


def test_what_was_refused_interrupts_and_what_was_done_waits_for_a_pause(
    rf: RequestFactory,
) -> None:
    request = rf.get("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]  # as the middleware does
    request._messages.add(constants.ERROR, EVIL)  # type: ignore[attr-defined]
    request._messages.add(constants.SUCCESS, "Sent")  # type: ignore[attr-defined]
    html = Template("{% load design %}{% flash %}").render(RequestContext(request, {}))
    assert re.findall(r'class="notice ([\w-]*)" role="(\w+)"', html) == [
        ("is-broken", "alert"),
        ("", "status"),
    ]
    assert "<script" not in html


@pytest.mark.parametrize(
    ("cookie", "attribute"), [("dark", ' data-theme="dark"'), ("", ""), ('"><script>', "")]
)
def test_the_readers_theme_is_taken_from_her_cookie(
    rf: RequestFactory, cookie: str, attribute: str
) -> None:
    request: HttpRequest = rf.get("/")
    request.COOKIES["theme"] = cookie
    assert Template("{% load design %}{% theme %}").render(RequestContext(request)) == attribute


@pytest.mark.urls("zabota.faces.design.urls")
@pytest.mark.parametrize("language", ["ru", "lv", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_sample_page_is_drawn_in_every_language(
    client: Client, language: str, page: str
) -> None:
    response = client.get(f"/{language}/{page}/")
    html = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}">' in html
    assert html.count("<main") == html.count("<h1") == 1
    assert html.count('id="main"') == 1
    assert "{%" not in html
