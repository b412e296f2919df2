"""Take pictures of pages, to be looked at before they are called done.

    python tools/pictures.py --gallery                       the design system's sample pages
    python tools/pictures.py --gallery --serve               keep them open in your own browser
    python tools/pictures.py --languages ru lv en http://127.0.0.1:8000/account/login/
    python tools/pictures.py --sign-in janis@liepa.example:liepa-demo http://127.0.0.1:8000/

Each page at two widths, light and dark, written to ./test-results/. With `--axe` also what a
screen reader or a weak eye would stumble over is named. Exit code 1 when a page had a fault.
ZABOTA_CHROMIUM is the browser (/usr/bin/chromium).
"""

import argparse
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from wsgiref.simple_server import WSGIRequestHandler, make_server

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from typing_extensions import override

SESSION = "zabota_session"
CHROMIUM = os.environ.get("ZABOTA_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
HEIGHTS = {1440: 900, 390: 844}
GALLERY = [
    "ru/agent/",
    "ru/agent-list/",
    "ru/states/",
    "lv/matter/",
    "lv/slip/",
    "en/parts/",
    "ru/parts/",
    "lv/parts/",
    "en/bare/",
]
OUT = Path("test-results")


def main() -> int:
    asked = _arguments()
    if not asked.gallery:
        return _take(asked.urls, asked)
    with gallery_server() as root:
        if asked.serve:
            _say(f"{root}en/parts/")
            threading.Event().wait()
        return _take([root + page for page in asked.urls or GALLERY], asked)


@contextmanager
def gallery_server() -> Iterator[str]:
    """The gallery on a free port of this machine, with the real security headers."""
    root = Path(__file__).resolve().parents[1]
    sys.path.insert(0, str(root))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zabota.config.settings")
    import django  # the settings' path must be known first
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    from zabota.config import catalogues

    settings.ROOT_URLCONF = "zabota.faces.design.urls"
    settings.DEBUG = True  # static files under their own names, from where they are written
    django.setup()
    catalogues.compile_stale()
    server = make_server(
        "127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), handler_class=_Quiet
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def _take(urls: list[str], asked: argparse.Namespace) -> int:
    OUT.mkdir(exist_ok=True)
    faults = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        if asked.sign_in:
            asked.cookie.append(_signed_in(browser, urls[0], asked.sign_in))
        for width, theme, language in product(asked.widths, asked.themes, asked.languages):
            context = browser.new_context(
                viewport={"width": width, "height": HEIGHTS.get(width, 900)},
                color_scheme=theme,
                locale=language or "en",
                reduced_motion="reduce",
                has_touch=width < 761,
                is_mobile=width < 761,
            )
            _carry(context, urls, asked, language)
            look = "-".join(part for part in (language, str(width), theme) if part)
            for url in urls:
                faults += _one(context.new_page(), url, look, asked)
            context.close()
        browser.close()
    return 1 if faults else 0


def _signed_in(browser: Browser, url: str, who: str) -> str:
    """The session of somebody, "ADDRESS:PASSWORD", as a cookie."""
    address, _, password = who.partition(":")
    page = browser.new_page()
    page.goto(urljoin(url, "/account/login/"))
    page.fill("[name=login]", address)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    session = next(
        cookie["value"] for cookie in page.context.cookies() if cookie["name"] == SESSION
    )
    page.close()
    return f"{SESSION}={session}"


def _one(page: Page, url: str, look: str, asked: argparse.Namespace) -> int:
    said: list[str] = []
    page.on(
        "console",
        lambda line: (
            said.append(f"{line.text} {line.location.get('url')}") if line.type == "error" else None
        ),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(url, wait_until="load")
    name = (
        re.sub(r"[^a-z0-9]+", "-", url.split("//", 1)[-1].split("/", 1)[-1].lower()).strip("-")
        or "home"
    )
    page.screenshot(path=OUT / f"{name}-{look}.png", full_page=not asked.window, caret="initial")
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if wide > 0:
        said.append(f"wider than the window by {wide} px")
    if asked.axe:
        said += [
            f"{found['id']}: {_places(found)}"
            for found in Axe().run(page, options={"preload": False}).response["violations"]
        ]
    for line in said:
        _say(f"{name} {look}: {line}")
    page.close()
    return len(said)


def _places(found: dict[str, Any]) -> str:
    return "; ".join(
        f"{node['target'][0]} {node['any'][0]['message'][:120] if node['any'] else ''}"
        for node in found["nodes"][:4]
    )


def _carry(
    context: BrowserContext, urls: list[str], asked: argparse.Namespace, language: str
) -> None:
    chosen = [f"zabota_language={language}"] if language else []
    for cookie in asked.cookie + chosen:
        name, value = cookie.split("=", 1)
        context.add_cookies([{"name": name, "value": value, "url": urljoin(urls[0], "/")}])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "urls", nargs="*", help="whole addresses; with --gallery, pages such as ru/agent/"
    )
    parser.add_argument("--gallery", action="store_true")
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--axe", action="store_true")
    parser.add_argument(
        "--window", action="store_true", help="the window only, not the whole length"
    )
    parser.add_argument("--widths", type=int, nargs="+", default=[1440, 390])
    parser.add_argument("--languages", nargs="+", default=[""], choices=["ru", "lv", "en"])
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    parser.add_argument("--sign-in", metavar="ADDRESS:PASSWORD", help="look as that person")
    parser.add_argument(
        "--cookie", action="append", default=[], help="name=value, such as a session"
    )
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class _Quiet(WSGIRequestHandler):
    @override
    def log_message(self, *_args: Any) -> None:
        """Nothing: pages that fail say so in their own picture."""


if __name__ == "__main__":
    sys.exit(main())
