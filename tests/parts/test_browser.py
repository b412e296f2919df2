"""What a test may rely on when it opens a browser: no complaint passes unseen."""

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from tests.parts.browser import PHONE, Browser, PageTroubleError, Visitor, axe

pytestmark = pytest.mark.browser

GOOD = "<!doctype html><html lang=en><title>Good</title><main><h1>Labdien</h1></main></html>"
POLICY = "<meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">"
PAGES = {
    "good.html": GOOD,
    "error.html": GOOD + "<script>undefined_name()</script>",
    "console.html": GOOD + "<script>console.error('lost')</script>",
    "policy.html": POLICY + GOOD + "<script>document.title = 'changed'</script>",
    "strict.html": POLICY + GOOD,
    "unlabelled.html": GOOD.replace("</main>", "<input></main>"),
    "favicon.ico": "",
}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on standard error."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    for name, html in PAGES.items():
        (tmp_path / name).write_text(html, encoding="utf-8")
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_visitor_sees_a_page_in_her_language_and_window(
    site: str, visitors: Callable[..., Visitor]
) -> None:
    anna = visitors("anna", base_url=site, size=PHONE, language="lv", dark=True)
    anna.page.goto("/good.html")

    assert anna.page.get_by_role("heading", name="Labdien").is_visible()
    assert anna.page.evaluate("[navigator.language, innerWidth]") == ["lv", 390]
    assert anna.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert anna.loads == 1


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("error.html", "undefined_name is not defined"),
        ("console.html", "lost"),
        ("policy.html", "Content Security Policy"),
        ("absent.html", "404"),
    ],
)
def test_a_complaint_of_the_browser_fails_the_test(
    site: str,
    browser: Browser,
    page: str,
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    visitor = browser.visitor("anna", base_url=site)
    visitor.page.goto(f"/{page}")

    with pytest.raises(PageTroubleError, match=complaint):
        browser.end_test("a test", failed=False)
    assert {path.suffix for path in (tmp_path / "test-results").iterdir()} == {".png", ".zip"}


def test_a_complaint_that_was_expected_is_no_failure(
    site: str, visitors: Callable[..., Visitor]
) -> None:
    anna = visitors("anna", base_url=site)
    anna.allow("404")
    anna.page.goto("/absent.html")

    assert anna.complaints == []


def test_axe_names_what_keeps_people_out_also_under_a_strict_policy(
    site: str, visitors: Callable[..., Visitor]
) -> None:
    page = visitors("anna", base_url=site).page
    page.goto("/strict.html")
    assert axe(page) == []

    page.goto("/unlabelled.html")
    (broken,) = axe(page)
    assert broken.startswith("label: ")
