"""Zabota itself as a child process: a folder of its own, a free port, a log in a file.

What is started is what a user starts: the command line of the installed product. The test
talks to it over HTTP, and can run its other commands against the same data.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

from typing_extensions import override

from tests.parts import ground

CLI = (sys.executable, "-m", "zabota.config.cli")
SECRET = "only-for-tests-" + "0" * 50
START_SECONDS = 60.0
COMMAND_SECONDS = 300.0


class Server(ground.Part):
    """`zabota run` on 127.0.0.1. `env` adds settings; `demo` loads the demo shop first.

    `database_url` names a database to use instead of SQLite in the data folder. The folder is
    made when none is given, as a copy of `template` when there is one, and removed at `stop()`
    only then.
    """

    def __init__(
        self,
        *,
        demo: bool = False,
        env: dict[str, str] | None = None,
        database_url: str = "",
        data: Path | None = None,
        template: Path | None = None,
        command: tuple[str, ...] = ("run",),
    ) -> None:
        self.port = 0
        self._demo = demo
        self._env = env or {}
        self._database_url = database_url
        self._own_folder = data is None
        self.data = data or Path()
        self._template = template
        self._command = command
        self._child: ground.Child | None = None

    @override
    def start(self) -> Self:
        """Start, on the port and data of before when there are any; return when it is healthy."""
        self.prepare()
        command = [*CLI, *self._command]
        if self._command == ("run",) and not self._demo:
            command.append("--no-demo")
        self._child = ground.Child(command, log=self.log_file, env=self.environment)
        self._child.wait_ready(
            self._healthy, what=f"an answer at {self.url}/healthz", seconds=START_SECONDS
        )
        return self

    def prepare(self) -> None:
        """Choose folder and port, so that other commands can run before it starts."""
        if self._own_folder and self.data == Path():
            self.data = Path(tempfile.mkdtemp(prefix="zabota-"))
            if self._template is not None:
                shutil.copytree(self._template, self.data, dirs_exist_ok=True)
        self.port = self.port or ground.free_port()

    @override
    def stop(self) -> None:
        """Ask it to end, as a service manager does; then remove the folder that it was given."""
        self.terminate()
        if self._own_folder and self.data != Path():
            shutil.rmtree(self.data, ignore_errors=True)
            self.data = Path()

    def terminate(self) -> int:
        """End by SIGTERM, data kept; the exit code, 0 also when it did not run."""
        child, self._child = self._child, None
        return child.terminate() if child is not None else 0

    def kill(self) -> None:
        """End by SIGKILL with its children, as a power cut would; `start()` brings it back."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()

    @property
    def url(self) -> str:
        return f"http://{ground.HOST}:{self.port}"

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.alive

    @property
    def log_file(self) -> Path:
        return self.data / "server.log"

    @property
    def log(self) -> str:
        """All that it has written."""
        return self.log_file.read_text(errors="replace")

    @property
    def environment(self) -> dict[str, str]:
        """The settings it runs with: ours, on top of a bare environment."""
        kept = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "COVERAGE_PROCESS_START")
        base = {name: os.environ[name] for name in kept if name in os.environ}
        database = {"DATABASE_URL": self._database_url} if self._database_url else {}
        ours = {
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "PYTHONUNBUFFERED": "1",
            "ZABOTA_DATA": str(self.data),
            "ZABOTA_URL": self.url,
            "ZABOTA_SECRET_KEY": SECRET,
            "PORT": str(self.port),
        }
        return {**base, **ours, **database, **self._env}

    def run(
        self, *arguments: str, stdin: bytes = b"", check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        """Run `zabota <arguments>` on the same data; with `check` a failure raises its output."""
        return self._execute([*CLI, *arguments], stdin=stdin, check=check)

    def python(self, code: str) -> object:
        """Run Python with Django set up on the same data; what it prints, read as JSON.

        For putting a state in place that no page or command makes, such as a past date.
        """
        prelude = "import django, json; django.setup()\n"
        settings = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'zabota.config.settings'\n"
        command = [sys.executable, "-c", settings + prelude + code]
        printed = self._execute(command, stdin=b"", check=True).stdout
        return json.loads(printed) if printed.strip() else None

    def _execute(
        self, command: list[str], *, stdin: bytes, check: bool
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            env=self.environment,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(
                f"{command[-1]} ended with {done.returncode}: {done.stderr.decode()}"
            )
        return done

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
