"""The parser child with faults that no mail in our collection provokes any more.

A mail whose subject says HANG, SPIN, EAT, CRASH or FAULT does that to the parser.
"""

import os
import time
from datetime import datetime

from zabota.domains.channels.kinds.email import child, codec
from zabota.domains.channels.rules.readings import Read

_healthy = codec.read


def _read(raw: bytes, *, at: datetime) -> Read:
    if b"Subject: HANG" in raw:
        time.sleep(3600)
    if b"Subject: SPIN" in raw:
        while True:
            pass
    if b"Subject: EAT" in raw:
        hoard = [bytearray(1 << 24) for _ in range(1 << 12)]
        raise AssertionError(f"{len(hoard)} pieces were given")
    if b"Subject: CRASH" in raw:
        os.abort()
    if b"Subject: FAULT" in raw:
        raise KeyError("secret words of the mail")
    return _healthy(raw, at=at)


if __name__ == "__main__":
    codec.read = _read
    child.main()
