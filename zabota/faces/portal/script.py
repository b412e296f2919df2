"""The chat's script as it is served: the written file without its comments and indentation, so that
it stays readable here and small there. Nothing else is changed; there is no build.
"""

import re
from pathlib import Path

SOURCE = Path(__file__).parent / "static" / "portal" / "chat.js"
# Only whole lines are comments in this file; a test keeps it so.
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/)[ \t]*\n", re.MULTILINE | re.DOTALL)
_MARGIN = re.compile(r"^[ \t]+|^[ \t]*\n", re.MULTILINE)


def chat() -> bytes:
    """What a shop's page gets from /chat.js."""
    return _MARGIN.sub("", _COMMENT.sub("", SOURCE.read_text("utf-8"))).encode()
