"""What is left of a hostile letter after cleaning runs nothing, loads nothing and stays in its box,
in a real browser, with no policy and no sandbox to help it.

The pages on which it is shown have both besides; test_hostile_letters.py looks at those.
"""

import contextlib
import itertools
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.parts import ground
from tests.parts.browser import Visitor
from tests.security import payloads, watching
from zabota.pure.mailtext import html

pytestmark = pytest.mark.browser
EDGE = "edge"
# Runs and loads at the end of each batch: when it has, the browser had time for all before it.
_SENTINEL = "<video><source src=data:, onerror=alert('{edge}')></video><img src='{origin}/{edge}'>"
_SHOW = """
htmls => {
  document.body.replaceChildren();
  for (const html of htmls) {
    const frame = document.createElement("iframe");
    frame.srcdoc = html;
    document.body.append(frame);
  }
}
"""
# What a browser made of a document: each tag, attribute and declared style property, and how much
# of it stands out of the normal flow.
_LOOK = """
() => [...document.querySelectorAll("iframe")].slice(0, -1).flatMap(frame => {
  const found = [], inside = frame.contentDocument;
  const walker = inside.createTreeWalker(inside.body, NodeFilter.SHOW_ELEMENT);
  while (walker.nextNode()) {
    const node = walker.currentNode, style = frame.contentWindow.getComputedStyle(node);
    found.push(node.localName);
    for (const attribute of node.attributes) found.push(`${node.localName} ${attribute.name}`);
    if (node.getAttribute("style")?.match(/url|\\\\/i)) found.push(node.getAttribute("style"));
    if (style.position !== "static") found.push(`position ${style.position}`);
    if (style.transform !== "none") found.push(`transform ${style.transform}`);
  }
  return found;
})
"""
_LEAK = re.compile(r"/leak/[0-9]+")
_RULES = tomllib.loads((Path(html.__file__).parent / "html.toml").read_text(encoding="utf-8"))
_OVERLAYS = (
    '<div style="position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:9999">Sign in</div>',
    '<div style="position:absolute;top:-200px">Internal note</div>',
    '<p style="transform:translateY(-300px)">x</p><p style="position:sticky;top:0">x</p>',
    '<style>p{position:fixed}</style><p class=note style="POSITION:\\66ixed">x</p>',
    '<dialog open style="position:fixed">x</dialog><form style="position:fixed"><input></form>',
)


@pytest.fixture
def stage(visitors: Callable[..., Visitor]) -> Iterator[Callable[[], "Stage"]]:
    """Call it for a page of frames; each has a canary of its own, so that none hears another's."""
    with contextlib.ExitStack() as stack:
        yield lambda: Stage(visitors("reader"), stack.enter_context(watching.Canary()))


class Stage:
    """A page of frames in which markup is shown with nothing to hold it back."""

    def __init__(self, visitor: Visitor, canary: watching.Canary) -> None:
        visitor.allow("")  # pages broken on purpose complain
        self.page, self.canary = visitor.page, canary
        self.watch = watching.watch(visitor)
        visitor.context.tracing.stop()  # its pictures of thousands of frames take minutes
        visitor.context.tracing.start()
        self.page.route("**/stage", lambda route: route.fulfill(body="", content_type="text/html"))
        self.page.goto(f"{canary.origin}/stage")

    def show(self, markups: Iterable[str], *, at_once: int = 80) -> Iterator[None]:
        """Show so many at once, until the last of them has had its time; then yield."""
        edge = _SENTINEL.format(edge=EDGE, origin=self.canary.origin)
        rest = iter(markups)
        while batch := list(itertools.islice(rest, at_once)):
            self.watch.fired.clear()
            self.canary.asked.clear()
            self.page.evaluate(_SHOW, [*batch, edge])
            ground.wait_until(self._edge_reached, what="the last frame of a batch", step=0.01)
            yield

    def _edge_reached(self) -> bool:
        self.page.wait_for_timeout(1)  # lets the browser's messages in
        return EDGE in self.watch.fired and f"/{EDGE}" in self.canary.asked


@pytest.mark.threat("T01", "T02")
@pytest.mark.fault("F48")
def test_no_script_of_a_letter_runs_after_cleaning_and_300_did_before(
    stage: Callable[[], Stage],
) -> None:
    corpus = {str(number): markup for number, markup in payloads.running()}
    control, after = stage(), stage()
    ran = {said for _ in control.show(corpus.values()) for said in control.watch.fired}
    # A frame may be slower than the last of its batch: those that were silent are shown once more.
    silent = [markup for number, markup in corpus.items() if number not in ran]
    ran |= {said for _ in control.show(silent, at_once=20) for said in control.watch.fired}
    assert len(ran & set(corpus)) >= 300, len(ran)

    cleaned = [html.clean_document(markup, cid_urls={}).html for markup in corpus.values()]
    assert {said for _ in after.show(cleaned) for said in after.watch.fired} == {EDGE}


@pytest.mark.threat("T05", "T06")
@pytest.mark.fault("F49")
def test_nothing_of_a_letter_calls_home_after_cleaning_and_150_did_before(
    stage: Callable[[], Stage],
) -> None:
    control, after = stage(), stage()
    before = payloads.calling_home(control.canary.origin)
    asked = {path for _ in control.show(dict(before).values()) for path in control.canary.asked}
    assert len({digits.group() for path in asked if (digits := _LEAK.match(path))}) >= 150, sorted(
        asked
    )

    cleaned = [
        html.clean_document(markup, cid_urls={}).html
        for _, markup in payloads.calling_home(after.canary.origin)
    ]
    assert {path for _ in after.show(cleaned) for path in after.canary.asked} == {f"/{EDGE}"}


@pytest.mark.threat("T04", "T05", "T07")
def test_a_browser_finds_in_a_cleaned_letter_only_what_is_allowed(
    stage: Callable[[], Stage],
) -> None:
    shown = stage()
    hostile = [*dict(payloads.running()).values(), *_OVERLAYS]
    hostile += dict(payloads.calling_home(shown.canary.origin)).values()
    cleaned = [html.clean_document(markup, cid_urls={}).html for markup in hostile]
    allowed = set(_RULES["allowed"]["tags"]) | {"a target", "a rel"}
    for tag in _RULES["allowed"]["tags"]:
        names = _RULES["allowed"]["attributes"]
        allowed |= {f"{tag} {name}" for name in [*names["*"], *names.get(tag, [])]}

    seen = {found for _ in shown.show(cleaned) for found in shown.page.evaluate(_LOOK)}

    assert seen
    assert sorted(seen - allowed) == []
