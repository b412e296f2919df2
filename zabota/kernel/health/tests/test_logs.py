"""Log lines: one a record, nothing forged, nothing secret."""

import json
import logging
import sys

import pytest
from django.conf import settings

from zabota.kernel.health.logs import OneLine

TOKEN = "J3v0s9Q_kYw-CANARY7f2Lm8Xc1Rt5Zb"


def line_of(message: str, *arguments: object, formatter: OneLine | None = None) -> str:
    record = logging.LogRecord("zabota", logging.WARNING, "", 0, message, arguments, None)
    return (formatter or OneLine()).format(record)


@pytest.mark.threat("T53")
@pytest.mark.parametrize(
    "forged", ["a\nb", "a\r\nb", "\x1b[31mred", "\u2028next", '"}{"level": "INFO'], ids=repr
)
def test_what_comes_from_outside_stays_within_its_line(forged: str) -> None:
    line = line_of("Not Found: %s", forged)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"Not Found: {forged}"


@pytest.mark.threat("T53")
def test_a_traceback_is_part_of_its_line() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord("zabota", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    line = OneLine().format(record)
    assert "\n" not in line
    assert "two\nlines" in json.loads(line)["traceback"]


@pytest.mark.threat("T53", "T21")
@pytest.mark.parametrize("path", ["/c/{}/", "/c/{}/agree/", "GET /c/{} HTTP/1.1"])
def test_the_token_of_a_customers_link_is_in_no_line(path: str) -> None:
    formatter = OneLine(hidden=settings.HIDDEN_IN_LOGS)
    line = line_of("Not Found: %s", path.format(TOKEN), formatter=formatter)
    assert "CANARY" not in line
    assert "/c/[hidden]" in line
