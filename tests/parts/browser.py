"""A real browser, Debian's Chromium driven by Playwright, that tolerates no error.

Each visitor has a context of her own: cookies, language, window. A page error, an error in the
console or a broken content policy fails the test at its end, with a picture and a trace in
`test-results/`.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser as Engine
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright
from typing_extensions import override

from tests.parts import ground
from tests.parts.debian import CHROMIUM

RESULTS = Path("test-results")
FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage")
DESKTOP = (1440, 900)
PHONE = (390, 844)


class PageTroubleError(AssertionError):
    """The browser complained about a page; the text lists every complaint."""


@dataclass(kw_only=True)
class Visitor:
    """One person at a browser. `page` is hers; `troubles` is what the browser complained of."""

    page: Page
    context: BrowserContext
    name: str
    troubles: list[str] = field(default_factory=list)
    loads: int = 0
    traced: bool = True
    _allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Expect complaints that match, such as a 404 that the test provokes."""
        self._allowed.append(pattern)

    @property
    def complaints(self) -> list[str]:
        """The troubles nobody expected."""
        return [
            trouble
            for trouble in self.troubles
            if not any(re.search(pattern, trouble) for pattern in self._allowed)
        ]


class Browser(ground.Part):
    """Chromium without a screen. `visitor()` opens a window for one more person."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._engine: Engine | None = None
        self._visitors: list[Visitor] = []

    @override
    def start(self) -> Self:
        self._playwright = sync_playwright().start()
        self._engine = self._playwright.chromium.launch(
            executable_path=os.environ.get("ZABOTA_CHROMIUM", CHROMIUM.sign), args=list(FLAGS)
        )
        return self

    @override
    def stop(self) -> None:
        if self._engine is not None and self._playwright is not None:
            self._engine.close()
            self._playwright.stop()
        self._engine = self._playwright = None

    def visitor(
        self,
        name: str = "visitor",
        *,
        base_url: str = "",
        size: tuple[int, int] = DESKTOP,
        language: str = "en",
        dark: bool = False,
        javascript: bool = True,
        cookies: dict[str, str] | None = None,
        traced: bool = True,
    ) -> Visitor:
        """Open a window; paths given to `page.goto` start at `base_url`.

        A walk through very many pages is not `traced`: the recording costs more than the pages.
        """
        assert self._engine is not None
        context = self._engine.new_context(
            base_url=base_url or None,
            viewport={"width": size[0], "height": size[1]},
            locale=language,
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            has_touch=size[0] < 600,
            reduced_motion="reduce",
            timezone_id="Europe/Riga",
        )
        context.set_default_timeout(15_000)
        if traced:
            context.tracing.start(screenshots=True, snapshots=True)
        for cookie, value in (cookies or {}).items():
            context.add_cookies([{"name": cookie, "value": value, "url": base_url}])
        visitor = Visitor(page=context.new_page(), context=context, name=name, traced=traced)
        _listen(visitor)
        self._visitors.append(visitor)
        return visitor

    def end_test(self, test: str, *, failed: bool) -> None:
        """Close all windows. Raise PageTroubleError for complaints; keep evidence of failures."""
        visitors, self._visitors = self._visitors, []
        complaints = [f"{v.name}: {complaint}" for v in visitors for complaint in v.complaints]
        for visitor in visitors:
            if failed or complaints:
                _keep_evidence(visitor, test)
            elif visitor.traced:
                visitor.context.tracing.stop()
            visitor.context.close()
        if complaints:
            raise PageTroubleError("\n".join(complaints))


def axe(page: Page, *, within: str = "") -> list[str]:
    """Break of accessibility rules (axe-core, WCAG 2.2 A and AA), one sentence each.

    `within` is a CSS selector; without it the whole page is looked at.
    """
    page.evaluate(AXE_SCRIPT)
    # Without preload: it would copy our stylesheets into the page, against the page's own policy.
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found: dict[str, Any] = page.evaluate(
        "([place, tags]) => axe.run(place || document, {runOnly: tags, preload: false})",
        [within, tags],
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _listen(visitor: Visitor) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            place = message.location.get("url", "")
            visitor.troubles.append(f"console: {message.text} ({place})")

    def load(_page: Page) -> None:
        visitor.loads += 1

    def watch(page: Page) -> None:
        page.on("console", console)
        page.on("pageerror", lambda error: visitor.troubles.append(f"page: {error}"))
        page.on("load", load)

    visitor.context.on("page", watch)
    watch(visitor.page)


def _keep_evidence(visitor: Visitor, test: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    place = RESULTS.resolve() / f"{re.sub(r'[^A-Za-z0-9]+', '-', test)[-120:]}-{visitor.name}"
    if not visitor.page.is_closed():
        visitor.page.screenshot(path=f"{place}.png", full_page=True)
    if visitor.traced:
        visitor.context.tracing.stop(path=f"{place}.zip")
