"""The product's settings with a few pages more, which do what tests ask of the front."""

import os

from zabota.config.settings import *  # noqa: F403
from zabota.config.settings import MIDDLEWARE as EVERY_DAY
from zabota.config.settings import ZABOTA_BODIES

# These pages are served in a house without people, where every page would lead to the first run.
MIDDLEWARE = [name for name in EVERY_DAY if not name.endswith("FirstRunMiddleware")]
ROOT_URLCONF = "tests.serving.urls"
ZABOTA_BODIES = {
    **ZABOTA_BODIES,
    "ordinary": 100_000,
    "upload": int(os.environ.get("UPLOAD", "1000000")),
    "memory": 10_000,
    "silence": float(os.environ.get("SILENCE", "15")),
    "patience": float(os.environ.get("PATIENCE", "30")),
}
ZABOTA_WAITING = int(os.environ.get("WAITING", "100"))
ZABOTA_STREAMS_PER_USER = 4
