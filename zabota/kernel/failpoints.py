"""Places where a test may have this process killed, to prove that nothing is lost there (F02).

Inert unless `ZABOTA_FAILPOINT` is set before the start. `name` kills at the first passing of that
place, `name:3` at the third.
"""

import os
import signal
from collections import Counter

_wanted, _, _count = os.environ.get("ZABOTA_FAILPOINT", "").partition(":")
_turn = int(_count or 1)
_passed: Counter[str] = Counter()


def here(name: str) -> None:
    """Pass the place `name`; when the environment asks for it, die as by a power cut."""
    if not _wanted or name != _wanted:
        return
    _passed[name] += 1
    if _passed[name] == _turn:
        os.kill(os.getpid(), signal.SIGKILL)
