"""A fresh installation for benches that need a database: SQLite in a temporary folder, or
DATABASE_URL.
"""

import atexit
import os
import shutil
import tempfile


def fresh() -> str:
    """Django set up, all tables there and empty. Returns which database it is."""
    if "BENCH_FOLDER" not in os.environ:
        folder = tempfile.mkdtemp(prefix="zabota-bench-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ |= {"BENCH_FOLDER": folder, "ZABOTA_DATA": folder}
        os.environ["DJANGO_SETTINGS_MODULE"] = "zabota.config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    call_command("flush", verbosity=0, interactive=False)
    return connection.vendor
