"""`python -m zabota` is the command `zabota`."""

import sys

from zabota.config.cli import main

sys.exit(main())
