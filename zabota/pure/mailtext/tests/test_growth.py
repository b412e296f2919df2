"""Twice the mail is twice the work, whatever the mail consists of.

Work is counted in lines of our code that run, so the figure is the same on every machine. What
the engine of patterns does inside one line is measured by the bench.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from zabota.pure import mailtext
from zabota.pure.mailtext.tests import corpus, shapes

LIMITS = mailtext.Limits(
    nesting=10_000, parts=100_000, header_bytes=10_000_000, encoded_words=1_000_000
)
SHAPES: dict[str, Callable[[int], bytes]] = {
    "quotes": lambda n: corpus.letter(To='"' * n),
    "escaped quotes": lambda n: corpus.letter(To='"' + '\\"' * n),
    "brackets": lambda n: corpus.letter(To="(" * n),
    "angles": lambda n: corpus.letter(From="<" * n),
    "recipients": lambda n: corpus.letter(To="a@x.lv, " * n),
    "colons behind an address": lambda n: corpus.letter(From="a@b" + ":" * n),
    "encoded words": lambda n: corpus.letter(Subject="=?utf-8?Q?a?= " * n),
    "open encoded words": lambda n: corpus.letter(Subject="=?utf-8?Q?" * n),
    "references": lambda n: corpus.letter(References=" ".join(f"<{i}@b>" for i in range(n))),
    "header lines": lambda n: b"X-Y: z\r\n" * n + corpus.letter(),
    "folded lines": lambda n: corpus.letter(Subject="\r\n x" * n),
    "semicolons": lambda n: corpus.letter(kind="text/plain" + ";" * n),
    "parameters": lambda n: corpus.letter(kind="text/plain" + "; a=b" * n),
    "open quotes in parameters": lambda n: corpus.letter(kind="text/plain" + '; a="' * n),
    "pieces of a name": lambda n: corpus.letter(
        kind="image/png; " + "; ".join(f"name*{i}*=%41" for i in range(n))
    ),
    "dashed lines": lambda n: corpus.letter(b"--x\r\n" * n, kind="multipart/mixed; boundary=B"),
    "parts": lambda n: corpus.letter(b"--B\r\n\r\nx\r\n" * n, kind="multipart/mixed; boundary=B"),
    "twins": lambda n: corpus.letter(
        b"--B\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n" * n,
        kind="multipart/mixed; boundary=B",
    ),
    "flowed lines": lambda n: corpus.letter("x \r\n" * n, kind="text/plain; format=flowed"),
    "padded pieces": lambda n: corpus.letter("QQ==" * n, encoding="base64"),
    "authentication": lambda n: corpus.letter(Authentication_Results="mx;" + "spf=pass;" * n),
}


def _work(raw: bytes) -> int:
    """How many lines of this package run while `raw` is parsed."""
    lines = 0

    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal lines
        if "mailtext" not in frame.f_code.co_filename:
            return None
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        mailtext.parse(raw, limits=LIMITS)
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.threat("T43", "T44")
@pytest.mark.fault("F39", "F40", "F46")
@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_twice_the_mail_is_at_most_little_more_than_twice_the_work(shape: str) -> None:
    small, twice, four = (_work(SHAPES[shape](n)) for n in (300, 600, 1_200))
    assert twice <= 2.5 * small
    assert four <= 2.5 * twice


@pytest.mark.threat("T43")
@pytest.mark.fault("F39")
def test_nesting_costs_as_much_as_the_same_parts_side_by_side() -> None:
    small, twice = (_work(shapes.nested(depth)) for depth in (40, 80))
    assert twice <= 2.5 * small
