"""Log lines: one escaped line each, so that nothing from outside can forge another (T53).

Secrets that stand in addresses, such as the token of a customer's link, are left out of them: who
reads the log must not be able to open the page.
"""

import json
import logging
import re
from collections.abc import Iterable

from typing_extensions import override

HIDDEN = "[hidden]"


class OneLine(logging.Formatter):
    """One JSON object a line. A traceback is part of the line, escaped.

    `hidden` are patterns of what no line may show, each with look-arounds for what stays.
    """

    def __init__(self, *, hidden: Iterable[str] = ()) -> None:
        super().__init__()
        self._hidden = [re.compile(pattern) for pattern in hidden]

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._shown(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = self._shown(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True)

    def _shown(self, text: str) -> str:
        for pattern in self._hidden:
            text = pattern.sub(HIDDEN, text)
        return text
