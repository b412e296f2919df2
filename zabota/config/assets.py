"""Static files: collected under hashed names when they changed, JavaScript modules included."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from re import Match
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command
from typing_extensions import override

STAMP = ".collected"
OURS = ("design/", "web/", "portal/")


class HashedFiles(ManifestStaticFilesStorage):
    """Follows `import` in our modules too, so a changed module renames its importers."""

    support_js_module_import_aggregation = True

    @override
    def url_converter(self, name: str, *args: Any, **more: Any) -> Callable[[Match[str]], str]:
        # Other people's scripts name types in comments (`import("./htmx")`), which are no files.
        if name.endswith(".js") and not name.startswith(OURS):
            return lambda match: match.group()
        return super().url_converter(name, *args, **more)


def collect() -> bool:
    """Collect what the apps bring into settings.STATIC_ROOT unless it is there already.

    Returns whether anything was done. The stamp is written last, so a broken run is repeated.
    """
    root = Path(settings.STATIC_ROOT)
    stamp, fresh = root / STAMP, _fingerprint()
    if stamp.is_file() and stamp.read_text("utf-8") == fresh:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fresh, "utf-8")
    return True


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            place = Path(storage.path(name))
            digest.update(f"{name}:{place.stat().st_size}:{place.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()
