"""Log lines: one escaped line each, so that nothing from outside can forge another (T53)."""

import json
import logging

from typing_extensions import override


class OneLine(logging.Formatter):
    """One JSON object a line. A traceback is part of the line, escaped."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)
