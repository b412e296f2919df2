"""Debian packages that the real parts need: what is missing, and installing it when allowed.

`python -m tests.parts.debian` installs what is missing when it may (root), else names what
will be skipped, and exits 0 in both cases; with CI=true a missing package is an error.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

INSTALL_SECONDS = 900


@dataclass(frozen=True, kw_only=True)
class Package:
    """A Debian package, and the file by which we see that it is there."""

    name: str
    sign: str

    @property
    def present(self) -> bool:
        return Path(self.sign).exists() or shutil.which(Path(self.sign).name) is not None


DOVECOT = Package(name="dovecot-imapd", sign="/usr/sbin/dovecot")
CHROMIUM = Package(name="chromium", sign=os.environ.get("ZABOTA_CHROMIUM", "/usr/bin/chromium"))
FONTS = Package(name="fonts-noto-core", sign="/usr/share/fonts/truetype/noto")
PACKAGES = (DOVECOT, CHROMIUM, FONTS)


def missing(packages: Iterable[Package] = PACKAGES) -> list[Package]:
    """Those that are not installed, in the given order."""
    return [package for package in packages if not package.present]


def install(packages: Iterable[Package] = PACKAGES) -> list[Package]:
    """Install what is missing when we are root; return what is missing afterwards.

    Several test processes may ask at once: one installs, the others wait for it. A first
    failure is tried once more, after refreshing the package lists.
    """
    wanted = missing(packages)
    if not wanted or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return wanted
    lock = Path(tempfile.gettempdir()) / "zabota-apt.lock"
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        wanted = missing(packages)
        if wanted and not _apt_install(wanted):
            _apt_install(wanted)
    return missing(packages)


def _apt_install(packages: list[Package]) -> bool:
    lock_wait = ["-o", "DPkg::Lock::Timeout=300"]
    names = [package.name for package in packages]
    commands = (
        ["apt-get", *lock_wait, "update", "-qq"],
        ["apt-get", *lock_wait, "install", "-y", "-qq", "--no-install-recommends", *names],
    )
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in commands:
        done = subprocess.run(
            command,
            check=False,
            env=quiet,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
        )
        if done.returncode != 0:
            sys.stderr.write(f"{' '.join(command)} failed:\n{done.stderr}\n")
            return False
    return True


def main() -> int:
    """Install, then say in one line what is there or what will be skipped and why."""
    left = install()
    if not left:
        sys.stdout.write("All parts from Debian are here.\n")
        return 0
    names = " ".join(package.name for package in left)
    sys.stdout.write(f"Missing, so their tests are skipped: {names}\n")
    sys.stdout.write(f"As root: apt-get install --no-install-recommends {names}\n")
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
